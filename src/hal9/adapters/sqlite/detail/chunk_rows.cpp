#include "hal9/adapters/sqlite/detail/chunk_rows.hpp"

#include "hal9/adapters/sqlite/detail/levels.hpp"

#include <algorithm>
#include <utility>

namespace hal9::sqlite::detail {
namespace {

constexpr const char* columns =
    "select urgency, height, parent, phase, first_ordinal, epoch, attempt, first, count, state, "
    "organization from chunk ";
constexpr const char* by_parent =
    "where organization = ? and urgency = ? and height = ? and parent = ? ";
constexpr const char* by_key = "and phase = ? and first_ordinal = ? and epoch = ? and attempt = ?";

}  // namespace

Result<ChunkRows> ChunkRows::create(Database& database, std::uint64_t epoch) {
    ChunkRows rows;
    rows.epoch_ = epoch;
    const std::pair<Statement*, std::string> all[] = {
        {&rows.insert_, "insert into chunk values(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
        {&rows.release_,
         str("update chunk set state = 1, released = ? ",
             by_parent,
             "and phase = ? and epoch = ? and attempt = ? and state = 0")},
        {&rows.select_, str(columns, by_parent)},
        {&rows.select_run_,
         str(columns,
             "where organization = ? and urgency = ? and height = ? and parent between ? and ? "
             "limit ?")},
        {&rows.erase_, str("delete from chunk ", by_parent, by_key)},
        {&rows.lose_, str("update chunk set state = 2 ", by_parent, by_key)},
        {&rows.bodies_of_, "select min(payload), max(payload) from signal where id between ? and ?"
        },
        {&rows.delete_signals_, "delete from signal where id between ? and ?"},
        {&rows.cancel_signals_,
         "update signal set status = 5, finished = ? where id in (select id from signal "
         "where id between ? and ? and status = 0 and opened = 0 limit ?)"},
    };
    for (const auto& [statement, sql] : all) {
        HAL9_TRY(*statement, database.prepare(sql));
    }
    HAL9_TRY(rows.next_level_, prepare_next_level(database, "chunk"));
    return rows;
}

Result<ChunkRows::Row> ChunkRows::read(const Statement& row) {
    HAL9_TRY(const IdRange ids, read_range(row, 7, 8));
    return Row{
        key_of({row.number<std::uint32_t>(10)}, row.integer(0), row.integer(1), {row.integer(2)}),
        row.number<std::uint16_t>(3),
        row.number<std::uint32_t>(4),
        row.integer(5),
        row.number<std::uint16_t>(6),
        ids,
        row.number<ChunkState>(9)
    };
}

Result<int> ChunkRows::insert(const EmitChunk& chunk) {
    const OpenKey& parent = chunk.parent;
    return insert_.run(
        parent.organization,
        urgency(parent),
        height(parent),
        parent.signal,
        chunk.phase,
        chunk.first_ordinal,
        epoch_,
        chunk.attempt,
        chunk.first,
        chunk.children.size(),
        ChunkState::held,
        0
    );
}

Result<int> ChunkRows::insert(const CopiedChunk& chunk) {
    const OpenKey& parent = chunk.parent;
    return insert_.run(
        parent.organization,
        urgency(parent),
        height(parent),
        parent.signal,
        chunk.phase,
        chunk.first_ordinal,
        epoch_,
        0,
        make_signal_id(run_of(parent.signal), chunk.first_number),
        chunk.count,
        ChunkState::released,
        chunk.released
    );
}

Result<bool> ChunkRows::release(const Await& command) {
    const OpenKey& parent = command.signal;
    HAL9_TRY(
        const int released,
        release_.run(
            command.released,
            parent.organization,
            urgency(parent),
            height(parent),
            parent.signal,
            command.phase,
            epoch_,
            command.attempt
        )
    );
    return released > 0;
}

Result<std::vector<ChunkRows::Row>> ChunkRows::rows_of(const OpenKey& parent) {
    std::vector<Row> rows;
    HAL9_TRY(
        bool more,
        select_.query(parent.organization, urgency(parent), height(parent), parent.signal)
    );
    while (more) {
        HAL9_TRY(const Row row, read(select_));
        rows.push_back(row);
        HAL9_TRY(more, select_.step());
    }
    return rows;
}

Result<void> ChunkRows::drop_stale(
    const OpenKey& parent,
    std::uint16_t phase,
    std::uint16_t attempt,
    BodyWriter& bodies
) {
    HAL9_TRY(const std::vector<Row> rows, rows_of(parent));
    for (const Row& row : rows) {
        const bool current =
            row.epoch == static_cast<std::int64_t>(epoch_) && row.attempt == attempt;
        if (row.phase == phase && !current) {
            HAL9_TRY_VOID(retire(row, false, bodies));
        }
    }
    return {};
}

Result<void> ChunkRows::retire(const OpenKey& parent, bool all_ended, BodyWriter& bodies) {
    HAL9_TRY(const std::vector<Row> rows, rows_of(parent));
    for (const Row& row : rows) {
        HAL9_TRY_VOID(retire(row, all_ended, bodies));
    }
    return {};
}

Result<void> ChunkRows::retire(const Row& row, bool all_ended, BodyWriter& bodies) {
    if (row.state == ChunkState::held) {
        return drop_signals(row, bodies);
    }
    if (row.state == ChunkState::lost) {
        return {};
    }
    if (all_ended) {
        return erase(row);
    }
    HAL9_TRY_VOID(lose_.run(
        row.parent.organization,
        urgency(row.parent),
        height(row.parent),
        row.parent.signal,
        row.phase,
        row.first_ordinal,
        row.epoch,
        row.attempt
    ));
    return {};
}

Result<void> ChunkRows::erase(const Row& row) {
    HAL9_TRY_VOID(erase_.run(
        row.parent.organization,
        urgency(row.parent),
        height(row.parent),
        row.parent.signal,
        row.phase,
        row.first_ordinal,
        row.epoch,
        row.attempt
    ));
    return {};
}

Result<void> ChunkRows::drop_signals(const Row& row, BodyWriter& bodies) {
    // Written by one command, so their bodies stand side by side and belong to nobody else.
    HAL9_TRY(const bool found, bodies_of_.query(row.ids.first, row.ids.last));
    if (found && !bodies_of_.is_null(0)) {
        const std::int64_t first_body = bodies_of_.integer(0);
        const std::int64_t last_body = bodies_of_.integer(1);
        bodies_of_.reset();
        HAL9_TRY_VOID(bodies.remove(first_body, last_body));
    }
    bodies_of_.reset();
    HAL9_TRY_VOID(delete_signals_.run(row.ids.first, row.ids.last));
    return erase(row);
}

Result<std::vector<ChunkRows::Row>>
ChunkRows::rows_of(const SweepRun& command, std::uint32_t rows_max) {
    std::vector<Row> rows;
    const SignalId first = root_of(command.run);
    const SignalId last = make_signal_id(command.run, signals_per_run_max);
    std::optional<Level> level;
    while (rows.size() < rows_max) {
        HAL9_TRY(level, next_level(next_level_, command.organization, level));
        if (!level) {
            break;
        }
        HAL9_TRY(
            bool more,
            select_run_.query(
                command.organization,
                level->urgency,
                level->height,
                first,
                last,
                rows_max - rows.size()
            )
        );
        while (more) {
            HAL9_TRY(const Row row, read(select_run_));
            rows.push_back(row);
            HAL9_TRY(more, select_run_.step());
        }
    }
    return rows;
}

Result<std::uint32_t>
ChunkRows::sweep(const SweepRun& command, std::uint32_t rows_max, BodyWriter& bodies) {
    std::uint32_t swept = 0;
    while (swept < rows_max) {
        HAL9_TRY(const std::vector<Row> rows, rows_of(command, rows_max));
        for (const Row& row : rows) {
            const std::uint32_t room = rows_max - swept;
            if (room == 0) {
                break;
            }
            if (row.state == ChunkState::held) {
                HAL9_TRY_VOID(drop_signals(row, bodies));
                swept +=
                    std::min(room, static_cast<std::uint32_t>(row.ids.last - row.ids.first + 1));
                continue;
            }
            HAL9_TRY(
                const int cancelled,
                cancel_signals_.run(command.at, row.ids.first, row.ids.last, room)
            );
            swept += static_cast<std::uint32_t>(cancelled);
            if (static_cast<std::uint32_t>(cancelled) < room) {
                HAL9_TRY_VOID(erase(row));
            }
        }
        if (rows.size() < rows_max) {
            break;
        }
    }
    return swept;
}

}  // namespace hal9::sqlite::detail
