// The chunk table of the in-memory store: children held, released, dropped and swept.
#pragma once

#include "hal9/adapters/memory/detail/tables.hpp"

#include <cstdint>

namespace hal9::memory::detail {

/// Releases the chunks of this epoch under (phase, attempt); false when there are none.
bool release_chunks(Tables& tables, const Await& command);
/// Drops every chunk of the phase that was not written in this epoch under the attempt.
void drop_stale_chunks(
    Tables& tables,
    const OpenKey& parent,
    std::uint16_t phase,
    std::uint16_t attempt
);
/// Drops all chunks of the parent. Released ones stay as lost unless all their children ended.
void retire_chunks(Tables& tables, const OpenKey& parent, bool all_ended);
/// Ends up to rows_max unfinished signals of the run; returns how many.
std::uint32_t sweep(Tables& tables, const SweepRun& command);
/// True for a child whose chunk was not released.
[[nodiscard]] bool is_held(const Tables& tables, OrganizationId organization, const SignalRow& row);

}  // namespace hal9::memory::detail
