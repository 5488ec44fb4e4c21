// The commands of CommandWriter that end a signal, or open it again.
#include "hal9/adapters/sqlite/detail/command_writer.hpp"
#include "hal9/adapters/sqlite/detail/row_checks.hpp"
#include "hal9/adapters/sqlite/detail/row_text.hpp"
#include "hal9/adapters/sqlite/detail/words.hpp"
#include "hal9/base/text.hpp"

#include <utility>

namespace hal9::sqlite::detail {

// --- the end

Result<void> CommandWriter::write(const Finish& command, Receipt&) {
    HAL9_TRY(
        const std::optional<std::int64_t> result,
        body_of("finish", command.signal, command.result, command.result_of)
    );
    HAL9_TRY_VOID(
        command.opened ? finish_opened(command, result) : finish_untouched(command, result)
    );
    touch(run_of(command.signal.signal));
    if (command.had_children || command.stale_chunks) {
        return chunks_.retire(command.signal, command.children_ended, bodies_);
    }
    return {};
}

Result<std::optional<std::int64_t>> CommandWriter::body_of(
    const char* command,
    const OpenKey& key,
    const Body& body,
    std::optional<SignalId> result_of
) {
    if (!result_of) {
        return bodies_.append(body);
    }
    Statement& select = statements_.select_result;
    HAL9_TRY(const bool found, select.query(*result_of));
    if (!found) {
        return fail(
            ErrorCode::conflict,
            str(command,
                " of ",
                name_of(key.signal),
                ": expected a result of ",
                name_of(*result_of),
                ", found none")
        );
    }
    const auto seq =
        select.is_null(0) ? std::nullopt : std::optional<std::int64_t>(select.integer(0));
    select.reset();
    return seq;
}

Result<void>
CommandWriter::finish_untouched(const Finish& command, std::optional<std::int64_t> result) {
    HAL9_TRY(
        const int changed,
        statements_.finish_untouched.run(
            command.status,
            result,
            error_text(command.error),
            command.skipped,
            command.started,
            command.finished,
            command.usage.wall_us,
            command.usage.cpu_us,
            command.signal.signal,
            command.phase,
            command.attempt
        )
    );
    if (changed != 1) {
        return mismatch(
            {"finish", command.signal, describe("ready", command.phase, command.attempt, false)}
        );
    }
    return {};
}

Result<void>
CommandWriter::finish_opened(const Finish& command, std::optional<std::int64_t> result) {
    const OpenKey& key = command.signal;
    // A parked signal cannot complete; everything else that is open can end in any way.
    const SignalStatus last =
        command.status == SignalStatus::completed ? SignalStatus::waiting : SignalStatus::parked;
    const std::uint32_t owed = take_owed(key.signal);
    HAL9_TRY(
        const int changed,
        statements_.delete_open.run(
            key.organization,
            urgency(key),
            height(key),
            key.signal,
            command.phase,
            command.attempt,
            last,
            owed
        )
    );
    if (changed != 1) {
        return mismatch(
            {"finish",
             key,
             describe(
                 owed > 0                        ? "waiting with every counted child, "
                 : last == SignalStatus::waiting ? "ready or waiting"
                                                 : "open",
                 command.phase,
                 command.attempt,
                 true
             )}
        );
    }
    HAL9_TRY_VOID(statements_.finish_opened.run(
        command.status,
        result,
        error_text(command.error),
        command.skipped,
        command.started,
        command.finished,
        command.usage.wall_us,
        command.usage.cpu_us,
        key.signal
    ));
    return {};
}

// --- again, later or parked

Result<void> CommandWriter::write(const Reopen& command, Receipt&) {
    HAL9_TRY(
        const std::optional<std::int64_t> answer,
        command.message ? take_message(command)
                        : body_of("reopening", command.signal, command.answer, command.answer_of)
    );
    HAL9_TRY_VOID(
        command.opened ? reopen_opened(command, answer) : reopen_untouched(command, answer)
    );
    touch(run_of(command.signal.signal));
    if (command.drop_chunks || command.from == SignalStatus::waiting) {
        return chunks_.retire(command.signal, command.children_ended, bodies_);
    }
    return {};
}

Result<void>
CommandWriter::reopen_untouched(const Reopen& command, std::optional<std::int64_t> answer) {
    const OpenKey& key = command.signal;
    HAL9_TRY(
        const int changed,
        statements_.reopen_untouched.run(
            command.to,
            command.phase,
            command.attempt,
            command.deadline,
            error_text(command.error),
            answer,
            command.started,
            command.usage.wall_us,
            command.usage.cpu_us,
            key.signal,
            command.from_phase,
            command.from_attempt
        )
    );
    if (changed != 1 || command.from != SignalStatus::ready) {
        return mismatch(
            {"reopening",
             key,
             describe(to_string(command.from), command.from_phase, command.from_attempt, false)}
        );
    }
    HAL9_TRY_VOID(statements_.insert_open.run(
        key.organization,
        urgency(key),
        height(key),
        key.signal,
        command.to,
        command.phase,
        command.attempt,
        command.attempts_allowed,
        command.not_before,
        0,
        WaitsFor::children,
        0,
        command.released,
        std::string_view()
    ));
    return {};
}

Result<void>
CommandWriter::reopen_opened(const Reopen& command, std::optional<std::int64_t> answer) {
    const OpenKey& key = command.signal;
    HAL9_TRY(
        const int changed,
        statements_.reopen_open.run(
            command.to,
            command.phase,
            command.attempt,
            command.attempts_allowed,
            command.not_before,
            command.released,
            key.organization,
            urgency(key),
            height(key),
            key.signal,
            command.from,
            command.from_phase,
            command.from_attempt,
            take_owed(key.signal)
        )
    );
    if (changed != 1) {
        return mismatch(
            {"reopening",
             key,
             describe(to_string(command.from), command.from_phase, command.from_attempt, true)}
        );
    }
    HAL9_TRY_VOID(statements_.reopen_opened.run(
        command.to,
        command.phase,
        command.attempt,
        command.deadline,
        error_text(command.error),
        answer,
        command.started,
        command.usage.wall_us,
        command.usage.cpu_us,
        key.signal
    ));
    return {};
}

}  // namespace hal9::sqlite::detail
