// The commands of CommandWriter that write signals.
#include "hal9/adapters/sqlite/detail/command_writer.hpp"
#include "hal9/adapters/sqlite/detail/row_checks.hpp"
#include "hal9/adapters/sqlite/detail/row_text.hpp"
#include "hal9/base/text.hpp"

#include <utility>

namespace hal9::sqlite::detail {
namespace {

std::string name_of(SignalId signal) {
    return str("signal ", number_of(signal), " of run ", run_of(signal).value);
}

std::string
describe(std::string_view status, std::int64_t phase, std::int64_t attempt, bool opened) {
    return str(
        status,
        " in phase ",
        phase,
        ", attempt ",
        attempt,
        opened ? ", with an open row" : ", without an open row"
    );
}

}  // namespace

// --- compares

Result<std::string> CommandWriter::describe_found(const OpenKey& key) {
    Statement& open = statements_.select_open;
    HAL9_TRY(
        const bool opened,
        open.query(key.organization, urgency(key), height(key), key.signal)
    );
    std::string pending;
    if (opened) {
        pending = str(" for ", open.integer(3), " children");
        open.reset();
    }
    Statement& row = statements_.select_signal;
    HAL9_TRY(const bool found, row.query(key.signal));
    if (!found) {
        return "none";
    }
    HAL9_TRY(const SignalStatus status, read_status(row, 0));
    std::string text =
        str(describe(to_string(status), row.integer(1), row.integer(2), opened),
            status == SignalStatus::waiting ? pending : std::string());
    row.reset();
    return text;
}

std::unexpected<Error> CommandWriter::mismatch(const Belief& belief) {
    Result<std::string> found = describe_found(belief.key);
    if (!found) {
        return fail(std::move(found).error());
    }
    return fail(
        ErrorCode::conflict,
        str(belief.command,
            " of ",
            name_of(belief.key.signal),
            ": expected ",
            belief.expected,
            ", found ",
            *found)
    );
}

std::uint32_t CommandWriter::take_owed(SignalId parent) {
    const auto at = owed_.empty() ? owed_.end() : owed_.find(parent);
    if (at == owed_.end()) {
        return 0;
    }
    const std::uint32_t by = at->second.by;
    owed_.erase(at);
    return by;
}

Result<void> CommandWriter::write_count(const Owed& owed) {
    const OpenKey& key = owed.parent;
    HAL9_TRY(
        const int changed,
        statements_.count_down.run(owed.by, key.organization, urgency(key), height(key), key.signal)
    );
    if (changed != 1) {
        return mismatch({"count", key, str("it waiting for at least ", owed.by)});
    }
    return {};
}

Result<void> CommandWriter::flush_counts() {
    for (const auto& [parent, owed] : owed_) {
        HAL9_TRY_VOID(write_count(owed));
    }
    owed_.clear();
    return {};
}

// --- emission

Result<void> CommandWriter::write(const EmitChunk& command, Receipt&) {
    const OpenKey& parent = command.parent;
    HAL9_TRY_VOID(unless_taken(chunks_.insert(command), [&command, &parent] {
        return str(
            "children of ",
            name_of(parent.signal),
            ": expected none from ordinal ",
            command.first_ordinal,
            ", found a chunk"
        );
    }));
    const std::uint32_t parent_number = number_of(parent.signal);
    std::uint32_t offset = 0;
    for (const ChildRow& child : command.children) {
        const SignalId id{command.first.value + offset};
        HAL9_TRY(const std::optional<std::int64_t> payload, bodies_.append(child.payload));
        HAL9_TRY_VOID(unless_taken(
            statements_.insert_child.run(
                id,
                parent_number,
                command.first_ordinal + offset,
                child.neuron,
                parent.depth + 1,
                child.priority,
                command.created,
                child.deadline,
                payload
            ),
            [id, &parent] {
                return str(
                    "children of ",
                    name_of(parent.signal),
                    ": expected a new number, found ",
                    name_of(id)
                );
            }
        ));
        ++offset;
    }
    touch(run_of(command.first));
    return {};
}

// --- waiting

Result<void> CommandWriter::write(const Await& command, Receipt&) {
    HAL9_TRY_VOID(command.opened ? await_opened(command) : await_untouched(command));
    touch(run_of(command.signal.signal));
    if (command.stale_chunks) {
        HAL9_TRY_VOID(chunks_.drop_stale(command.signal, command.phase, command.attempt, bodies_));
    }
    HAL9_TRY(const bool any, chunks_.release(command.signal, command.phase, command.attempt));
    if (!any) {
        return fail(
            ErrorCode::conflict,
            str("await of ",
                name_of(command.signal.signal),
                ": expected children of phase ",
                command.phase,
                ", attempt ",
                command.attempt,
                ", found none")
        );
    }
    return {};
}

Result<void> CommandWriter::await_untouched(const Await& command) {
    const OpenKey& key = command.signal;
    HAL9_TRY(
        const int changed,
        statements_.await_untouched.run(
            command.deadline,
            command.started,
            command.usage.wall_us,
            command.usage.cpu_us,
            key.signal,
            command.phase,
            command.attempt
        )
    );
    if (changed != 1) {
        return mismatch({"await", key, describe("ready", command.phase, command.attempt, false)});
    }
    HAL9_TRY_VOID(statements_.insert_open.run(
        key.organization,
        urgency(key),
        height(key),
        key.signal,
        SignalStatus::waiting,
        command.phase,
        command.attempt,
        command.attempts_allowed,
        0,
        command.pending
    ));
    return {};
}

Result<void> CommandWriter::await_opened(const Await& command) {
    const OpenKey& key = command.signal;
    HAL9_TRY(
        const int changed,
        statements_.await_open.run(
            command.attempts_allowed,
            command.pending,
            key.organization,
            urgency(key),
            height(key),
            key.signal,
            command.phase,
            command.attempt
        )
    );
    if (changed != 1) {
        return mismatch({"await", key, describe("ready", command.phase, command.attempt, true)});
    }
    HAL9_TRY_VOID(statements_.await_opened.run(
        command.deadline,
        command.started,
        command.usage.wall_us,
        command.usage.cpu_us,
        key.signal
    ));
    return {};
}

Result<void> CommandWriter::write(const CountDown& command, Receipt&) {
    Owed& owed = owed_[command.parent.signal];
    owed.parent = command.parent;
    owed.by += command.by;
    ++counts_;
    return {};
}

// --- the end

Result<void> CommandWriter::write(const Finish& command, Receipt&) {
    HAL9_TRY(const std::optional<std::int64_t> result, result_of(command));
    HAL9_TRY_VOID(
        command.opened ? finish_opened(command, result) : finish_untouched(command, result)
    );
    touch(run_of(command.signal.signal));
    if (command.had_children || command.stale_chunks) {
        return chunks_.retire(command.signal, command.status == SignalStatus::completed, bodies_);
    }
    return {};
}

Result<std::optional<std::int64_t>> CommandWriter::result_of(const Finish& command) {
    if (!command.result_of) {
        return bodies_.append(command.result);
    }
    Statement& select = statements_.select_result;
    HAL9_TRY(const bool found, select.query(*command.result_of));
    if (!found) {
        return fail(
            ErrorCode::conflict,
            str("finish of ",
                name_of(command.signal.signal),
                ": expected a result of ",
                name_of(*command.result_of),
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
    HAL9_TRY_VOID(command.opened ? reopen_opened(command) : reopen_untouched(command));
    touch(run_of(command.signal.signal));
    if (command.drop_chunks || command.from == SignalStatus::waiting) {
        return chunks_.retire(command.signal, false, bodies_);
    }
    return {};
}

Result<void> CommandWriter::reopen_untouched(const Reopen& command) {
    const OpenKey& key = command.signal;
    HAL9_TRY(
        const int changed,
        statements_.reopen_untouched.run(
            command.to,
            command.phase,
            command.attempt,
            command.deadline,
            error_text(command.error),
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
        0
    ));
    return {};
}

Result<void> CommandWriter::reopen_opened(const Reopen& command) {
    const OpenKey& key = command.signal;
    HAL9_TRY(
        const int changed,
        statements_.reopen_open.run(
            command.to,
            command.phase,
            command.attempt,
            command.attempts_allowed,
            command.not_before,
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
        command.started,
        command.usage.wall_us,
        command.usage.cpu_us,
        key.signal
    ));
    return {};
}

}  // namespace hal9::sqlite::detail
