#include "hal9/adapters/memory/detail/copies.hpp"

#include "hal9/base/text.hpp"

#include <utility>

namespace hal9::memory::detail {
namespace {

void make_unended(
    Tables& tables,
    SignalRow& row,
    const CopySignals& command,
    const CopiedSignal& signal
) {
    SignalRecord& record = row.record;
    const bool ready = signal.as == CopiedSignal::As::ready;
    record.went_on &= signal.waits_for == WaitsFor::next;
    row.interim = record.went_on ? row.interim : nullptr;
    row.asks.clear();
    record.status = ready ? SignalStatus::ready : SignalStatus::waiting;
    record.opened = !ready || signal.number == 0;
    record.phase = signal.phase;
    record.attempt = 0;
    record.attempts_allowed = signal.attempts_allowed;
    record.waits_for = signal.waits_for;
    record.pending = signal.pending;
    record.children_from = signal.children_from;
    record.released = signal.released;
    record.counted.clear();
    record.skipped = 0;
    record.created = signal.created;
    record.deadline = signal.deadline;
    record.started = {};
    record.finished = {};
    record.error.reset();
    record.result = row.interim;
    if (record.opened) {
        tables.open.insert(
            place_of({command.organization, record.priority, record.depth, record.id}),
            {}
        );
    }
}

Result<void> copy(Tables& tables, const CopySignals& command, const CopiedSignal& signal) {
    const SignalRow* const source =
        tables.signals.find(make_signal_id(command.from, signal.number));
    const bool ended = signal.as == CopiedSignal::As::ended;
    const bool usable =
        source != nullptr && (!ended || source->record.status == SignalStatus::completed ||
                              source->record.status == SignalStatus::failed);
    if (!usable) {
        return fail(
            ErrorCode::conflict,
            str("copy of signal ",
                signal.number,
                " of run ",
                command.from.value,
                ": expected a signal in that state, found none")
        );
    }
    SignalRow row = *source;
    SignalRecord& record = row.record;
    record.id = make_signal_id(command.to, signal.number);
    if (record.parent.value != 0) {
        record.parent = make_signal_id(command.to, number_of(record.parent));
    }
    record.neuron = signal.neuron;
    record.usage = {};
    record.not_before = {};
    record.copied = ended;
    if (!ended) {
        make_unended(tables, row, command, signal);
    }
    tables.signals.insert(record.id, std::move(row));
    return {};
}

}  // namespace

Result<void> copy_signals(Tables& tables, const CopySignals& command) {
    for (const CopiedChunk& chunk : command.chunks) {
        const ChunkKey key{
            place_of(chunk.parent),
            chunk.phase,
            chunk.first_ordinal,
            tables.current_owner().epoch,
            0
        };
        tables.chunks.insert(
            key,
            {make_signal_id(command.to, chunk.first_number),
             chunk.count,
             ChunkState::released,
             chunk.released}
        );
    }
    for (const CopiedSignal& signal : command.signals) {
        HAL9_TRY_VOID(copy(tables, command, signal));
    }
    return {};
}

}  // namespace hal9::memory::detail
