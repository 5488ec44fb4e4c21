#include "hal9/adapters/memory/detail/tables.hpp"

namespace hal9::memory::detail {

void Tables::keep() {
    versions.keep();
    runs.keep();
    signals.keep();
    open.keep();
    timers.keep();
    chunks.keep();
    idempotency.keep();
    owner.keep();
}

void Tables::undo() {
    versions.undo();
    runs.undo();
    signals.undo();
    open.undo();
    timers.undo();
    chunks.undo();
    idempotency.undo();
    owner.undo();
}

}  // namespace hal9::memory::detail
