// The part of SqliteReader about signals.
#include "hal9/adapters/sqlite/detail/levels.hpp"
#include "hal9/adapters/sqlite/detail/place.hpp"
#include "hal9/adapters/sqlite/detail/row_checks.hpp"
#include "hal9/adapters/sqlite/detail/row_text.hpp"
#include "hal9/adapters/sqlite/detail/signal_rows.hpp"
#include "hal9/adapters/sqlite/detail/sqlite_reader_inside.hpp"
#include "hal9/adapters/sqlite/sqlite_reader.hpp"
#include "hal9/base/text.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace hal9::sqlite {
namespace {

using detail::BodyReader;
using detail::height;
using detail::key_of;
using detail::ReadConnection;
using detail::SignalRow;
using detail::SignalRows;
using detail::Statement;
using detail::urgency;

constexpr const char* open_after =
    "select urgency, height, id, status, not_before, pending, waits_for, counted is not null, "
    "released "
    "from open where organization = ? and (urgency, height, id) > (?, ?, ?) order by urgency, "
    "height, id limit ?";
// The cursor comes first: SQLite seeks by the first lower bound it reads.
constexpr const char* open_due =
    "select urgency, height, id, status, not_before, pending, waits_for, counted is not null, "
    "released "
    "from open where organization = ?1 and not_before >= ?3 and not_before > 0 "
    "and not_before <= ?2 and (not_before, urgency, height, id) > (?3, ?4, ?5, ?6) "
    "order by not_before, urgency, height, id limit ?7";
constexpr const char* chunks_after =
    "select urgency, height, parent, phase, first_ordinal, first, count, released from chunk "
    "where organization = ? "
    "and (urgency, height, parent, phase, first_ordinal) > (?, ?, ?, ?, ?) and state = 1 "
    "order by urgency, height, parent, phase, first_ordinal limit ?";
constexpr const char* chunks_of_phase =
    "select first, count from chunk where organization = ? and urgency = ? and height = ? "
    "and parent = ? and phase = ? and state = 1 and first_ordinal + count > ? "
    "order by first_ordinal";
constexpr const char* untouched = HAL9_SIGNAL_COLUMNS
    "where s.id between ? and ? and s.status = 0 and s.opened = 0 order by s.id limit ?";
constexpr const char* ended =
    "select id, ordinal, neuron, status, error, result from signal "
    "where id between ? and ? and ordinal >= ? and status >= 3 order by id limit ?";
constexpr const char* open_alike =
    "select status, waits_for, not_before > 0, count(*), min(not_before) from open "
    "where organization = ? and urgency = ? and height = ? and id between ? and ? group by 1, 2, 3";
constexpr const char* asking = HAL9_SIGNAL_COLUMNS
    "join open o on o.id = s.id join run r on r.id = s.id >> 24 "
    "where o.organization = ? and o.status = 1 and o.waits_for = ? and o.id > ? and r.state < 2 "
    "order by o.id limit ?";
constexpr const char* receiver =
    "select id from open where organization = ? and status = 1 and waits_for = 4 "
    "and id between ? and ? and asks = ? order by id limit 1";
constexpr const char* highest = "select max(id) from signal where id between ? and ?";
constexpr const char* by_id = HAL9_SIGNAL_COLUMNS "where s.id = ?";
constexpr const char* by_run =
    HAL9_SIGNAL_COLUMNS "where s.id between ? and ? order by s.id limit ?";
// Added up here: SQLite would sort a run's signals in memory to group them.
constexpr const char* counted =
    "select neuron, status, wall_us, cpu_us from signal where id between ? and ?";
constexpr const char* held_chunks =
    "select first, count from chunk where organization = ? and urgency = ? and height = ? "
    "and parent between ? and ? and state = 0";
constexpr const char* counted_ready =
    "select neuron, count(*) from signal where id between ? and ? group by 1";
constexpr const char* parked = HAL9_SIGNAL_COLUMNS
    "join open o on o.id = s.id join run r on r.id = s.id >> 24 "
    "where o.organization = ? and o.status = 2 and o.id > ? and r.state < 2 order by o.id limit ?";

Result<OpenRow> read_open(const Statement& row, OrganizationId organization) {
    HAL9_TRY(const SignalStatus status, detail::read_status(row, 3));
    HAL9_TRY(const WaitsFor waits_for, detail::read_waits_for(row, 6));
    return OpenRow{
        key_of(organization, row.integer(0), row.integer(1), {row.integer(2)}),
        status,
        {row.integer(4)},
        row.number<std::uint32_t>(5),
        waits_for,
        row.integer(7) != 0,
        row.number<std::uint64_t>(8)
    };
}

SignalId last_of(RunId run) {
    return make_signal_id(run, signals_per_run_max);
}

/// Every row of a prepared statement that was queried.
template <class Value, class Read>
Result<std::vector<Value>> collect(Statement& select, Result<bool> first, const Read& read) {
    std::vector<Value> found;
    HAL9_TRY(bool more, std::move(first));
    while (more) {
        HAL9_TRY(Value value, read(select));
        found.push_back(std::move(value));
        HAL9_TRY(more, select.step());
    }
    return found;
}

/// What child_results has found, and what it may still find.
struct ResultPage {
    std::uint32_t first_ordinal = 0;
    std::size_t rows_max = 0;
    std::size_t bytes_max = 0;
    std::vector<ChildResult> results{};
    std::size_t bytes = 0;

