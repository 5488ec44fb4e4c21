// The part of SqliteReader about messages and schedules.
#include "hal9/adapters/sqlite/detail/row_checks.hpp"
#include "hal9/adapters/sqlite/detail/row_text.hpp"
#include "hal9/adapters/sqlite/detail/sqlite_reader_inside.hpp"
#include "hal9/adapters/sqlite/sqlite_reader.hpp"

#include <utility>

namespace hal9::sqlite {
namespace {

using detail::ReadConnection;
using detail::Statement;

constexpr const char* messages_of_run =
    "select run, number, name, sender, at from message where run = ? order by number";

#define HAL9_SCHEDULE_COLUMNS                                                                     \
    "select organization, name, network, cron, missed, input, grants, tags, principal, created, " \
    "next, last, last_run, error from schedule where "

constexpr const char* schedules_by_name =
    HAL9_SCHEDULE_COLUMNS "organization = ? and name > ? order by name limit ?";
constexpr const char* schedule_by_name = HAL9_SCHEDULE_COLUMNS "organization = ? and name = ?";
constexpr const char* schedules_due =
    HAL9_SCHEDULE_COLUMNS "next > 0 and next <= ? order by next, organization, name limit ?";

#undef HAL9_SCHEDULE_COLUMNS

constexpr const char* next_time = "select min(next) from schedule where next > 0";

Result<MessageRecord> read_message(const Statement& row) {
    return MessageRecord{
        {row.integer(0)},
        row.number<std::uint32_t>(1),
        std::string(row.text(2)),
        std::string(row.text(3)),
        {row.integer(4)}
    };
}

Result<Schedule> read_schedule(const Statement& row) {
    Schedule schedule;
    schedule.organization = {row.number<std::uint32_t>(0)};
    schedule.name = row.text(1);
    schedule.network = row.text(2);
    schedule.cron = row.text(3);
    HAL9_TRY(schedule.missed, detail::read_missed_times(row, 4));
    schedule.input = row.text(5);
    HAL9_TRY(schedule.grants, detail::read_grants(row.text(6)));
    HAL9_TRY(schedule.tags, detail::read_tags(row.text(7)));
    schedule.principal = row.text(8);
    schedule.created = {row.integer(9)};
    schedule.next = {row.integer(10)};
    schedule.last = {row.integer(11)};
    if (!row.is_null(12)) {
        schedule.last_run = RunId{row.integer(12)};
    }
    if (!row.is_null(13)) {
        HAL9_TRY(schedule.error, detail::read_error(row.text(13)));
    }
    return schedule;
}

template <class Row, class... Values>
Result<std::vector<Row>> read_rows(
    ReadConnection& connection,
    const char* sql,
    Result<Row> (*read)(const Statement&),
    const Values&... values
) {
    return connection.transaction([&]() -> Result<std::vector<Row>> {
        std::vector<Row> found;
        HAL9_TRY(Statement* const select, connection.statement(sql));
        HAL9_TRY(bool more, select->query(values...));
        while (more) {
            HAL9_TRY(Row row, read(*select));
            found.push_back(std::move(row));
            HAL9_TRY(more, select->step());
        }
        return found;
    });
}

}  // namespace

Result<std::vector<MessageRecord>> SqliteReader::list_messages(RunId run) {
    return read_rows<MessageRecord>(inside_->connection, messages_of_run, read_message, run);
}

Result<std::optional<WallTime>> SqliteReader::next_schedule_time() {
    return inside_->connection.transaction([&]() -> Result<std::optional<WallTime>> {
        HAL9_TRY(Statement* const select, inside_->connection.statement(next_time));
        HAL9_TRY([[maybe_unused]] const bool row, select->query());
        const bool none = select->is_null(0);
        const WallTime next{select->integer(0)};
        select->reset();
        return none ? std::nullopt : std::optional(next);
    });
}

Result<std::vector<Schedule>> SqliteReader::due_schedules(WallTime until, std::uint32_t rows_max) {
    return read_rows<Schedule>(inside_->connection, schedules_due, read_schedule, until, rows_max);
}

Result<std::vector<Schedule>> SqliteReader::list_schedules(
    OrganizationId organization,
    std::string_view after,
    std::uint32_t rows_max
) {
    return read_rows<Schedule>(
        inside_->connection,
        schedules_by_name,
        read_schedule,
        organization,
        after,
        rows_max
    );
}

Result<std::optional<Schedule>>
SqliteReader::find_schedule(OrganizationId organization, std::string_view name) {
    HAL9_TRY(
        auto found,
        read_rows<
            Schedule>(inside_->connection, schedule_by_name, read_schedule, organization, name)
    );
    return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

}  // namespace hal9::sqlite
