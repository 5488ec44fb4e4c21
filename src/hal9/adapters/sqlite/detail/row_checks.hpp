// What a row may hold: columns whose value others rely on are checked as they are read, so that a
// damaged file is data_loss and never a wrong array index.
#pragma once

#include "hal9/adapters/sqlite/detail/database.hpp"
#include "hal9/model/network_state.hpp"
#include "hal9/model/run.hpp"
#include "hal9/model/schedule.hpp"
#include "hal9/model/signal.hpp"

#include <cstdint>

namespace hal9::sqlite::detail {

[[nodiscard]] Result<SignalStatus> read_status(const Statement& row, int column);
[[nodiscard]] Result<WaitsFor> read_waits_for(const Statement& row, int column);
[[nodiscard]] Result<RunState> read_state(const Statement& row, int column);
[[nodiscard]] Result<MissedTimes> read_missed_times(const Statement& row, int column);
/// null: active.
[[nodiscard]] Result<NetworkState> read_network_state(const Statement& row, int column);

/// Ids from first to last, both included.
struct IdRange {
    std::int64_t first = 0;
    std::int64_t last = 0;
};

/// Of the columns chunk.first and chunk.count.
[[nodiscard]] Result<IdRange> read_range(const Statement& row, int first_column, int count_column);

}  // namespace hal9::sqlite::detail
