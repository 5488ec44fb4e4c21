#include "hal9/adapters/memory/detail/tables.hpp"

#include <algorithm>

namespace hal9::memory::detail {

void Tables::keep() {
    versions.keep();
    networks.keep();
    runs.keep();
    signals.keep();
    open.keep();
    timers.keep();
    chunks.keep();
    idempotency.keep();
    key_states.keep();
    owner.keep();
}

void Tables::undo() {
    versions.undo();
    networks.undo();
    runs.undo();
    signals.undo();
    open.undo();
    timers.undo();
    chunks.undo();
    idempotency.undo();
    key_states.undo();
    owner.undo();
}

NetworkState Tables::network_state(OrganizationId organization, std::string_view name) const {
    const NetworkState* const state = networks.find({organization, std::string(name)});
    return state == nullptr ? NetworkState::active : *state;
}

std::uint64_t Tables::unfinished_runs(OrganizationId organization, std::string_view network) const {
    const auto unfinished = [&](const auto& row) {
        return row.second.organization == organization && row.second.network == network &&
               !has_ended(row.second.state);
    };
    return static_cast<std::uint64_t>(std::ranges::count_if(runs.rows(), unfinished));
}

}  // namespace hal9::memory::detail