    [[nodiscard]] bool has_room() const {
        return results.size() < rows_max && (bytes_max == 0 || bytes < bytes_max);
    }
};

Result<void> append_results(
    ReadConnection& connection,
    BodyReader& bodies,
    const detail::IdRange& ids,
    ResultPage& page
) {
    HAL9_TRY(Statement* const select, connection.statement(ended));
    HAL9_TRY(
        bool more,
        select->query(ids.first, ids.last, page.first_ordinal, page.rows_max - page.results.size())
    );
    while (more && page.has_room()) {
        ChildResult result;
        result.id = {select->integer(0)};
        result.ordinal = select->number<std::uint32_t>(1);
        result.neuron = {select->number<std::uint16_t>(2)};
        HAL9_TRY(result.status, detail::read_status(*select, 3));
        if (!select->is_null(4)) {
            HAL9_TRY(result.error, detail::read_error(select->text(4)));
        }
        if (!select->is_null(5) && page.bytes_max != 0) {
            HAL9_TRY(result.result, bodies.read(select->integer(5)));
            page.bytes += size_of(result.result);
        }
        page.results.push_back(std::move(result));
        HAL9_TRY(more, select->step());
    }
    return {};
}

struct Counted {
    std::int64_t signals = 0;
    Usage usage;
};

using Counts = std::map<std::pair<NeuronIndex, SignalStatus>, Counted>;

/// Takes the held children of a run out of its counts: all of them are ready and used nothing.
Result<void>
subtract_held(ReadConnection& connection, OrganizationId organization, RunId run, Counts& counts) {
    HAL9_TRY(Statement next, detail::prepare_next_level(connection.database(), "chunk"));
    HAL9_TRY(Statement* const chunks, connection.statement(held_chunks));
    HAL9_TRY(Statement* const neurons, connection.statement(counted_ready));
    std::optional<detail::Level> level;
    while (true) {
        HAL9_TRY(level, detail::next_level(next, organization, level));
        if (!level) {
            return {};
        }
        HAL9_TRY(
            bool more,
            chunks->query(organization, level->urgency, level->height, root_of(run), last_of(run))
        );
        while (more) {
            HAL9_TRY(const detail::IdRange ids, detail::read_range(*chunks, 0, 1));
            HAL9_TRY(bool held, neurons->query(ids.first, ids.last));
            while (held) {
                const NeuronIndex neuron{neurons->number<std::uint16_t>(0)};
                counts[{neuron, SignalStatus::ready}].signals -= neurons->integer(1);
                HAL9_TRY(held, neurons->step());
            }
            HAL9_TRY(more, chunks->step());
        }
    }
}

}  // namespace

