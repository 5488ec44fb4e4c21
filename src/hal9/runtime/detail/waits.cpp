// Waits: for a time, a person, a message, or a run of another network that a signal started.
//
// What waits for people is in the store only; a signal that started a run stays in memory, so that
// the run's end finds it at once. What ends a wait is the `answer` of the next phase's call.
#include "hal9/base/check.hpp"
#include "hal9/base/text.hpp"
#include "hal9/definition/parse.hpp"
#include "hal9/runtime/detail/node_impl.hpp"

#include <utility>

namespace hal9::runtime {

void Node::Impl::begin_wait(Live& live, StepEnd end) {
    if (const auto* wait = std::get_if<StepWait>(&end)) {
        const DeliveryAction decided = decide_for(live, event::WaitAsked{wait->until});
        end_step(live);
        apply_again(live, std::get<action::Again>(decided), false);
    } else if (auto* ask = std::get_if<StepAsk>(&end)) {
        const json::object asked{{"question", ask->question}, {"form", ask->form}};
        ask_others(live, WaitsFor::person, asked, ask->until);
    } else if (auto* receive = std::get_if<StepReceive>(&end)) {
        ask_others(live, WaitsFor::message, json::object{{"name", receive->name}}, receive->until);
    } else {
        run_network(live, std::get<StepRunNetwork>(std::move(end)));
    }
}

Await Node::Impl::await_answer(const Live& live, WaitsFor what) const {
    return {
        .signal = live.key(),
        .phase = live.phase,
        .attempt = live.attempt,
        .attempts_allowed = live.attempts_allowed,
        .opened = live.opened,
        .stale_chunks = live.stale_chunks,
        .pending = 0,
        .waits_for = what,
        .not_before = {},
        .interim = nullptr,
        .deadline = live.deadline,
        .started = live.started,
        .usage = live.usage,
    };
}

/// The signal waits in the store; what it asks for is its interim result.
void Node::Impl::ask_others(
    Live& live,
    WaitsFor what,
    const json::object& asked,
    std::optional<WallTime> until
) {
    HAL9_ASSERT(std::holds_alternative<action::AwaitAnswer>(decide_for(live, event::WaitBegan{})));
    Body interim = make_body(json::serialize(asked));
    end_step(live);
    if (interim->size() > options_.limits.payload_bytes_max) {
        attempt_failed(live, too_large("what the signal asks for", interim->size()), false);
        return;
    }
    Await command = await_answer(live, what);
    command.interim = std::move(interim);
    if (what == WaitsFor::message) {
        command.asks = std::string(asked.at("name").as_string());
    }
    if (until || live.deadline.us != 0) {
        command.not_before = until ? *until : live.deadline;
        if (live.deadline.us != 0) {
            command.not_before = std::min(command.not_before, live.deadline);
        }
        look_in_store_at(command.not_before);
    }
    std::optional<std::uint32_t> message;
    if (what == WaitsFor::message) {
        message = take_from_mailbox(*live.run, command.asks);
        live.run->receive_ticket = outbox_.next_ticket();
    }
    outbox_.add(std::move(command));
    leave_line(live);
    careful_finished(live.id);
    live.opened = true;
    if (!message) {
        ++live.run->asking;
        settle_and_erase(live);
        return;
    }
    live.usage = {};
    live.stale_chunks = false;
    live.status = SignalStatus::waiting;
    live.waits_for = what;
    tree_.begin_waiting(live);
    answered(live, {.message = message});
}

/// Its time to wait is over, and nobody has answered.
void Node::Impl::answer_overdue(Live& live) {
    --live.run->asking;
    wait_failed(
        live,
        {ErrorCode::deadline_exceeded,
         live.waits_for == WaitsFor::person ? "nobody answered in time" : "no message came in time"}
    );
}

void Node::Impl::wait_failed(Live& live, Error error) {
    const DeliveryAction decided = decide_for(live, event::WaitFailed{std::move(error)});
    if (const auto* parked = std::get_if<action::Park>(&decided)) {
        park(live, *parked, false);
    } else {
        end_signal(
            live,
            {.status = SignalStatus::failed, .error = std::get<action::Fail>(decided).error}
        );
    }
}

/// What the signal waited for is there: its handler is called again, in the next phase.
void Node::Impl::answered(Live& live, Answered answer) {
    const auto again = std::get<action::Again>(decide_for(live, event::Answered{}));
    live.released = next_release();
    Reopen command = reopen(live, false);
    command.phase = again.phase;
    command.attempt = again.attempt;
    command.attempts_allowed = again.attempts_allowed;
    command.answer = std::move(answer.body);
    command.answer_of = answer.result_of;
    command.message = answer.message;
    command.children_ended = true;
    outbox_.add(std::move(command));
    live.usage = {};
    live.status = SignalStatus::ready;
    live.waits_for = WaitsFor::children;
    live.child_run.reset();
    live.phase = again.phase;
    live.attempt = again.attempt;
    live.attempts_allowed = again.attempts_allowed;
    live.answer_in_store = answer.value == nullptr;
    live.answer = std::move(answer.value);
    tree_.end_waiting(live);
    make_ready(live);
}

/// A run of another network, accepted in the transaction that makes its caller wait.
void Node::Impl::run_network(Live& live, StepRunNetwork call) {
    const std::uint8_t depth = static_cast<std::uint8_t>(live.depth + 1);
    if (child_runs_at_[depth] >= options_.limits.child_runs_per_depth) {
        end_step(live);
        hold_caller(live, depth);
        return;
    }
    HAL9_ASSERT(std::holds_alternative<action::AwaitAnswer>(decide_for(live, event::WaitBegan{})));
    end_step(live);
    auto prepared = prepare_child_run(live, std::move(call));
    if (fatal_) {
        return;
    }
    if (!prepared) {
        attempt_failed(live, std::move(prepared).error(), false);
        return;
    }
    ++next_run_.value;
    RunRecord& record = prepared->record;
    const std::uint64_t released = next_release();
    outbox_.add(accept_command(*prepared, released));
    outbox_.add(await_answer(live, WaitsFor::run));
    careful_finished(live.id);
    leave_line(live);
    live.usage = {};
    live.opened = true;
    live.stale_chunks = false;
    live.status = SignalStatus::waiting;
    live.waits_for = WaitsFor::run;
    live.child_run = record.id;
    live.run->child_runs.emplace(live.id, record.id);
    ++child_runs_at_[depth];
    tree_.begin_waiting(live);
    tree_.release_payload(live);
    begin_run(record, prepared->loaded, prepared->deadline, std::move(prepared->input), released);
}

Result<Node::Impl::NewRun> Node::Impl::prepare_child_run(const Live& live, StepRunNetwork call) {
    const RunRecord& own = live.run->record;
    if (live.depth >= options_.limits.depth_max) {
        return fail(
            ErrorCode::limit_exceeded,
            str("the signal is ", live.depth, " levels deep, which is depth_max")
        );
    }
    NetworkVersionId version = own.version;
    if (is_deleted(own.organization, call.network)) {
        return fail(ErrorCode::not_found, str("the network \"", call.network, "\" was deleted"));
    }
    if (call.network != own.network) {
        const auto found = ports_.reader.find_network(own.organization, call.network, {});
        if (!found) {
            return unreadable(found.error());
        }
        if (!*found) {
            return fail(
                ErrorCode::not_found,
                str("there is no network \"",
                    call.network,
                    "\"; apply it first: hal9 network apply FILE")
            );
        }
        version = (*found)->id;
    }
    HAL9_TRY(LoadedNetworkPtr loaded, network_of(version));
    HAL9_TRY_VOID(check_capabilities(loaded->network, own.grants));
    HAL9_TRY(json::value payload, definition::check_input(loaded->network, std::move(call.input)));
    HAL9_TRY(Body body, input_body(payload, options_.limits));
    const definition::Neuron& start = loaded->network.neuron(loaded->network.start);
    NewRun child;
    child.record = {
        .id = next_run_,
        .organization = own.organization,
        .version = version,
        .network = call.network,
        .principal = own.principal,
        .parent = live.id,
        .depth = static_cast<std::uint8_t>(live.depth + 1),
        .priority = start.priority.value_or(priority_of(live)),
        .created = record_time_,
        .grants = own.grants,
        .idempotency = std::nullopt,
    };
    child.deadline = live.deadline;
    if (start.deadline) {
        const WallTime at = now_.wall + *start.deadline;
        child.deadline = live.deadline.us == 0 ? at : std::min(at, live.deadline);
    }
    child.input.body = std::move(body);
    child.input.value = std::make_shared<const json::value>(std::move(payload));
    child.loaded = std::move(loaded);
    return child;
}

/// The end of a run that a signal started is that signal's answer, in the same transaction.
void Node::Impl::tell_caller(LiveRun& run) {
    if (run.record.parent.value == 0) {
        return;
    }
    end_child_run_at(run.record.depth);
    const auto found = materialise(run.record.parent);
    if (LiveRun* const above = tree_.find_run(run_of(run.record.parent))) {
        above->child_runs.erase(run.record.parent);
    }
    if (!found) {
        fatal_ = Error(found.error().code, "the caller of a run cannot be read", found.error());
        return;
    }
    Live* const caller = *found;
    if (caller == nullptr || caller->child_run != run.record.id) {
        return;
    }
    caller->child_run.reset();
    if (run.record.decided == RunState::completed) {
        answered(*caller, {.result_of = root_of(run.record.id)});
        return;
    }
    Error error = run.error.value_or(Error(ErrorCode::cancelled, "the run was cancelled"));
    const ErrorCode code = error.code;
    wait_failed(
        *caller,
        Error(
            code,
            str("run ",
                ids_.of(run.record.id, run.record.created),
                " of network \"",
                run.record.network,
                "\" ",
                to_string(run.record.decided)),
            std::move(error)
        )
    );
}

/// It calls once another run of that depth has ended. Until then it is none of the window's: those
/// that were called need the room, or no run would ever end.
void Node::Impl::hold_caller(Live& live, std::uint8_t depth) {
    const SignalId id = live.id;
    const OrganizationId organization = live.run->record.organization;
    tree_.release_payload(live);
    hold_back(live);
    if (tree_.find(id) != nullptr) {
        held_callers_[depth].push_back(id);
    } else {
        callers_in_store_.insert(organization);
    }
}

void Node::Impl::end_child_run_at(std::uint8_t depth) {
    --child_runs_at_[depth];
    std::deque<SignalId>& callers = held_callers_[depth];
    while (!callers.empty()) {
        Live* const live = tree_.find(callers.front());
        callers.pop_front();
        if (live != nullptr && live->stage == Stage::held && !is_paused(*live->run)) {
            tree_.end_held(*live);
            make_ready(*live);
            return;
        }
    }
    for (const OrganizationId organization : std::exchange(callers_in_store_, {})) {
        backlogs_[organization].again = true;
    }
}

/// The signal no longer waits for the run it started, which ends with it.
void Node::Impl::drop_child_run(Live& live) {
    if (!live.child_run) {
        return;
    }
    LiveRun* const child = tree_.find_run(*std::exchange(live.child_run, std::nullopt));
    if (child != nullptr) {
        cancel_in_memory(*child);
    }
}

void Node::Impl::cancel_child_runs(LiveRun& run) {
    for (const auto& [caller, id] : std::map(run.child_runs)) {
        if (LiveRun* const child = tree_.find_run(id)) {
            cancel_in_memory(*child);
        }
    }
}

/// Nothing of the run starts any more; added to the transaction under way.
void Node::Impl::cancel_in_memory(LiveRun& run) {
    if (run.progress.state != RunState::running) {
        return;
    }
    if (Live* const root = tree_.find(root_of(run.record.id))) {
        forget_descendants(*root);
        ++run.progress.neurons[root->neuron.value].cancelled;
        ++run.progress.done;
        forget(*root);
    }
    run.has_losers = true;
    begin_sweep(run, RunState::cancelled);
    cancel_child_runs(run);
}

}  // namespace hal9::runtime
