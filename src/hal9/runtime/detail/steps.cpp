// Steps: a signal is handed to its handler, in place, on a compute thread, or as a coroutine.
#include "hal9/base/check.hpp"
#include "hal9/base/planted_bug.hpp"
#include "hal9/base/text.hpp"
#include "hal9/runtime/detail/node_impl.hpp"

#include <algorithm>
#include <utility>

namespace hal9::runtime {

/// The sink of an asynchronous step: writes complete chunks at once and suspends the handler while
/// the writer is behind.
class ChunkSink final : public AsyncSink {
public:
    ChunkSink(Node::Impl& node, SignalId signal, Step& step)
        : node_(node), signal_(signal), step_(step) {}

    Task<Result<void>> emit(json::value value) override {
        step_.emissions.emit(std::move(value));
        if (step_.emissions.error()) {
            co_return std::unexpected(*step_.emissions.error());
        }
        if (!step_.emissions.full()) {
            co_return Result<void>{};
        }
        while (!node_.outbox_.has_room()) {
            co_await Room{node_.waiting_for_room_};
        }
        // The step is destroyed with its signal, so a coroutine that goes on has one.
        Live* const live = node_.tree_.find(signal_);
        HAL9_ASSERT(live != nullptr);
        auto written = node_.write_chunk(*live);
        node_.outbox_.submit();
        co_return written;
    }

private:
    /// Leaves the queue when the coroutine is destroyed while it waits.
    struct Room {
        std::deque<std::coroutine_handle<>>& queue;
        std::coroutine_handle<> self;

        explicit Room(std::deque<std::coroutine_handle<>>& waiting) : queue(waiting) {}

        Room(const Room&) = delete;
        Room& operator=(const Room&) = delete;

        ~Room() { std::erase(queue, self); }

        bool await_ready() const noexcept { return false; }

        void await_suspend(std::coroutine_handle<> awaiter) {
            self = awaiter;
            queue.push_back(awaiter);
        }

        void await_resume() const noexcept {}
    };

