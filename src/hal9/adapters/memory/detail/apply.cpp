#include "hal9/adapters/memory/detail/apply.hpp"

#include "hal9/adapters/memory/detail/chunks.hpp"
#include "hal9/adapters/memory/detail/copies.hpp"
#include "hal9/adapters/memory/detail/messages.hpp"
#include "hal9/adapters/memory/detail/words.hpp"
#include "hal9/base/text.hpp"
#include "hal9/ports/transaction_facts.hpp"

#include <utility>

namespace hal9::memory::detail {
namespace {

/// What a command believes about the signal it changes.
struct Belief {
    const char* command;
    const OpenKey& key;
    SignalStatus status;
    std::uint16_t phase;
    std::uint16_t attempt;
    bool opened;
};

class Applier {
public:
    Applier(Tables& tables, Receipt& receipt) : tables_(tables), receipt_(receipt) {}

    Result<void> operator()(const PutNetworkVersion& command) {
        const NetworkVersion& version = command.version;
        for (const auto& [id, other] : tables_.versions.rows()) {
            if (id == version.id || (other.organization == version.organization &&
                                     other.name == version.name && other.hash == version.hash)) {
                return fail(
                    ErrorCode::conflict,
                    str("network version ",
                        version.id.value,
                        ": expected a new number and hash, found version ",
                        id.value,
                        " of ",
                        other.name,
                        " with hash ",
                        other.hash)
                );
            }
        }
        tables_.versions.insert(version.id, version);
        return {};
    }

    Result<void> operator()(const AcceptRun& command) {
        const RunRecord& run = command.run;
        if (run.idempotency) {
            const auto key = std::pair(run.organization, run.idempotency->key);
            if (const IdempotentRun* first = tables_.idempotency.find(key)) {
                receipt_.existing = first->run;
                return fail(
                    ErrorCode::conflict,
                    str("idempotency key \"",
                        run.idempotency->key,
                        "\" belongs to run ",
                        first->run.value,
                        first->digest == run.idempotency->digest ? ", the same request"
                                                                 : ", another request")
                );
            }
            tables_.idempotency.insert(key, {run.idempotency->digest, run.id});
        }
        if (!tables_.runs.insert(run.id, run)) {
            return fail(
                ErrorCode::conflict,
                str("run ", run.id.value, ": expected a new number, found a run")
            );
        }
        SignalRow root;
        root.record.id = root_of(run.id);
        root.record.neuron = command.start;
        root.record.depth = run.depth;
        root.record.priority = run.priority;
        root.record.created = run.created;
        root.record.deadline = command.deadline;
        root.record.payload = command.payload;
        root.record.released = command.released;
        root.record.opened = true;
        tables_.signals.insert(root_of(run.id), std::move(root));
        tables_.open.insert(
            place_of({run.organization, run.priority, run.depth, root_of(run.id)}),
            {}
        );
        return {};
    }

    Result<void> operator()(const EmitChunk& command) {
        const ChunkKey key{
            place_of(command.parent),
            command.phase,
            command.first_ordinal,
            tables_.current_owner().epoch,
            command.attempt
        };
        const Chunk chunk{
            command.first,
            static_cast<std::uint32_t>(command.children.size()),
            ChunkState::held,
            0
        };
        if (!tables_.chunks.insert(key, chunk)) {
            return fail(
                ErrorCode::conflict,
                str("children of ",
                    name_of(command.parent.signal),
                    ": expected none from ordinal ",
                    command.first_ordinal,
                    ", found a chunk")
            );
        }
        std::uint32_t offset = 0;
        for (const ChildRow& child : command.children) {
            SignalRow row;
            row.record.id = {command.first.value + offset};
            row.record.parent = command.parent.signal;
            row.record.ordinal = command.first_ordinal + offset;
            row.record.neuron = child.neuron;
            row.record.depth = static_cast<std::uint8_t>(command.parent.depth + 1);
            row.record.priority = child.priority;
            row.record.created = command.created;
            row.record.deadline = child.deadline;
            row.record.payload = child.payload;
            row.record.parent_phase = command.phase;
            const SignalId id = row.record.id;
            if (!tables_.signals.insert(id, std::move(row))) {
                return fail(
                    ErrorCode::conflict,
                    str("children of ",
                        name_of(command.parent.signal),
                        ": expected a new number, found ",
                        name_of(id))
                );
            }
            ++offset;
        }
        return {};
    }

