// The commands of CommandWriter about messages and schedules.
#include "hal9/adapters/sqlite/detail/command_writer.hpp"
#include "hal9/adapters/sqlite/detail/row_text.hpp"
#include "hal9/adapters/sqlite/detail/words.hpp"
#include "hal9/base/text.hpp"

namespace hal9::sqlite::detail {

Result<void> CommandWriter::write(const SetRunPriority& command, Receipt&) {
    HAL9_TRY(const int changed, statements_.update_priority.run(command.priority, command.run));
    if (changed != 1) {
        return fail(
            ErrorCode::conflict,
            str("priority of run ", command.run.value, ": expected a run, found none")
        );
    }
    touch(command.run);
    return {};
}

Result<void> CommandWriter::write(const PutMessage& command, Receipt&) {
    const MessageRecord& message = command.message;
    HAL9_TRY(const std::optional<std::int64_t> body, bodies_.append(command.body));
    touch(message.run);
    return unless_taken(
        statements_.insert_message
            .run(message.run, message.number, message.name, message.sender, message.at, body),
        [&message] {
            return str(
                "message ",
                message.number,
                " to run ",
                message.run.value,
                ": expected a new number, found a message"
            );
        }
    );
}

/// The body of a message that is received, and is no longer there.
Result<std::optional<std::int64_t>> CommandWriter::take_message(const Reopen& command) {
    const RunId run = run_of(command.signal.signal);
    Statement& select = statements_.select_message;
    HAL9_TRY(const bool found, select.query(run, *command.message));
    if (!found) {
        return fail(
            ErrorCode::conflict,
            str("reopening of ",
                name_of(command.signal.signal),
                ": expected message ",
                *command.message,
                " of its run, found none")
        );
    }
    const std::int64_t body = select.integer(0);
    select.reset();
    HAL9_TRY_VOID(statements_.delete_message.run(run, *command.message));
    return body;
}

Result<void> CommandWriter::write(const PutSchedule& command, Receipt&) {
    const Schedule& schedule = command.schedule;
    return unless_taken(
        statements_.insert_schedule.run(
            schedule.organization,
            schedule.name,
            schedule.network,
            schedule.cron,
            schedule.missed,
            schedule.input,
            grants_text(schedule.grants),
            tags_text(schedule.tags).value_or("[]"),
            schedule.principal,
            schedule.created,
            schedule.next,
            schedule.last,
            schedule.last_run
        ),
        [&schedule] {
            return str("schedule ", schedule.name, ": expected a new name, found a schedule");
        }
    );
}

Result<void> CommandWriter::write(const RemoveSchedule& command, Receipt&) {
    HAL9_TRY(
        const int removed,
        statements_.delete_schedule.run(command.organization, command.name)
    );
    if (removed != 1) {
        return fail(
            ErrorCode::conflict,
            str("schedule ", command.name, ": expected a schedule, found none")
        );
    }
    return {};
}

Result<void> CommandWriter::write(const AdvanceSchedule& command, Receipt&) {
    HAL9_TRY(
        const int changed,
        statements_.advance_schedule.run(
            command.to,
            command.run,
            command.from,
            command.organization,
            command.name,
            error_text(command.error)
        )
    );
    if (changed != 1) {
        return fail(
            ErrorCode::conflict,
            str("schedule ",
                command.name,
                ": expected ",
                format_time(command.from),
                " as its next time, found another, or no schedule")
        );
    }
    return {};
}

}  // namespace hal9::sqlite::detail