    Node::Impl& node_;
    SignalId signal_;
    Step& step_;
};

bool Node::Impl::resume_waiting_for_room() {
    bool worked = false;
    while (!waiting_for_room_.empty() && outbox_.has_room()) {
        const std::coroutine_handle<> handle = waiting_for_room_.front();
        waiting_for_room_.pop_front();
        handle.resume();
        worked = true;
    }
    return worked;
}

void Node::Impl::make_ready(Live& live) {
    if (live.stage == Stage::timed) {
        tree_.end_timed(live);
    }
    const LineEntry entry = live.definition().keyed ? enter_line(live) : LineEntry::no_key;
    if (entry == LineEntry::later) {
        wait_for_key(live);
    } else if (entry == LineEntry::no_key || live.line->second.holder == live.id) {
        schedule(live);
    } else {
        live.stage = Stage::blocked;
        advance_line(*live.line);
    }
}

/// Ready, and first of its line if it has a key.
void Node::Impl::schedule(Live& live) {
    live.stage = Stage::ready;
    scheduler_.add(
        live.run->record.organization,
        {live.id, priority_of(live), live.depth, now_.steady}
    );
}

/// Payloads in memory are worked off first, but one step may always go on: it may be theirs.
bool Node::Impl::may_start_asynchronous(std::uint32_t under_way) const {
    return under_way == 0 || (under_way < options_.limits.asynchronous_steps_max &&
                              tree_.payload_bytes() < options_.limits.window_bytes_max);
}

bool Node::Impl::take_concurrency(Live& live) {
    const bool asynchronous = live.definition().form == HandlerForm::asynchronous;
    if (asynchronous && !may_start_asynchronous(asynchronous_)) {
        live.stage = Stage::blocked;
        blocked_asynchronous_.push_back(live.id);
        return false;
    }
    NeuronSlots& slots = (*live.run->slots)[live.neuron.value];
    if (slots.used >= live.definition().concurrency && !HAL9_PLANTED(concurrency_not_kept)) {
        live.stage = Stage::blocked;
        slots.blocked.push_back(live.id);
        blocked_neurons_.emplace(live.run->record.version, live.neuron);
        return false;
    }
    ++slots.used;
    asynchronous_ += asynchronous ? 1 : 0;
    return true;
}

void Node::Impl::leave_concurrency(const Live& live) {
    asynchronous_ -= live.definition().form == HandlerForm::asynchronous ? 1 : 0;
    --(*live.run->slots)[live.neuron.value].used;
}

/// The first of the queue that is still there and blocked becomes ready.
bool Node::Impl::unblock_one(std::deque<SignalId>& blocked) {
    while (!blocked.empty()) {
        Live* const live = tree_.find(blocked.front());
        blocked.pop_front();
        if (live != nullptr && live->stage == Stage::blocked) {
            make_ready(*live);
            return true;
        }
    }
    return false;
}

/// What was blocked becomes ready as slots are free. One that is ready but not yet picked is not
/// counted; if it finds no slot it comes back.
void Node::Impl::unblock_steps() {
    for (auto at = blocked_neurons_.begin(); at != blocked_neurons_.end();) {
        const auto [version, neuron] = *at;
        NeuronSlots& slots = slots_.at(version)[neuron.value];
        const std::uint32_t limit = networks_.at(version)->network.neuron(neuron).concurrency;
        for (std::uint32_t used = slots.used; used < limit && unblock_one(slots.blocked); ++used) {
        }
        at = slots.blocked.empty() ? blocked_neurons_.erase(at) : std::next(at);
    }
    while (!blocked_on_disk_.empty() && blocked_on_disk_.front().first <= outbox_.committed()) {
        Live* const live = tree_.find(blocked_on_disk_.front().second);
        blocked_on_disk_.pop_front();
        if (live != nullptr && live->stage == Stage::blocked) {
            make_ready(*live);
        }
    }
    for (std::uint32_t used = asynchronous_;
         may_start_asynchronous(used) && unblock_one(blocked_asynchronous_);
         ++used) {
    }
}

Result<bool> Node::Impl::load_payload(Live& live) {
    if ((live.payload || live.value) && !live.answer_in_store) {
        return true;
    }
    auto found = ports_.reader.find_signal(live.id, true);
    if (!found) {
        return unreadable(found.error());
    }
    std::optional<SignalRecord>& record = *found;
    if (!record || !record->payload) {
        if (outbox_.committed() != outbox_.last_ticket()) {
            return false;
        }
        return fail(
            ErrorCode::data_loss,
            str("the payload of signal ", live.id.value, " is missing")
        );
    }
    if (!live.payload && !live.value) {
        tree_.hold(live, std::move(record->payload), nullptr);
    }
    if (live.answer_in_store) {
        if (record->phase != live.phase) {
            return false;  // it is older than what ended the wait
        }
        if (record->result) {
            HAL9_TRY(live.answer, value_of(record->result));
        }
        live.answer_in_store = false;
    }
    return true;
}

/// Of a run whose neurons use ${run:}. unavailable: it was accepted a moment ago, and can be read
/// soon.
Result<Value> Node::Impl::root_payload(const LiveRun& run) {
    const RunId id = run.record.id;
    const auto known = std::ranges::find(roots_, id, &RootPayload::run);
    if (known != roots_.end()) {
        return known->payload;
    }
    const auto record = ports_.reader.find_signal(root_of(id), true);
    if (!record) {
        return unreadable(record.error());
    }
    if (!*record || !(*record)->payload) {
        return fail(ErrorCode::data_loss, "the payload of the root signal is missing");
    }
    HAL9_TRY(Value payload, value_of((*record)->payload));
    remember_root(id, payload, (*record)->payload->size());
    return payload;
}

/// A few stay in memory; those that the store does not have yet, in any case.
void Node::Impl::remember_root(RunId run, Value payload, std::size_t bytes) {
    constexpr std::size_t roots_max = 64;
    roots_.push_back({run, std::move(payload), bytes, outbox_.next_ticket()});
    roots_bytes_ += bytes;
    while (roots_.size() > 1 && roots_.front().ticket <= outbox_.committed() &&
           (roots_.size() > roots_max || roots_bytes_ > options_.limits.window_bytes_max)) {
        roots_bytes_ -= roots_.front().bytes;
        roots_.pop_front();
    }
}

void Node::Impl::start_step(Live& live) {
    if (is_paused(*live.run)) {
        hold_back(live);
        return;
    }
    auto loaded = load_payload(live);
    Value root;
    if (live.key_error) {
        loaded = std::unexpected(*std::exchange(live.key_error, std::nullopt));
    }
    Value state;
    if (loaded && *loaded && live.line != nullptr) {
        auto found = state_of_line(*live.line);
        if (found) {
            state = *std::move(found);
        } else {
            loaded = std::unexpected(std::move(found).error());
        }
    }
    if (loaded && *loaded && live.definition().needs_root) {
        auto found = root_payload(*live.run);
        if (found) {
            root = *std::move(found);
        } else {
            loaded = std::unexpected(std::move(found).error());
        }
    }
    if (fatal_) {
        return;
    }
    if (loaded && !*loaded) {
        // Written a moment ago and put out of memory since: it can be read once that is committed.
        live.stage = Stage::blocked;
        blocked_on_disk_.emplace_back(outbox_.last_ticket(), live.id);
        return;
    }
    if (!take_concurrency(live)) {
        return;
    }
    live.stage = Stage::processing;
    live.timer = 0;
    live.started = record_time_;
    auto step = std::make_shared<Step>(live.run->loaded, live.neuron, options_.limits);
    step->call.signal = live.id;
    step->call.ordinal = live.ordinal;
    step->call.phase = live.phase;
    step->call.attempt = live.attempt;
    step->call.now = now_.wall;
    step->call.payload = live.value;
    step->call.grants = live.run->grants;
    step->call.answer = live.answer;
    step->call.state = std::move(state);
    step->payload = live.payload;
    step->root = std::move(root);
    step->began = now_.steady;
    live.step = std::move(step);
    if (!loaded) {
        live.step->outcome = std::unexpected(loaded.error());
        step_advanced(live);
    } else if (live.definition().form == HandlerForm::pure) {
        run_pure(live);
    } else {
        run_asynchronous(live);
    }
}

void Node::Impl::run_pure(Live& live) {
    const std::shared_ptr<Step> step = live.step;
    const bool large = size_of(step->payload) >= options_.offload_bytes;
    if (ports_.compute == nullptr || !large) {
        const Now before = ports_.clock.now();
        step->advance();
        read_clock();
        step->busy += now_.steady - before.steady;
        step_advanced(live);
        return;
    }
    ++offloaded_;
    ports_.compute->post([this, step, id = live.id] {
        const Now before = ports_.clock.now();
        step->advance();
        step->busy += ports_.clock.now().steady - before.steady;
        ports_.strand.post([this, step, id] {
            --offloaded_;
            finished_steps_.emplace_back(id, step);
        });
    });
}

void Node::Impl::run_asynchronous(Live& live) {
    Step* const step = live.step.get();
    if (auto prepared = step->prepare(); !prepared) {
        step->outcome = std::unexpected(std::move(prepared).error());
        step_advanced(live);
        return;
    }
    step->sink = std::make_unique<ChunkSink>(*this, live.id, *step);
    live.timer = timers_.set(now_.steady + live.definition().timeout, TimerKind::timeout, live.id);
    // The outcome is looked at by the next turn: here the coroutine is still on the stack.
    step->task = StartedTask::start<Result<StepEnd>>(
        step->run_asynchronous(),
        [this, step, id = live.id](Result<StepEnd> outcome) {
            step->outcome = std::move(outcome);
            Live* const finished = tree_.find(id);
            HAL9_ASSERT(finished != nullptr && finished->step.get() == step);
            finished_steps_.emplace_back(id, finished->step);
        }
    );
}

bool Node::Impl::take_finished_steps() {
    const bool worked = !finished_steps_.empty();
    while (!finished_steps_.empty()) {
        const auto [id, step] = std::move(finished_steps_.front());
        finished_steps_.pop_front();
        Live* const live = tree_.find(id);
        if (live != nullptr && live->step == step) {
            step_advanced(*live);
            outbox_.submit();
        }
    }
    return worked;
}

bool Node::Impl::continue_paused_steps() {
    bool worked = false;
    while (!paused_.empty() && outbox_.has_room()) {
        Live* const live = tree_.find(paused_.front());
        paused_.pop_front();
        if (live != nullptr && live->step) {
            run_pure(*live);
            outbox_.submit();
            worked = true;
        }
    }
    return worked;
}

/// The step is no longer under way, however it ended; its usage is in the live signal.
void Node::Impl::end_step(Live& live) {
    if (!live.step) {
        return;
    }
    const Duration wall = now_.steady - live.step->began;
    live.usage = {
        .wall_us = wall.count(),
        .cpu_us = live.definition().form == HandlerForm::pure ? live.step->busy.count() : 0,
    };
    live.run->progress.neurons[live.neuron.value].durations.add(
        live.definition().form == HandlerForm::pure ? live.step->busy : wall
    );
    scheduler_.charge(live.run->record.organization, live.step->busy);
    leave_concurrency(live);
    live.timer = 0;
    live.step.reset();
}

}  // namespace hal9::runtime