    Result<void> operator()(const Await& command) {
        HAL9_TRY(
            SignalRow * row,
            believed(
                {"await",
                 command.signal,
                 SignalStatus::ready,
                 command.phase,
                 command.attempt,
                 command.opened}
            )
        );
        if (command.stale_chunks) {
            drop_stale_chunks(tables_, command.signal, command.phase, command.attempt);
        }
        const bool for_children = command.waits_for <= WaitsFor::next;
        if (for_children && !release_chunks(tables_, command)) {
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
        set_timer(command.signal, row->record, command.not_before);
        row->record.status = SignalStatus::waiting;
        row->record.waits_for = command.waits_for;
        row->record.children_from = command.children_from;
        if (command.interim) {
            row->record.result = command.interim;
        }
        if (command.waits_for == WaitsFor::next) {
            row->record.went_on = true;
            row->interim = command.interim;
        }
        row->asks = command.asks;
        row->record.attempts_allowed = command.attempts_allowed;
        row->record.pending = command.pending;
        row->record.deadline = command.deadline;
        add_work(row->record, command.started, command.usage);
        set_opened(*row, command.signal);
        return {};
    }

    Result<void> operator()(const Decide& command) {
        HAL9_TRY(
            SignalRow * row,
            believed(
                {"decision",
                 command.signal,
                 SignalStatus::waiting,
                 command.phase,
                 command.attempt,
                 true}
            )
        );
        row->record.pending = 0;
        row->record.counted = command.counted;
        return {};
    }

    Result<void> operator()(const CountDown& command) {
        const SignalRow* row = tables_.signals.find(command.parent.signal);
        const bool placed = tables_.open.find(place_of(command.parent)) != nullptr;
        if (row == nullptr || !placed || row->record.status != SignalStatus::waiting ||
            row->record.pending < command.by) {
            return fail(
                ErrorCode::conflict,
                str("count of ",
                    name_of(command.parent.signal),
                    ": expected it waiting for at least ",
                    command.by,
                    ", found ",
                    placed && row != nullptr
                        ? str(to_string(row->record.status), ", waiting for ", row->record.pending)
                        : std::string("no open row"))
            );
        }
        tables_.signals.edit(command.parent.signal)->record.pending -= command.by;
        return {};
    }

    Result<void> operator()(const Finish& command) {
        HAL9_TRY(
            SignalRow * row,
            believed(
                {"finish",
                 command.signal,
                 status_for_finish(command),
                 command.phase,
                 command.attempt,
                 command.opened}
            )
        );
        SignalRecord& record = row->record;
        record.result = command.result;
        if (command.result_of) {
            HAL9_TRY(record.result, result_of("finish", command.signal, *command.result_of));
        }
        if (command.stale_chunks || command.had_children) {
            retire_chunks(tables_, command.signal, command.children_ended);
        }
        set_timer(command.signal, record, {});
        record.status = command.status;
        end_wait(record);
        record.skipped = command.skipped;
        record.error = command.error;
        record.finished = command.finished;
        add_work(record, command.started, command.usage);
        row->record.opened = false;
        tables_.open.erase(place_of(command.signal));
        return {};
    }

    Result<void> operator()(const Reopen& command) {
        HAL9_TRY(
            SignalRow * row,
            believed(
                {"reopening",
                 command.signal,
                 command.from,
                 command.from_phase,
                 command.from_attempt,
                 command.opened}
            )
        );
        if (command.drop_chunks || command.from == SignalStatus::waiting) {
            retire_chunks(tables_, command.signal, command.children_ended);
        }
        SignalRecord& record = row->record;
        if (command.message) {
            HAL9_TRY(record.result, take_message(tables_, command.signal, *command.message));
        } else if (command.answer_of) {
            HAL9_TRY(record.result, result_of("reopening", command.signal, *command.answer_of));
        } else if (command.answer) {
            record.result = command.answer;
        }
        set_timer(command.signal, record, command.not_before);
        record.status = command.to;
        record.phase = command.phase;
        record.attempt = command.attempt;
        record.attempts_allowed = command.attempts_allowed;
        end_wait(record);
        record.deadline = command.deadline;
        record.released = command.released;
        record.error = command.error;
        add_work(record, command.started, command.usage);
        set_opened(*row, command.signal);
        return {};
    }

    Result<void> operator()(const PutKeyState& command) {
        const KeyState& state = command.state;
        tables_.key_states.erase(state.name);
        if (!state.state.empty()) {
            tables_.key_states.insert(state.name, state);
        }
        return {};
    }

    Result<void> operator()(const SetRunState& command) {
        RunRecord* run = tables_.runs.edit(command.run);
        if (run == nullptr || run->state != command.from) {
            return fail(
                ErrorCode::conflict,
                str("run ",
                    command.run.value,
                    ": expected ",
                    to_string(command.from),
                    ", found ",
                    run == nullptr ? std::string_view("none") : to_string(run->state))
            );
        }
        run->state = command.to;
        run->decided = command.decided;
        if (has_ended(command.to)) {
            run->finished = command.at;
            drop_messages(tables_, command.run);
        }
        return {};
    }

    Result<void> operator()(const SweepRun& command) {
        const RunRecord* run = tables_.runs.find(command.run);
        if (run == nullptr || run->state == RunState::running) {
            return fail(
                ErrorCode::conflict,
                str("sweep of run ",
                    command.run.value,
                    ": expected a run whose end is decided, found ",
                    run == nullptr ? "none" : "it running")
            );
        }
        receipt_.swept += sweep(tables_, command);
        return {};
    }

    Result<void> operator()(const MarkProcessing& command) {
        Owner* owner = tables_.owner.edit(0);
        owner->processing = command.signal;
        owner->processing_deaths = command.deaths;
        return {};
    }

    Result<void> operator()(const MarkHealthy&) {
        Owner* owner = tables_.owner.edit(0);
        owner->unclean_starts = 0;
        owner->processing.reset();
        owner->processing_deaths = 0;
        return {};
    }

    Result<void> operator()(const SetNetworkState& command) {
        const NetworkState found = tables_.network_state(command.organization, command.name);
        if (found != command.from) {
            return fail(
                ErrorCode::conflict,
                str("network ",
                    command.name,
                    ": expected ",
                    to_string(command.from),
                    ", found ",
                    to_string(found))
            );
        }
        const std::uint64_t runs = command.to == NetworkState::deleted
                                       ? tables_.unfinished_runs(command.organization, command.name)
                                       : 0;
        if (runs > 0) {
            return fail(
                ErrorCode::conflict,
                str("network ", command.name, ": expected no unfinished runs, found ", runs)
            );
        }
        const auto key = std::pair(command.organization, command.name);
        tables_.networks.erase(key);
        if (command.to != NetworkState::active) {
            tables_.networks.insert(key, command.to);
        }
        return {};
    }

    Result<void> operator()(const SetRunPriority& command) {
        RunRecord* const run = tables_.runs.edit(command.run);
        if (run == nullptr) {
            return fail(
                ErrorCode::conflict,
                str("priority of run ", command.run.value, ": expected a run, found none")
            );
        }
        run->priority = command.priority;
        return {};
    }

    Result<void> operator()(const PutMessage& command) {
        const MessageRecord& message = command.message;
        if (!tables_.messages.insert({message.run, message.number}, {message, command.body})) {
            return fail(
                ErrorCode::conflict,
                str("message ",
                    message.number,
                    " to run ",
                    message.run.value,
                    ": expected a new number, found a message")
            );
        }
        return {};
    }

    Result<void> operator()(const PutSchedule& command) {
        const Schedule& schedule = command.schedule;
        if (!tables_.schedules.insert({schedule.organization, schedule.name}, schedule)) {
            return fail(
                ErrorCode::conflict,
                str("schedule ", schedule.name, ": expected a new name, found a schedule")
            );
        }
        return {};
    }

    Result<void> operator()(const RemoveSchedule& command) {
        const auto key = std::pair(command.organization, command.name);
        if (tables_.schedules.find(key) == nullptr) {
            return fail(
                ErrorCode::conflict,
                str("schedule ", command.name, ": expected a schedule, found none")
            );
        }
        tables_.schedules.erase(key);
        return {};
    }

    Result<void> operator()(const AdvanceSchedule& command) {
        Schedule* const schedule = tables_.schedules.edit({command.organization, command.name});
        if (schedule == nullptr || schedule->next != command.from) {
            return fail(
                ErrorCode::conflict,
                str("schedule ",
                    command.name,
                    ": expected ",
                    format_time(command.from),
                    " as its next time, found another, or no schedule")
            );
        }
        schedule->next = command.to;
        schedule->error = command.error;
        if (command.run) {
            schedule->last = command.from;
            schedule->last_run = command.run;
        }
        return {};
    }

    Result<void> operator()(const BeginFork& command) {
        const RunRecord& run = command.run;
        if (!tables_.runs.insert(run.id, run)) {
            return fail(
                ErrorCode::conflict,
                str("run ", run.id.value, ": expected a new number, found a run")
            );
        }
        return {};
    }

    Result<void> operator()(const CopySignals& command) { return copy_signals(tables_, command); }

private:
    /// A parked signal cannot complete; everything else that is open can end in any way.
    [[nodiscard]] SignalStatus status_for_finish(const Finish& command) const {
        const SignalRow* row = tables_.signals.find(command.signal.signal);
        if (row == nullptr || !command.opened ||
            (row->record.status == SignalStatus::parked && command.status == SignalStatus::completed
            )) {
            return SignalStatus::ready;
        }
        return row->record.status;
    }

    [[nodiscard]] Result<SignalRow*> believed(const Belief& belief) {
        SignalRow* row = tables_.signals.edit(belief.key.signal);
        const bool placed = tables_.open.find(place_of(belief.key)) != nullptr;
        if (row != nullptr && row->record.opened == belief.opened && placed == belief.opened &&
            row->record.status == belief.status && !has_ended(belief.status) &&
            row->record.phase == belief.phase && row->record.attempt == belief.attempt) {
            return row;
        }
        return fail(
            ErrorCode::conflict,
            str(belief.command,
                " of ",
                name_of(belief.key.signal),
                ": expected ",
                describe(belief.status, belief.phase, belief.attempt, belief.opened),
                ", found ",
                row == nullptr
                    ? std::string("none")
                    : describe(row->record.status, row->record.phase, row->record.attempt, placed))
        );
    }

    [[nodiscard]] Result<Body> result_of(const char* command, const OpenKey& key, SignalId signal)
        const {
        const SignalRow* of = tables_.signals.find(signal);
        if (of == nullptr || of->record.status != SignalStatus::completed) {
            return fail(
                ErrorCode::conflict,
                str(command,
                    " of ",
                    name_of(key.signal),
                    ": expected a result of ",
                    name_of(signal),
                    ", found none")
            );
        }
        return of->record.result;
    }

    static void end_wait(SignalRecord& record) {
        record.pending = 0;
        record.waits_for = WaitsFor::children;
        record.children_from = 0;
        record.counted.clear();
    }

    static void add_work(SignalRecord& record, WallTime started, const Usage& usage) {
        if (record.started.us == 0) {
            record.started = started;
        }
        record.usage += usage;
    }

    void set_opened(SignalRow& row, const OpenKey& key) {
        row.record.opened = true;
        tables_.open.insert(place_of(key), {});
    }

    void set_timer(const OpenKey& key, SignalRecord& record, WallTime not_before) {
        if (record.not_before.us != 0) {
            tables_.timers.erase({key.organization, record.not_before, key.signal});
        }
        if (not_before.us != 0) {
            tables_.timers.insert({key.organization, not_before, key.signal}, place_of(key));
        }
        record.not_before = not_before;
    }

    Tables& tables_;
    Receipt& receipt_;
};

}  // namespace

Receipt apply(Tables& tables, const Transaction& transaction, const Limits& limits) {
    Receipt receipt;
    receipt.ticket = transaction.ticket;
    if (Result<void> within = check_limits(transaction, limits); !within) {
        receipt.error = std::move(within).error();
        return receipt;
    }
    Applier applier(tables, receipt);
    for (const Command& command : transaction.commands) {
        if (Result<void> done = std::visit(applier, command); !done) {
            tables.undo();
            receipt.swept = 0;
            receipt.error = std::move(done).error();
            return receipt;
        }
    }
    tables.keep();
    return receipt;
}

}  // namespace hal9::memory::detail
