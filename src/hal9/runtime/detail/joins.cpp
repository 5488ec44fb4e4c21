// Joins: ends climb from child to parent, results are gathered, runs end.
#include "hal9/base/check.hpp"
#include "hal9/base/planted_bug.hpp"
#include "hal9/base/text.hpp"
#include "hal9/model/transitions.hpp"
#include "hal9/runtime/detail/node_impl.hpp"

#include <algorithm>
#include <utility>

namespace hal9::runtime {

/// Ends a signal that has no children in memory any more, and whatever ends with it, all in the
/// transaction under way.
void Node::Impl::end_signal(Live& live, SignalEnd end) {
    HAL9_ASSERT(is_legal(live.status, end.status));
    LiveRun& run = *live.run;
    NeuronProgress& progress = run.progress.neurons[live.neuron.value];
    ++(end.status == SignalStatus::completed ? progress.completed : progress.failed);
    ++run.progress.done;
    ++finished_;
    change_state(live);
    outbox_.add(Finish{
        .signal = live.key(),
        .status = end.status,
        .phase = live.phase,
        .attempt = live.attempt,
        .opened = live.opened,
        .stale_chunks = live.stale_chunks || end.dropped_chunks,
        .had_children = live.family != nullptr,
        .children_ended = live.family != nullptr && live.family->all_ended(),
        .result = end.result_of ? nullptr : end.body,
        .result_of = end.result_of,
        .error = end.error,
        .skipped = end.skipped,
        .started = live.started,
        .finished = record_time_,
        .usage = live.usage,
    });
    careful_finished(live.id);
    drop_child_run(live);
    leave_line(live);
    Live* const parent = live.parent;
    const ChildIdentity child{live.id, live.ordinal, live.neuron};
    settle_and_erase(live);
    if (parent == nullptr) {
        const bool completed = end.status == SignalStatus::completed;
        run.error = end.error;
        end_run(run, completed ? RunState::completed : RunState::failed);
    } else {
        child_has_ended(*parent, child, std::move(end));
    }
}

void Node::Impl::child_has_ended(Live& parent, const ChildIdentity& child, SignalEnd end) {
    Family& family = *parent.family;
    if (family.next) {
        next_has_ended(parent, child, std::move(end));
        return;
    }
    const definition::Neuron& neuron = parent.definition();
    const bool completed = end.status == SignalStatus::completed;
    const JoinDecision decision = child_ended(
        family.join,
        completed ? ChildEnd::completed : ChildEnd::failed,
        {neuron.join, neuron.on_child_error.rule}
    );
    if (is_partial(neuron.join)) {
        note_end(family, child.ordinal, end);
    }
    if (decision == JoinDecision::fail) {
        const bool earlier = family.first_failed && family.first_failed->first != child.ordinal;
        fail_with_descendants(
            parent,
            earlier ? std::move(family.first_failed->second) : std::move(*end.error)
        );
        return;
    }
    if (family.gather && (completed || !is_partial(neuron.join))) {
        GatheredChild gathered{.id = child.id, .neuron = child.neuron};
        if (completed) {
            gathered.value = std::move(end.value);
            gathered.body = std::move(end.body);
        } else {
            substitute(parent.definition(), gathered);
        }
        const auto added = family.gather->add(child.ordinal, std::move(gathered));
        if (!added && added.error().code != ErrorCode::resource_exhausted) {
            fail_with_descendants(parent, added.error());
            return;
        }
        // What has no room here is folded from the store once all of it is there.
        count_gather(family);
        if (!added || gathered_bytes_ > options_.limits.fold_bytes_max ||
            family.gather->early_bytes() > options_.limits.window_bytes_max / 4) {
            drop_gather(family);
        }
    }
    if (decision == JoinDecision::succeed) {
        join_succeeded(parent);
    } else if (completed || !HAL9_PLANTED(forgiven_child_not_counted)) {
        outbox_.add(CountDown{parent.key(), 1});
    }
}

/// What a join that counts only some children must remember of one.
void Node::Impl::note_end(Family& family, std::uint32_t ordinal, const SignalEnd& end) {
    if (end.status == SignalStatus::completed) {
        family.succeeded.push_back(ordinal);
    } else if (!family.first_failed || ordinal < family.first_failed->first) {
        family.first_failed.emplace(ordinal, *end.error);
    }
}

void Node::Impl::count_gather(Family& family) {
    gathered_bytes_ -= family.gathered_bytes;
    family.gathered_bytes = family.gather->held_bytes();
    gathered_bytes_ += family.gathered_bytes;
}

/// What it gathered is read from the store once all of it is there.
void Node::Impl::drop_gather(Family& family) {
    gathered_bytes_ -= std::exchange(family.gathered_bytes, 0);
    family.gather.reset();
}

void Node::Impl::join_succeeded(Live& parent) {
    Family& family = *parent.family;
    const bool is_much = ports_.compute != nullptr && family.gather &&
                         family.gather->held_bytes() >= options_.offload_fold_bytes;
    if (family.gather && !is_much) {
        auto gathered = family.gather->finish();
        if (gathered || gathered.error().code != ErrorCode::resource_exhausted) {
            finish_join(parent, std::move(gathered), family.join.skipped);
            return;
        }
        drop_gather(family);
    }
    if (is_partial(parent.definition().join)) {
        // In a fork there may be more than it needs.
        std::ranges::sort(family.succeeded);
        const std::size_t needed = parent.definition().join.needed;
        family.succeeded.resize(std::min(family.succeeded.size(), needed));
        family.decided = true;
        outbox_.add(Decide{
            .signal = parent.key(),
            .phase = parent.phase,
            .attempt = parent.attempt,
            .counted = family.succeeded,
        });
        forget_descendants(parent);
    } else {
        outbox_.add(CountDown{parent.key(), 1});
    }
    if (family.gather) {
        Gather gathered = *std::move(family.gather);
        family.gather.reset();
        begin_fold_of(parent, outbox_.next_ticket(), std::move(gathered));
    } else {
        begin_fold(parent, outbox_.next_ticket());
    }
}

void Node::Impl::finish_join(Live& parent, Result<GatheredResult> gathered, std::uint32_t skipped) {
    if (!gathered) {
        fail_with_descendants(parent, std::move(gathered).error());
        return;
    }
    HAL9_ASSERT(std::holds_alternative<action::Complete>(decide_for(parent, event::Joined{})));
    forget_descendants(parent);  // those that the join did not need
    SignalEnd end{
        .status = SignalStatus::completed,
        .value = std::move(gathered->value),
        .body = std::move(gathered->body),
        .result_of = gathered->result_of,
        .error = std::nullopt,
        .skipped = skipped,
    };
    if (!end.body && !end.result_of) {
        end.body = make_body(json::serialize(*end.value));
    }
    result_is_there(parent, std::move(end), parent.family->payload);
}

void Node::Impl::fail_with_descendants(Live& live, Error error) {
    forget_descendants(live);
    const DeliveryAction decided = decide_for(live, event::JoinFailed{std::move(error)});
    end_signal(
        live,
        {.status = SignalStatus::failed, .error = std::get<action::Fail>(decided).error}
    );
}

/// The descendants of a signal that ends are losers: nothing of them starts or counts any more. In
/// the store they stand until the run is swept.
void Node::Impl::forget_descendants(Live& live) {
    if (!live.family || std::exchange(live.family->losers_forgotten, true)) {
        return;
    }
    LiveRun& run = *live.run;
    run.has_losers |= live.family->join.pending > 0;
    std::uint32_t elsewhere = live.family->join.pending;
    while (live.first_child != nullptr) {
        Live& child = *live.first_child;
        --elsewhere;
        forget_descendants(child);
        ++run.progress.neurons[child.neuron.value].cancelled;
        ++run.progress.done;
        forget(child);
    }
    // Those in the store only have no descendants: whoever has is in memory. They may ask, or be
    // parked.
    run.progress.done += elsewhere;
    if (elsewhere > 0 && (run.asking > 0 || run.parked > 0)) {
        recounts_.insert(run.record.id);
    }
    drop_backlog(live);
}

void Node::Impl::forget(Live& live) {
    end_step(live);
    drop_child_run(live);
    leave_line(live);
    settle_and_erase(live);
}

void Node::Impl::end_run(LiveRun& run, RunState state) {
    cancel_child_runs(run);
    if (run.has_losers) {
        begin_sweep(run, state);
        return;
    }
    outbox_.add(SetRunState{
        .run = run.record.id,
        .from = RunState::running,
        .to = state,
        .decided = state,
        .at = record_time_,
    });
    run.progress.state = RunState::draining;
    run.record.decided = state;
    run.record.finished = record_time_;
    ending_runs_.emplace_back(outbox_.next_ticket(), run.record.id);
    tell_caller(run);
}

void Node::Impl::begin_sweep(LiveRun& run, RunState state) {
    if (run.record.state == RunState::running) {
        outbox_.add(SetRunState{
            .run = run.record.id,
            .from = RunState::running,
            .to = RunState::draining,
            .decided = state,
            .at = record_time_,
        });
    }
    run.record.state = RunState::draining;
    run.record.decided = state;
    run.progress.state = RunState::draining;
    sweeps_.emplace_back(run.record.id);
}

/// One sweep transaction a run at a time; the run ends with the last.
void Node::Impl::continue_sweeps() {
    if (sweeps_.empty() || sweeping_) {
        return;
    }
    sweeping_ = StartedTask::start<Result<void>>(
        sweep_and_end(sweeps_.front()),
        [this](const Result<void>& swept) {
            if (!swept) {
                fatal_ = Error(swept.error().code, "sweeping an ended run", swept.error());
            }
            swept_ = true;
        }
    );
}

bool Node::Impl::finish_sweep() {
    if (!swept_) {
        return false;
    }
    swept_ = false;
    sweeping_.reset();
    sweeps_.pop_front();
    return true;
}

Task<Result<void>> Node::Impl::sweep_and_end(RunId id) {
    constexpr std::uint32_t rows_max = 1'000;
    LiveRun* const run = tree_.find_run(id);
    HAL9_ASSERT(run != nullptr);
    std::uint32_t swept = rows_max;
    while (swept == rows_max) {
        outbox_.add(SweepRun{
            .run = id,
            .organization = run->record.organization,
            .rows_max = rows_max,
            .at = record_time_,
        });
        const Receipt receipt = co_await outbox_.decided(outbox_.submit());
        if (receipt.error) {
            co_return fail(*receipt.error);
        }
        swept = receipt.swept;
    }
    outbox_.add(SetRunState{
        .run = id,
        .from = RunState::draining,
        .to = run->record.decided,
        .decided = run->record.decided,
        .at = record_time_,
    });
    run->record.finished = record_time_;
    ending_runs_.emplace_back(outbox_.next_ticket(), id);
    tell_caller(*run);
    outbox_.submit();
    co_return Result<void>{};
}

bool Node::Impl::finish_ended_runs() {
    bool worked = finish_sweep();
    continue_sweeps();
    while (!ending_runs_.empty() && ending_runs_.front().first <= outbox_.committed()) {
        const RunId id = ending_runs_.front().second;
        ending_runs_.pop_front();
        LiveRun& run = *tree_.find_run(id);
        RunRecord record = run.record;
        record.state = record.decided;
        RunProgress progress = run.progress;
        progress.state = record.state;
        past_.push_front({id, std::move(progress), run.loaded});
        if (past_.size() > past_runs_max) {
            past_.pop_back();
        }
        tree_.erase_run(id);
        ++ended_runs_;
        resume_end_waiters(record);
        worked = true;
    }
    return worked;
}

}  // namespace hal9::runtime