Result<std::vector<OpenRow>> SqliteReader::open_rows(
    OrganizationId organization,
    std::optional<OpenKey> after,
    std::uint32_t rows_max
) {
    return inside_->connection.transaction([&]() -> Result<std::vector<OpenRow>> {
        HAL9_TRY(Statement* const select, inside_->connection.statement(open_after));
        Result<bool> first = after ? select->query(
                                         organization,
                                         urgency(*after),
                                         height(*after),
                                         after->signal,
                                         rows_max
                                     )
                                   : select->query(organization, -1, 0, 0, rows_max);
        return collect<OpenRow>(*select, std::move(first), [&](const Statement& row) {
            return read_open(row, organization);
        });
    });
}

Result<std::vector<OpenRow>> SqliteReader::due_rows(
    OrganizationId organization,
    WallTime until,
    std::optional<OpenRow> after,
    std::uint32_t rows_max
) {
    return inside_->connection.transaction([&]() -> Result<std::vector<OpenRow>> {
        HAL9_TRY(Statement* const select, inside_->connection.statement(open_due));
        Result<bool> first = after ? select->query(
                                         organization,
                                         until,
                                         after->not_before,
                                         urgency(after->key),
                                         height(after->key),
                                         after->key.signal,
                                         rows_max
                                     )
                                   : select->query(organization, until, 0, 0, 0, 0, rows_max);
        return collect<OpenRow>(*select, std::move(first), [&](const Statement& row) {
            return read_open(row, organization);
        });
    });
}

Result<std::vector<ChunkRow>> SqliteReader::released_chunks(
    OrganizationId organization,
    std::optional<ChunkRow> after,
    std::uint32_t rows_max
) {
    return inside_->connection.transaction([&]() -> Result<std::vector<ChunkRow>> {
        HAL9_TRY(Statement* const select, inside_->connection.statement(chunks_after));
        Result<bool> first = after ? select->query(
                                         organization,
                                         urgency(after->parent),
                                         height(after->parent),
                                         after->parent.signal,
                                         after->phase,
                                         after->first_ordinal,
                                         rows_max
                                     )
                                   : select->query(organization, -1, 0, 0, 0, 0, rows_max);
        return collect<ChunkRow>(
            *select,
            std::move(first),
            [&](const Statement& row) -> Result<ChunkRow> {
                HAL9_TRY(const detail::IdRange ids, detail::read_range(row, 5, 6));
                return ChunkRow{
                    key_of(organization, row.integer(0), row.integer(1), {row.integer(2)}),
                    row.number<std::uint16_t>(3),
                    row.number<std::uint32_t>(4),
                    {ids.first},
                    static_cast<std::uint32_t>(ids.last - ids.first + 1),
                    row.number<std::uint64_t>(7)
                };
            }
        );
    });
}

Result<std::vector<SignalRecord>> SqliteReader::untouched_children(
    SignalId first,
    std::uint32_t count,
    std::uint32_t rows_max,
    std::size_t body_bytes_max
) {
    return inside_->connection.transaction([&]() -> Result<std::vector<SignalRecord>> {
        HAL9_TRY(Statement* const select, inside_->connection.statement(untouched));
        std::size_t bytes = 0;
        return collect<SignalRecord>(
            *select,
            select->query(first, first.value + count - 1, rows_max),
            [&](const Statement& columns) -> Result<SignalRecord> {
                HAL9_TRY(SignalRow row, detail::read_signal(columns));
                if (row.payload && bytes < body_bytes_max) {
                    HAL9_TRY(row.record.payload, inside_->bodies.read(*row.payload));
                    bytes += size_of(row.record.payload);
                }
                return std::move(row.record);
            }
        );
    });
}

