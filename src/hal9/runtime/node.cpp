// Turns: what is looked at in which order.
#include "hal9/runtime/node.hpp"

#include "hal9/base/check.hpp"
#include "hal9/base/planted_bug.hpp"
#include "hal9/base/text.hpp"
#include "hal9/runtime/detail/node_impl.hpp"

#include <algorithm>
#include <utility>

namespace hal9::runtime {

Node::Node(NodePorts ports, Kinds kinds, NodeOptions options)
    : impl_(std::make_unique<Impl>(ports, kinds, options)) {}

Node::~Node() = default;

Result<void> Node::start(const Recovery& recovery) {
    return impl_->start(recovery);
}

Result<NextTurn> Node::turn() {
    return impl_->turn();
}

void Node::drain() {
    impl_->drain();
}

bool Node::is_quiet() const {
    return impl_->is_quiet();
}

Task<Result<Applied>> Node::apply(OrganizationId organization, definition::Network network) {
    return impl_->to_its_end(impl_->apply(organization, std::move(network)));
}

Task<Result<Accepted>> Node::accept(AcceptRequest request) {
    return impl_->to_its_end(impl_->accept(std::move(request)));
}

Result<void> Node::take_up(RunId run) {
    return impl_->take_up(run);
}

Task<Result<RunRecord>> Node::ended(RunId run) {
    return impl_->ended(run);
}

Task<Result<RunRecord>> Node::cancel(RunId run) {
    return impl_->to_its_end(impl_->cancel(run));
}

Task<Result<void>> Node::redrive(SignalId signal) {
    return impl_->to_its_end(impl_->redrive(signal));
}

Task<Result<void>> Node::discard(SignalId signal) {
    return impl_->to_its_end(impl_->discard(signal));
}

Task<Result<void>> Node::answer(SignalId signal, Answering answering) {
    return impl_->to_its_end(impl_->answer(signal, std::move(answering)));
}

Task<Result<void>> Node::cancel_signal(SignalId signal) {
    return impl_->to_its_end(impl_->cancel_signal(signal));
}

Task<Result<RunRecord>> Node::prioritise(RunId run, std::uint8_t priority) {
    return impl_->to_its_end(impl_->prioritise(run, priority));
}

Task<Result<void>>
Node::set_network_state(OrganizationId organization, std::string name, NetworkState to) {
    return impl_->to_its_end(impl_->set_network_state(organization, std::move(name), to));
}

Task<Result<bool>> Node::send(RunId run, Sending sending) {
    return impl_->to_its_end(impl_->send(run, std::move(sending)));
}

Task<Result<RunRecord>> Node::fork(ForkRequest request) {
    return impl_->to_its_end(impl_->fork(std::move(request)));
}

Task<Result<Schedule>> Node::add_schedule(Schedule schedule) {
    return impl_->to_its_end(impl_->add_schedule(std::move(schedule)));
}

Task<Result<void>> Node::remove_schedule(OrganizationId organization, std::string name) {
    return impl_->to_its_end(impl_->remove_schedule(organization, std::move(name)));
}

std::optional<RunProgress> Node::progress(RunId run) const {
    return impl_->progress(run);
}

std::vector<std::string> Node::neuron_names(RunId run) const {
    return impl_->neuron_names(run);
}

Footprint Node::footprint() const {
    return impl_->footprint();
}

std::uint64_t Node::ended_runs() const {
    return impl_->ended_runs();
}

std::uint64_t Node::finished_signals() const {
    return impl_->finished_signals();
}

bool Node::is_careful() const {
    return impl_->is_careful();
}

Node::Impl::Impl(NodePorts ports, Kinds kinds, NodeOptions options)
    : ports_(ports),
      kinds_(kinds),
      options_(options),
      outbox_(ports.store, options_.limits),
      started_(ports.clock.now()),
      now_(started_) {}

void Node::Impl::read_clock() {
    // Wall time for timers and deadlines runs on the steady clock: a jump of the machine's clock
    // expires nothing.
    const Now real = ports_.clock.now();
    now_.steady = real.steady;
    now_.wall = started_.wall + (real.steady - started_.steady);
    record_time_ = real.wall;
}

Result<NextTurn> Node::Impl::turn() {
    read_clock();
    if (const auto failure = ports_.store.failed()) {
        return fail(Error(failure->code, "the store cannot go on", *failure));
    }
    HAL9_TRY(bool worked, outbox_.receive());
    outbox_.resume_decided();
    forget_settled();
    forget_answered_requests();
    worked |= finish_ended_runs();
    worked |= look_at_schedules();
    HAL9_TRY_VOID(recount_waiting());
    HAL9_TRY_VOID(deliver_kept());
    fire_due_timers();
    worked |= take_finished_steps();
    worked |= resume_waiting_for_room();
    unblock_steps();
    HAL9_TRY(const bool filled, refill());
    worked |= filled;
    worked |= advance_lines();
    worked |= fold_from_store();
    worked |= continue_paused_steps();
    notice_health();
    worked |= careful_.on ? careful_turn() : start_steps();
    if (fatal_) {
        return fail(*fatal_);
    }
    return next_turn(worked);
}

NextTurn Node::Impl::next_turn(bool worked) const {
    if (worked) {
        return TurnAgain{};
    }
    if (!outbox_.has_room()) {
        return TurnWhenWoken{};  // by the writer
    }
    std::optional<SteadyTime> at = timers_.next_due();
    if (timers_in_store_ && (!at || next_due_poll_ < *at)) {
        at = next_due_poll_;
    }
    if (may_look_at_schedules() && look_at_schedules_.us != INT64_MAX) {
        at = at ? std::min(*at, look_at_schedules_) : look_at_schedules_;
    }
    if (at) {
        return TurnAt{*at};
    }
    return TurnWhenWoken{};
}

bool Node::Impl::is_quiet() const {
    return asynchronous_ == 0 && offloaded_ == 0 && paused_.empty() && finished_steps_.empty() &&
           (outbox_.committed() == outbox_.last_ticket() || ports_.store.is_full());
}

std::optional<RunProgress> Node::Impl::progress(RunId run) const {
    if (const LiveRun* live = tree_.find_run(run)) {
        RunProgress progress = live->progress;
        progress.parked = live->parked;
        progress.asking = live->asking;
        progress.stalled = is_stalled(*live);
        progress.paused = is_paused(*live);
        return progress;
    }
    const auto past = std::ranges::find(past_, run, &PastRun::id);
    if (past != past_.end()) {
        return past->progress;
    }
    return std::nullopt;
}

std::vector<std::string> Node::Impl::neuron_names(RunId run) const {
    std::vector<std::string> names;
    const LiveRun* const live = tree_.find_run(run);
    const auto past = std::ranges::find(past_, run, &PastRun::id);
    const LoadedNetworkPtr loaded = live != nullptr       ? live->loaded
                                    : past != past_.end() ? past->loaded
                                                          : nullptr;
    if (loaded) {
        for (const definition::Neuron& neuron : loaded->network.neurons) {
            names.push_back(neuron.name);
        }
    }
    return names;
}

/// Nothing of the run is in memory, in a chunk or at a timer: only parked signals are left, and
/// those that wait for them.
bool Node::Impl::is_stalled(const LiveRun& run) const {
    const auto found = backlogs_.find(run.record.organization);
    const bool all_known =
        found == backlogs_.end() ||
        (found->second.open_done && found->second.chunks_done && !found->second.again &&
         found->second.asked.empty() && found->second.families.empty());
    return run.progress.state == RunState::running && !is_paused(run) && run.lives == run.waiting &&
           all_known && !is_folding() && !run.timers_in_store && run.asking == 0 &&
           std::ranges::all_of(
               run.child_runs,
               [this](const auto& child) {
                   const LiveRun* const live = tree_.find_run(child.second);
                   return live != nullptr && is_stalled(*live);
               }
           ) &&
           outbox_.committed() == outbox_.last_ticket();
}

/// A damaged row fails the signal it is of; a store that cannot be read ends the process, which
/// fails nothing.
std::unexpected<Error> Node::Impl::unreadable(const Error& error) {
    if (error.code != ErrorCode::data_loss) {
        fatal_ = Error(error.code, "the store cannot be read", error);
    }
    return fail(error);
}

Error Node::Impl::too_large(std::string_view what, std::size_t bytes) const {
    return {
        ErrorCode::limit_exceeded,
        str(what,
            " has ",
            with_thousands(bytes),
            " bytes as JSON; payload_bytes_max is ",
            format_size(options_.limits.payload_bytes_max))
    };
}

SteadyTime Node::Impl::steady_for(WallTime time) const {
    return now_.steady + (time - now_.wall);
}

void Node::Impl::set_deadline_timer(Live& live) {
    // A deadline that is the parent's ends this signal with the parent.
    if (live.deadline.us == 0 ||
        (live.parent != nullptr && live.parent->deadline == live.deadline)) {
        return;
    }
    timers_.set(steady_for(live.deadline), TimerKind::deadline, live.id);
}

void Node::Impl::fire_due_timers() {
    if (timers_.is_crowded()) {
        timers_.keep_only([this](const Timer& timer) { return is_wanted(timer); });
    }
    // Many may be due at once. Those without room are late by a commit.
    while (outbox_.has_room()) {
        const auto timer = timers_.pop_due(now_.steady);
        if (!timer) {
            return;
        }
        fire(*timer);
        outbox_.submit();
    }
}

/// Most timeouts are of steps that have ended.
bool Node::Impl::is_wanted(const Timer& timer) const {
    const Live* const live = tree_.find(timer.signal);
    if (timer.kind == TimerKind::fold || timer.kind == TimerKind::wait) {
        return true;  // the one counts as delayed until it fires, the other's signal is in the
                      // store
    }
    if (live == nullptr) {
        return false;
    }
    return timer.kind == TimerKind::deadline ? live->deadline.us != 0 : live->timer == timer.serial;
}

void Node::Impl::fire(const Timer& timer) {
    delayed_folds_ -= timer.kind == TimerKind::fold ? 1U : 0U;
    if (timer.kind == TimerKind::wait) {
        fire_wait(timer.signal);
        return;
    }
    Live* const live = tree_.find(timer.signal);
    if (live == nullptr) {
        return;
    }
    switch (timer.kind) {
        case TimerKind::ready:
            if (live->stage == Stage::timed && live->timer == timer.serial) {
                make_ready(*live);
                look_for_timers(live->run->record.organization);
            }
            break;
        case TimerKind::timeout:
            if (live->stage == Stage::processing && live->timer == timer.serial) {
                end_step(*live);
                attempt_failed(
                    *live,
                    Error(
                        ErrorCode::timeout,
                        str("the attempt took longer than its timeout of ",
                            format_duration(live->definition().timeout))
                    ),
                    true
                );
            }
            break;
        case TimerKind::fold:
            if (live->stage == Stage::folding && live->timer == timer.serial) {
                begin_fold(*live, live->family->fold ? live->family->fold->ticket : 0);
            }
            break;
        case TimerKind::wait:
            break;
        case TimerKind::deadline:
            if (live->deadline.us != 0 && live->deadline <= now_.wall) {
                pass_deadline(*live);
            }
            break;
    }
}

/// There is room again for timers that were left in the store.
void Node::Impl::look_for_timers(OrganizationId organization) {
    if (timers_in_store_ && tree_.timed(organization) == options_.limits.ready_window / 2) {
        next_due_poll_ = now_.steady;
    }
}

/// A timer that is in the store alone comes up then: it may be before the next poll.
void Node::Impl::look_in_store_at(WallTime time) {
    timers_in_store_ = true;
    next_due_poll_ = std::min(next_due_poll_, steady_for(time));
}

void Node::Impl::pass_deadline(Live& live) {
    end_subtree(live, event::DeadlinePassed{});
}

/// A signal and all that is below it.
void Node::Impl::end_subtree(Live& live, const DeliveryEvent& why) {
    forget_descendants(live);
    const bool drop_chunks =
        live.step != nullptr && live.step->children > 0 && !HAL9_PLANTED(chunks_left_behind);
    end_step(live);
    const DeliveryAction decided = decide_for(live, why);
    end_signal(
        live,
        {.status = SignalStatus::failed,
         .error = std::get<action::Fail>(decided).error,
         .dropped_chunks = drop_chunks}
    );
}

bool Node::Impl::may_start_steps() const {
    return !draining_ && outbox_.has_room() && !ports_.store.is_full();
}

bool Node::Impl::start_steps() {
    bool worked = false;
    for (std::uint32_t i = 0; i < options_.steps_per_turn && may_start_steps(); ++i) {
        const auto pick = scheduler_.pick(now_.steady);
        if (!pick) {
            break;
        }
        worked = true;
        // What was forgotten while it was ready is still in the scheduler.
        Live* const live = tree_.find(pick->ready.signal);
        if (live != nullptr && live->stage == Stage::ready &&
            pick->ready.priority == priority_of(*live)) {
            start_step(*live);
            outbox_.submit();
        }
    }
    return worked;
}

}  // namespace hal9::runtime
