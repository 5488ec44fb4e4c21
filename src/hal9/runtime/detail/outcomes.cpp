// Outcomes: what a handler returned becomes commands to the store.
#include "hal9/base/check.hpp"
#include "hal9/base/planted_bug.hpp"
#include "hal9/base/text.hpp"
#include "hal9/runtime/detail/node_impl.hpp"

#include <algorithm>
#include <utility>

namespace hal9::runtime {

DeliveryAction Node::Impl::decide_for(const Live& live, const DeliveryEvent& event) {
    return decide(
        {live.status, live.phase, live.attempt, live.attempts_allowed, live.deadline},
        event,
        {live.definition().retry, live.definition().on_exhausted},
        now_.wall,
        ports_.random
    );
}

void Node::Impl::step_advanced(Live& live) {
    Step& step = *live.step;
    HAL9_ASSERT(step.outcome.has_value());
    if (step.emissions.error()) {
        step.outcome = std::unexpected(*step.emissions.error());
    }
    if (*step.outcome) {
        const StepEnd& end = **step.outcome;
        if (const auto* done = std::get_if<StepDone>(&end)) {
            live.change = done->state;
            step_done(live);
            return;
        }
        if (!std::holds_alternative<StepMore>(end)) {
            HAL9_ASSERT(step.emissions.size() == 0 && step.children == 0);
            begin_wait(live, StepEnd(end));
            return;
        }
        if (auto written = write_chunk(live); written) {
            paused_.push_back(live.id);
            return;
        } else {
            step.outcome = std::unexpected(std::move(written).error());
        }
    }
    const Error error = step.outcome->error();
    const bool drop_chunks = step.children > 0;
    end_step(live);
    attempt_failed(live, error, drop_chunks);
}

/// What a neuron without forward emits is its own result.
Result<void> Node::Impl::append_to_list(Live& live, std::vector<Emission> emissions) {
    Step& step = *live.step;
    for (Emission& emission : emissions) {
        step.list_bytes += emission.body->size() + 1;
        step.list.push_back(std::move(emission));
    }
    if (step.list_bytes > options_.limits.payload_bytes_max) {
        return fail(
            ErrorCode::limit_exceeded,
            str("the list of what neuron \"",
                live.definition().name,
                "\" emitted exceeds ",
                format_size(options_.limits.payload_bytes_max),
                " (payload_bytes_max)")
        );
    }
    return {};
}

/// The neurons that an emission goes to.
Result<std::vector<NeuronIndex>> Node::Impl::targets_of(const Live& live, const Emission& emission)
    const {
    const Step& step = *live.step;
    std::vector<NeuronIndex> targets;
    for (const definition::Connection& connection : live.definition().forward) {
        NeuronIndex chosen = connection.chosen();
        if (!emission.to.empty()) {
            const auto found = std::ranges::find_if(connection.candidates, [&](NeuronIndex each) {
                return live.run->network().neuron(each).name == emission.to;
            });
            if (found == connection.candidates.end()) {
                continue;
            }
            chosen = *found;
        }
        if (connection.when) {
            HAL9_TRY(
                const bool holds,
                connection.when->holds(*emission.value, *step.call.payload, step.root.get())
            );
            if (holds == HAL9_PLANTED(when_inverted)) {
                continue;
            }
        }
        targets.push_back(chosen);
    }
    return targets;
}

/// The children that the emissions make. One for nobody is the result of a neuron that emits one.
Result<HeldChunk> Node::Impl::children_of(Live& live, std::vector<Emission> emissions) {
    Step& step = *live.step;
    HeldChunk held;
    const bool plain = live.definition().is_plain();
    for (Emission& emission : emissions) {
        if (plain) {
            for (const definition::Connection& connection : live.definition().forward) {
                held.children.emplace_back(connection.chosen(), emission);
            }
            continue;
        }
        HAL9_TRY(const std::vector<NeuronIndex> targets, targets_of(live, emission));
        for (const NeuronIndex target : targets) {
            held.children.emplace_back(target, emission);
        }
        if (targets.empty() && live.definition().emits == Emits::one) {
            step.list.push_back(std::move(emission));
        }
    }
    for (const auto& [neuron, emission] : held.children) {
        const auto known =
            std::ranges::find(held.known, neuron, &decltype(held.known)::value_type::first);
        if (known == held.known.end()) {
            held.known.emplace_back(neuron, 1);
        } else {
            ++known->second;
        }
    }
    return held;
}

/// limit_exceeded where the signal may have no more children.
Result<void> Node::Impl::check_children(const Live& live, std::uint64_t count) const {
    if (live.depth >= options_.limits.depth_max) {
        return fail(
            ErrorCode::limit_exceeded,
            str("the signal is ", live.depth, " levels deep, which is depth_max")
        );
    }
    const std::uint64_t last = std::uint64_t{live.run->next_number} + count - 1;
    if (last > options_.limits.signals_per_run_max) {
        return fail(
            ErrorCode::limit_exceeded,
            str("the run has more than ",
                with_thousands(options_.limits.signals_per_run_max),
                " signals (signals_per_run_max)")
        );
    }
    return {};
}

/// Numbers the children and adds them to the transaction, under the live signal as it is now.
void Node::Impl::emit_chunk(Live& live, HeldChunk& held, std::uint32_t first_ordinal) {
    const auto count = static_cast<std::uint32_t>(held.children.size());
    EmitChunk chunk{
        .parent = live.key(),
        .phase = live.phase,
        .attempt = live.attempt,
        .first_ordinal = first_ordinal,
        .first = make_signal_id(live.run->record.id, live.run->next_number),
        .created = record_time_,
        .children = {},
    };
    chunk.children.reserve(count);
    for (const auto& [neuron, emission] : held.children) {
        chunk.children.push_back(
            {neuron,
             child_priority(live, neuron),
             child_deadline(live, neuron, now_.wall),
             emission.body}
        );
    }
    live.run->next_number += count;
    held.chunk = {first_ordinal, chunk.first, count, 0, outbox_.next_ticket()};
    held.written = now_.wall;
    outbox_.add(std::move(chunk));
}

/// Hands the emissions so far to the writer; without forward they join the step's result.
Result<void> Node::Impl::write_chunk(Live& live) {
    Step& step = *live.step;
    std::vector<Emission> emissions = step.emissions.take();
    if (live.definition().forward.empty()) {
        return append_to_list(live, std::move(emissions));
    }
    HAL9_TRY(HeldChunk held, children_of(live, std::move(emissions)));
    if (held.children.empty()) {
        return {};
    }
    HAL9_TRY_VOID(check_children(live, held.children.size()));
    emit_chunk(live, held, step.children);
    step.children += held.chunk.count;
    step.held.push_back(std::move(held));
    // Only the newest chunk is worth keeping in memory: older ones come from the store.
    if (step.held.size() > 1) {
        std::exchange(step.held[step.held.size() - 2].children, {});
    }
    return {};
}

std::uint8_t Node::Impl::child_priority(const Live& parent, NeuronIndex neuron) {
    return parent.run->network().neuron(neuron).priority.value_or(parent.priority);
}

WallTime Node::Impl::child_deadline(const Live& parent, NeuronIndex neuron, WallTime written) {
    const auto& own = parent.run->network().neuron(neuron).deadline;
    if (!own) {
        return parent.deadline;
    }
    const WallTime at = written + *own;
    return parent.deadline.us == 0 ? at : std::min(at, parent.deadline);
}

void Node::Impl::step_done(Live& live) {
    auto written = live.change ? check_change(live, *live.change) : Result<void>();
    if (written) {
        written = write_chunk(live);
    }
    if (!written) {
        const Error& error = written.error();
        const bool drop_chunks = live.step->children > 0;
        end_step(live);
        attempt_failed(live, error, drop_chunks);
        return;
    }
    const definition::Join& join = live.definition().join;
    const bool joins = live.step->children > 0 || live.definition().combine;
    if (joins && is_partial(join) && live.step->children < join.needed) {
        const Error error(
            ErrorCode::invalid_argument,
            str("neuron \"",
                live.definition().name,
                "\" joins ",
                join.needed,
                " children and emitted ",
                live.step->children)
        );
        const bool drop_chunks = live.step->children > 0;
        end_step(live);
        attempt_failed(live, error, drop_chunks);
    } else if (live.step->children > 0) {
        await_children(live);
    } else {
        complete_without_children(live);
    }
}

void Node::Impl::complete_without_children(Live& live) {
    const definition::Neuron& neuron = live.definition();
    std::vector<Emission> list = std::move(live.step->list);
    const Value payload = live.step->call.payload;
    HAL9_ASSERT(std::holds_alternative<action::Complete>(decide_for(live, event::Returned{})));
    end_step(live);
    SignalEnd end;
    if (neuron.emits == Emits::many && !neuron.forward.empty()) {
        Gather none(live.run->network(), live.neuron, options_.limits, ports_.spill);
        auto gathered = none.finish();
        if (!gathered) {
            attempt_failed(live, gathered.error(), false);
            return;
        }
        end.value = std::move(gathered->value);
        end.body = std::move(gathered->body);
    } else if (neuron.emits == Emits::many) {
        json::array all;
        for (const Emission& emission : list) {
            all.push_back(*emission.value);
        }
        end.value = std::make_shared<const json::value>(std::move(all));
    } else if (!list.empty()) {
        end.value = std::move(list.front().value);
        end.body = std::move(list.front().body);
    } else {
        end.value = std::make_shared<const json::value>(nullptr);
    }
    if (is_nested_deeper(*end.value, options_.limits.value_depth_max)) {
        attempt_failed(live, too_deep("the result", options_.limits), false);
        return;
    }
    if (!end.body) {
        end.body = make_body(json::serialize(*end.value));
    }
    result_is_there(live, std::move(end), payload);
}

void Node::Impl::await_children(Live& live) {
    const std::uint32_t children = live.step->children;
    std::vector<HeldChunk> held = std::move(live.step->held);
    Value payload = needed_by_then(live, live.step->call.payload);
    const bool needs_store = needs_payload(live.definition()) && !payload;
    const DeliveryAction decided = decide_for(live, event::Emitted{children});
    end_step(live);
    live.children_from = number_of(held.front().chunk.first);
    change_state(live);
    const std::uint64_t released = next_release();
    outbox_.add(Await{
        .signal = live.key(),
        .phase = live.phase,
        .attempt = live.attempt,
        .attempts_allowed = live.attempts_allowed,
        .opened = live.opened,
        .stale_chunks = live.stale_chunks,
        .pending = std::get<action::AwaitChildren>(decided).pending,
        .not_before = {},
        .children_from = live.children_from,
        .released = released,
        .interim = nullptr,
        .deadline = live.deadline,
        .started = live.started,
        .usage = live.usage,
    });
    wait_in_memory(live, children);
    live.family->payload = std::move(payload);
    if (!needs_store) {
        live.family->gather
            .emplace(live.run->network(), live.neuron, options_.limits, ports_.spill);
    }
    for (HeldChunk& each : held) {
        each.chunk.released = released;
        release_chunk(live, each);
    }
}

/// It waits for so many children, as the command just added says.
void Node::Impl::wait_in_memory(Live& live, std::uint32_t children) {
    leave_line(live);
    live.usage = {};
    live.opened = true;
    live.stale_chunks = false;
    live.answer.reset();
    if (live.status != SignalStatus::waiting) {
        live.status = SignalStatus::waiting;
        tree_.begin_waiting(live);
        tree_.release_payload(live);
    }
    live.stage = Stage::waiting;
    live.family = std::make_unique<Family>();
    live.family->join.pending = children;
}

/// Children become known; they come into memory as far as the window has room.
void Node::Impl::release_chunk(Live& parent, HeldChunk& held) {
    LiveChunk chunk = held.chunk;
    for (const auto& [neuron, count] : held.known) {
        parent.run->progress.neurons[neuron.value].known += count;
    }
    parent.run->progress.known += chunk.count;
    if (!held.children.empty() && has_window_room(parent.run->record.organization, chunk.count) &&
        is_next_of_keys(parent, chunk)) {
        for (auto& [neuron, emission] : held.children) {
            const SignalId id{chunk.first.value + chunk.loaded};
            Live& child = tree_.insert(id, *parent.run, &parent);
            child.ordinal = chunk.first_ordinal + chunk.loaded;
            child.neuron = neuron;
            child.depth = static_cast<std::uint8_t>(parent.depth + 1);
            child.priority = child_priority(parent, neuron);
            child.deadline = child_deadline(parent, neuron, held.written);
            child.attempts_allowed = child.definition().retry.attempts;
            child.released = chunk.released;
            tree_.hold(child, std::move(emission.body), std::move(emission.value));
            set_deadline_timer(child);
            make_ready(child);
            ++chunk.loaded;
        }
    }
    parent.family->chunks.push_back(chunk);
    note_backlog(parent);
}

void Node::Impl::attempt_failed(Live& live, Error error, bool drop_chunks) {
    live.change.reset();
    const DeliveryAction decided = decide_for(live, event::AttemptFailed{std::move(error)});
    if (const auto* again = std::get_if<action::Again>(&decided)) {
        apply_again(live, *again, drop_chunks);
    } else if (const auto* parked = std::get_if<action::Park>(&decided)) {
        park(live, *parked, drop_chunks);
    } else {
        end_signal(
            live,
            {.status = SignalStatus::failed,
             .error = std::get<action::Fail>(decided).error,
             .dropped_chunks = drop_chunks}
        );
    }
}

Reopen Node::Impl::reopen(const Live& live, bool drop_chunks) const {
    return {
        .signal = live.key(),
        .from = live.status,
        .from_phase = live.phase,
        .from_attempt = live.attempt,
        .opened = live.opened,
        .drop_chunks = drop_chunks || live.stale_chunks,
        .to = SignalStatus::ready,
        .phase = live.phase,
        .attempt = live.attempt,
        .attempts_allowed = live.attempts_allowed,
        .not_before = {},
        .deadline = live.deadline,
        .started = live.started,
        .error = std::nullopt,
        .usage = live.usage,
        .released = live.released,
    };
}

void Node::Impl::apply_again(Live& live, const action::Again& again, bool drop_chunks) {
    const bool tried_again = live.status == SignalStatus::ready && again.phase == live.phase;
    if (!tried_again) {
        leave_line(live);
        live.released = next_release();
    }
    Reopen command = reopen(live, drop_chunks);
    command.phase = again.phase;
    command.attempt = again.attempt;
    command.attempts_allowed = again.attempts_allowed;
    command.not_before = again.not_before;
    command.error = again.error;
    outbox_.add(std::move(command));
    live.usage = {};
    live.opened = true;
    live.stale_chunks = false;
    live.status = SignalStatus::ready;
    live.phase = again.phase;
    live.attempt = again.attempt;
    live.attempts_allowed = again.attempts_allowed;
    careful_finished(live.id);
    make_due(live, again.not_before);
}

/// Ready at once, at a time within the horizon, or left to the store.
void Node::Impl::make_due(Live& live, WallTime not_before) {
    if (not_before <= now_.wall) {
        make_ready(live);
        return;
    }
    // Who holds a key, or is first of its line, keeps it until it is tried again.
    const bool keeps_key =
        live.definition().keyed && live.attempt > 0 && enter_line(live) == LineEntry::entered;
    const bool far = not_before - now_.wall > options_.timer_horizon;
    if (!keeps_key && (far || !has_room_for_timers(live.run->record.organization))) {
        timers_in_store_ = true;
        live.run->timers_in_store = true;
        settle_and_erase(live);
        return;
    }
    tree_.begin_timed(live);
    live.timer = timers_.set(steady_for(not_before), TimerKind::ready, live.id);
    if (keeps_key) {
        advance_line(*live.line);
    }
}

void Node::Impl::park(Live& live, const action::Park& parked, bool drop_chunks) {
    Reopen command = reopen(live, drop_chunks);
    command.to = SignalStatus::parked;
    command.attempt = parked.attempt;
    command.not_before = live.deadline;
    command.error = parked.error;
    outbox_.add(std::move(command));
    ports_.log.write(
        LogLevel::warning,
        "signal_parked",
        {{"organization", str(live.run->record.organization.value)},
         {"run", ids_.of(live.run->record.id, live.run->record.created)},
         {"signal", ids_.of(live.id, live.run->record.created)},
         {"neuron", live.definition().name},
         {"attempts", str(parked.attempt)},
         {"error", std::string(to_string(parked.error.code))}}
    );
    ++live.run->parked;
    leave_line(live);
    if (live.deadline.us != 0) {
        look_in_store_at(live.deadline);
    }
    careful_finished(live.id);
    settle_and_erase(live);
}

}  // namespace hal9::runtime