Result<std::vector<ChildResult>> SqliteReader::child_results(
    OpenKey parent,
    std::uint16_t phase,
    std::uint32_t first_ordinal,
    std::uint32_t rows_max,
    std::size_t body_bytes_max
) {
    return inside_->connection.transaction([&]() -> Result<std::vector<ChildResult>> {
        ResultPage page{first_ordinal, rows_max, body_bytes_max};
        HAL9_TRY(Statement* const chunks, inside_->connection.statement(chunks_of_phase));
        HAL9_TRY(
            bool more,
            chunks->query(
                parent.organization,
                urgency(parent),
                height(parent),
                parent.signal,
                phase,
                first_ordinal
            )
        );
        while (more && page.has_room()) {
            HAL9_TRY(const detail::IdRange ids, detail::read_range(*chunks, 0, 1));
            HAL9_TRY_VOID(append_results(inside_->connection, inside_->bodies, ids, page));
            HAL9_TRY(more, chunks->step());
        }
        return std::move(page.results);
    });
}

Result<std::vector<SignalReader::OpenCount>> SqliteReader::count_open(RunId run) {
    return inside_->connection.transaction([&]() -> Result<std::vector<OpenCount>> {
        std::vector<OpenCount> found;
        SignalRows rows(inside_->connection);
        HAL9_TRY(const std::optional<OrganizationId> organization, rows.organization_of(run));
        if (!organization) {
            return found;
        }
        HAL9_TRY(
            Statement next,
            detail::prepare_next_level(inside_->connection.database(), "open")
        );
        HAL9_TRY(Statement* const select, inside_->connection.statement(open_alike));
        std::optional<detail::Level> level;
        while (true) {
            HAL9_TRY(level, detail::next_level(next, *organization, level));
            if (!level) {
                return found;
            }
            HAL9_TRY(
                bool more,
                select->query(
                    *organization,
                    level->urgency,
                    level->height,
                    root_of(run),
                    last_of(run)
                )
            );
            while (more) {
                HAL9_TRY(const SignalStatus status, detail::read_status(*select, 0));
                HAL9_TRY(const WaitsFor waits_for, detail::read_waits_for(*select, 1));
                found.push_back(
                    {status,
                     waits_for,
                     select->integer(2) != 0,
                     select->number<std::uint64_t>(3),
                     {select->integer(4)}}
                );
                HAL9_TRY(more, select->step());
            }
        }
    });
}

Result<std::uint32_t> SqliteReader::last_number(RunId run) {
    return inside_->connection.transaction([&]() -> Result<std::uint32_t> {
        HAL9_TRY(Statement* const select, inside_->connection.statement(highest));
        HAL9_TRY([[maybe_unused]] const bool row, select->query(root_of(run), last_of(run)));
        return select->is_null(0) ? 0 : number_of({select->integer(0)});
    });
}

Result<std::optional<SignalRecord>> SqliteReader::find_signal(SignalId id, bool bodies) {
    return inside_->connection.transaction([&]() -> Result<std::optional<SignalRecord>> {
        SignalRows rows(inside_->connection);
        HAL9_TRY(
            const std::optional<OrganizationId> organization,
            rows.organization_of(run_of(id))
        );
        HAL9_TRY(Statement* const select, inside_->connection.statement(by_id));
        HAL9_TRY(const bool found, select->query(id));
        if (!organization || !found) {
            return std::nullopt;
        }
        HAL9_TRY(SignalRow row, detail::read_signal(*select));
        HAL9_TRY(const bool held, rows.is_held(row, *organization));
        if (held) {
            return std::nullopt;
        }
        HAL9_TRY_VOID(rows.add_open(row, *organization));
        if (bodies) {
            HAL9_TRY_VOID(rows.add_bodies(row, inside_->bodies));
        }
        return std::move(row.record);
    });
}

Result<std::vector<SignalRecord>>
SqliteReader::list_signals(RunId run, SignalId first, std::uint32_t rows_max) {
    return inside_->connection.transaction([&]() -> Result<std::vector<SignalRecord>> {
        std::vector<SignalRecord> found;
        SignalRows rows(inside_->connection);
        HAL9_TRY(const std::optional<OrganizationId> organization, rows.organization_of(run));
        if (!organization) {
            return found;
        }
        HAL9_TRY(Statement* const select, inside_->connection.statement(by_run));
        // -1: no limit, because held children do not count against rows_max.
        HAL9_TRY(bool more, select->query(std::max(first, root_of(run)), last_of(run), -1));
        while (more && found.size() < rows_max) {
            HAL9_TRY(SignalRow row, detail::read_signal(*select));
            HAL9_TRY(const bool held, rows.is_held(row, *organization));
            if (!held) {
                HAL9_TRY_VOID(rows.add_open(row, *organization));
                found.push_back(std::move(row.record));
            }
            HAL9_TRY(more, select->step());
        }
        return found;
    });
}

