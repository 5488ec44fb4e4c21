// The chunk table: children held, released, dropped and swept.
#pragma once

#include "hal9/adapters/sqlite/detail/bodies.hpp"
#include "hal9/adapters/sqlite/detail/database.hpp"
#include "hal9/adapters/sqlite/detail/place.hpp"
#include "hal9/adapters/sqlite/detail/row_checks.hpp"

#include <cstdint>
#include <vector>

namespace hal9::sqlite::detail {

class ChunkRows {
public:
    [[nodiscard]] static Result<ChunkRows> create(Database& database, std::uint64_t epoch);

    /// conflict when the chunk is there already.
    [[nodiscard]] Result<int> insert(const EmitChunk& chunk);
    /// Of a fork: released, and as if written in this epoch. conflict likewise.
    [[nodiscard]] Result<int> insert(const CopiedChunk& chunk);
    /// Releases the chunks of this epoch under (phase, attempt); false when there are none.
    [[nodiscard]] Result<bool> release(const Await& command);
    /// Drops every chunk of the phase that was not written in this epoch under the attempt.
    [[nodiscard]] Result<void> drop_stale(
        const OpenKey& parent,
        std::uint16_t phase,
        std::uint16_t attempt,
        BodyWriter& bodies
    );
    /// Drops all chunks of the parent. Released ones stay as lost unless all their children ended.
    [[nodiscard]] Result<void> retire(const OpenKey& parent, bool all_ended, BodyWriter& bodies);
    /// Ends up to `rows_max` unfinished signals of the run that have no open row; returns how many.
    [[nodiscard]] Result<std::uint32_t>
    sweep(const SweepRun& command, std::uint32_t rows_max, BodyWriter& bodies);

private:
    struct Row {
        OpenKey parent;
        std::uint16_t phase = 0;
        std::uint32_t first_ordinal = 0;
        std::int64_t epoch = 0;
        std::uint16_t attempt = 0;
        IdRange ids;
        ChunkState state = ChunkState::held;
    };

    [[nodiscard]] Result<std::vector<Row>> rows_of(const OpenKey& parent);
    [[nodiscard]] Result<std::vector<Row>> rows_of(const SweepRun& command, std::uint32_t rows_max);
    [[nodiscard]] static Result<Row> read(const Statement& row);
    [[nodiscard]] Result<void> retire(const Row& row, bool all_ended, BodyWriter& bodies);
    [[nodiscard]] Result<void> drop_signals(const Row& row, BodyWriter& bodies);
    [[nodiscard]] Result<void> erase(const Row& row);

    std::uint64_t epoch_ = 0;
    Statement insert_;
    Statement release_;
    Statement select_;
    Statement select_run_;
    Statement next_level_;
    Statement erase_;
    Statement lose_;
    Statement bodies_of_;
    Statement delete_signals_;
    Statement cancel_signals_;
};

}  // namespace hal9::sqlite::detail
