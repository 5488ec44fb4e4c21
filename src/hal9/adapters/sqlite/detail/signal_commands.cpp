// The commands of CommandWriter that emit children, and wait and count for them.
#include "hal9/adapters/sqlite/detail/command_writer.hpp"
#include "hal9/adapters/sqlite/detail/row_checks.hpp"
#include "hal9/adapters/sqlite/detail/row_text.hpp"
#include "hal9/adapters/sqlite/detail/words.hpp"
#include "hal9/base/text.hpp"

#include <utility>

namespace hal9::sqlite::detail {
namespace {

/// What `then` goes on from stays, also when the signal has ended: a fork may go on from it again.
std::optional<std::int64_t>
gone_on_from(const Await& command, std::optional<std::int64_t> interim) {
    return command.waits_for == WaitsFor::next ? std::optional(interim.value_or(0)) : std::nullopt;
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
    // Others of the group owe this: a transaction that fails after taking it has had an effect.
    ++counts_;
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
                payload,
                command.phase
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
    HAL9_TRY(const std::optional<std::int64_t> interim, bodies_.append(command.interim));
    HAL9_TRY_VOID(
        command.opened ? await_opened(command, interim) : await_untouched(command, interim)
    );
    touch(run_of(command.signal.signal));
    if (command.stale_chunks) {
        HAL9_TRY_VOID(chunks_.drop_stale(command.signal, command.phase, command.attempt, bodies_));
    }
    if (command.waits_for > WaitsFor::next) {
        return {};
    }
    HAL9_TRY(const bool any, chunks_.release(command));
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

Result<void>
CommandWriter::await_untouched(const Await& command, std::optional<std::int64_t> interim) {
    const OpenKey& key = command.signal;
    HAL9_TRY(
        const int changed,
        statements_.await_untouched.run(
            interim,
            gone_on_from(command, interim),
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
        command.not_before,
        command.pending,
        command.waits_for,
        command.children_from,
        0,
        command.asks
    ));
    return {};
}

Result<void>
CommandWriter::await_opened(const Await& command, std::optional<std::int64_t> interim) {
    const OpenKey& key = command.signal;
    HAL9_TRY(
        const int changed,
        statements_.await_open.run(
            command.attempts_allowed,
            command.not_before,
            command.pending,
            command.waits_for,
            command.children_from,
            command.asks,
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
        interim,
        gone_on_from(command, interim),
        command.deadline,
        command.started,
        command.usage.wall_us,
        command.usage.cpu_us,
        key.signal
    ));
    return {};
}

Result<void> CommandWriter::write(const Decide& command, Receipt&) {
    const OpenKey& key = command.signal;
    static_cast<void>(take_owed(key.signal));  // it counts down to none in any case
    const std::string ordinals = counted_bytes(command.counted);
    HAL9_TRY(
        const int changed,
        statements_.decide.run(
            Bytes{ordinals},
            key.organization,
            urgency(key),
            height(key),
            key.signal,
            command.phase,
            command.attempt
        )
    );
    if (changed != 1) {
        return mismatch({"decision", key, describe("waiting", command.phase, command.attempt, true)}
        );
    }
    touch(run_of(key.signal));
    return {};
}

// --- keys

Result<void> CommandWriter::write(const PutKeyState& command, Receipt&) {
    const KeyState& state = command.state;
    const KeyName& name = state.name;
    if (state.state.empty()) {
        HAL9_TRY_VOID(
            statements_.delete_key_state.run(name.organization, name.network, name.neuron, name.key)
        );
        return {};
    }
    HAL9_TRY_VOID(statements_.put_key_state.run(
        name.organization,
        name.network,
        name.neuron,
        name.key,
        state.state,
        state.changed,
        state.expires
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

}  // namespace hal9::sqlite::detail