Result<std::vector<SignalReader::NeuronCount>> SqliteReader::count_signals(RunId run) {
    return inside_->connection.transaction([&]() -> Result<std::vector<NeuronCount>> {
        std::vector<NeuronCount> found;
        SignalRows rows(inside_->connection);
        HAL9_TRY(const std::optional<OrganizationId> organization, rows.organization_of(run));
        if (!organization) {
            return found;
        }
        Counts counts;
        HAL9_TRY(Statement* const select, inside_->connection.statement(counted));
        HAL9_TRY(bool more, select->query(root_of(run), last_of(run)));
        while (more) {
            const NeuronIndex neuron{select->number<std::uint16_t>(0)};
            HAL9_TRY(const SignalStatus status, detail::read_status(*select, 1));
            Counted& group = counts[{neuron, status}];
            ++group.signals;
            group.usage += {select->integer(2), select->integer(3)};
            HAL9_TRY(more, select->step());
        }
        HAL9_TRY_VOID(subtract_held(inside_->connection, *organization, run, counts));
        for (const auto& [group, sums] : counts) {
            const auto& [signals, usage] = sums;
            if (signals > 0) {
                found.push_back(
                    {group.first, group.second, static_cast<std::uint64_t>(signals), usage}
                );
            }
        }
        return found;
    });
}

Result<std::vector<SignalRecord>>
SqliteReader::list_parked(OrganizationId organization, SignalId after, std::uint32_t rows_max) {
    return inside_->connection.transaction([&]() -> Result<std::vector<SignalRecord>> {
        HAL9_TRY(Statement* const select, inside_->connection.statement(parked));
        SignalRows rows(inside_->connection);
        return collect<SignalRecord>(
            *select,
            select->query(organization, after, rows_max),
            [&](const Statement& columns) -> Result<SignalRecord> {
                HAL9_TRY(SignalRow row, detail::read_signal(columns));
                HAL9_TRY_VOID(rows.add_open(row, organization));
                return std::move(row.record);
            }
        );
    });
}

Result<std::vector<SignalRecord>> SqliteReader::list_asking(
    OrganizationId organization,
    WaitsFor what,
    SignalId after,
    std::uint32_t rows_max
) {
    return inside_->connection.transaction([&]() -> Result<std::vector<SignalRecord>> {
        HAL9_TRY(Statement* const select, inside_->connection.statement(asking));
        SignalRows rows(inside_->connection);
        return collect<SignalRecord>(
            *select,
            select->query(organization, what, after, rows_max),
            [&](const Statement& columns) -> Result<SignalRecord> {
                HAL9_TRY(SignalRow row, detail::read_signal(columns));
                HAL9_TRY_VOID(rows.add_open(row, organization));
                row.payload.reset();
                HAL9_TRY_VOID(rows.add_bodies(row, inside_->bodies));
                return std::move(row.record);
            }
        );
    });
}

Result<std::optional<SignalId>> SqliteReader::find_receiver(RunId run, std::string_view message) {
    return inside_->connection.transaction([&]() -> Result<std::optional<SignalId>> {
        SignalRows rows(inside_->connection);
        HAL9_TRY(const std::optional<OrganizationId> organization, rows.organization_of(run));
        if (!organization) {
            return std::nullopt;
        }
        HAL9_TRY(Statement* const select, inside_->connection.statement(receiver));
        HAL9_TRY(
            const bool found,
            select->query(*organization, root_of(run), last_of(run), message)
        );
        return found ? std::optional(SignalId{select->integer(0)}) : std::nullopt;
    });
}

}  // namespace hal9::sqlite
