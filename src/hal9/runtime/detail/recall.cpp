// Recall: one signal of the store comes into memory with all that is above it, or goes out.
#include "hal9/base/check.hpp"
#include "hal9/base/planted_bug.hpp"
#include "hal9/base/text.hpp"
#include "hal9/runtime/dead_letters.hpp"
#include "hal9/runtime/detail/node_impl.hpp"

#include <utility>

namespace hal9::runtime {

void Node::Impl::fill(Live& live, const SignalRecord& record) {
    live.ordinal = record.ordinal;
    live.neuron = record.neuron;
    live.depth = record.depth;
    live.priority = record.priority;
    live.status = record.status;
    live.phase = record.phase;
    live.attempt = record.attempt;
    live.answer_in_store = record.phase > 0;
    live.deadline = record.deadline;
    live.waits_for = record.waits_for;
    live.released = record.released;
    live.children_from = record.children_from;
    live.attempts_allowed =
        record.attempts_allowed != 0 ? record.attempts_allowed : live.definition().retry.attempts;
}

/// The signal with all its ancestors in memory, or null: it has ended, its end is on its way to the
/// disk, or somebody above it has ended, in which case it ends here too.
Result<Live*> Node::Impl::materialise(SignalId id) {
    if (Live* const live = tree_.find(id)) {
        return live;
    }
    LiveRun* const run = tree_.find_run(run_of(id));
    if (run == nullptr || run->record.state != RunState::running) {
        return nullptr;
    }
    if (unsettled_.contains(id) && !HAL9_PLANTED(disk_believed_too_early)) {
        return nullptr;
    }
    HAL9_TRY(const auto record, ports_.reader.find_signal(id, false));
    if (!record) {
        return fail(ErrorCode::data_loss, str("signal ", id.value, " is missing"));
    }
    if (has_ended(record->status)) {
        return nullptr;
    }
    Live* parent = nullptr;
    if (record->parent.value != 0) {
        HAL9_TRY(parent, materialise(record->parent));
        const bool unneeded = parent != nullptr && (number_of(id) < parent->children_from ||
                                                    (parent->family && parent->family->decided));
        if (parent == nullptr || unneeded) {
            HAL9_TRY(const bool lost, is_lost(*record));
            if (unneeded || lost) {
                cancel_loser(*run, *record);
            }
            return nullptr;
        }
    }
    Live& live = tree_.insert(id, *run, parent);
    fill(live, *record);
    live.opened = record->opened;
    if (live.status == SignalStatus::waiting) {
        tree_.begin_waiting(live);
        HAL9_TRY_VOID(recall_family(live, *record));
    } else {
        live.stale_chunks = true;
    }
    set_deadline_timer(live);
    return &live;
}

/// What a waiting signal must know of those it waits for.
Result<void> Node::Impl::recall_family(Live& live, const SignalRecord& record) {
    if (live.waits_for == WaitsFor::run) {
        const auto child = live.run->child_runs.find(live.id);
        if (child != live.run->child_runs.end()) {
            live.child_run = child->second;
        }
    }
    if (live.waits_for > WaitsFor::next) {
        return {};
    }
    live.family = std::make_unique<Family>();
    Family& family = *live.family;
    family.next = live.waits_for == WaitsFor::next;
    family.join.pending = record.pending;
    family.succeeded = record.counted;
    family.decided = !record.counted.empty();
    family.losers_forgotten = family.decided;
    family.left_behind = family.decided;
    live.run->has_losers |= family.decided;
    if (family.decided || family.next || !is_partial(live.definition().join)) {
        return {};
    }
    std::uint32_t next_ordinal = 0;
    while (true) {
        HAL9_TRY(
            const auto children,
            ports_.reader.child_results(
                live.key(),
                live.phase,
                next_ordinal,
                options_.limits.page_rows_max,
                0
            )
        );
        for (const ChildResult& child : children) {
            SignalEnd end{.status = child.status, .error = child.error};
            family.join.succeeded += child.status == SignalStatus::completed ? 1 : 0;
            note_end(family, child.ordinal, end);
            next_ordinal = child.ordinal + 1;
        }
        if (children.empty()) {
            return {};
        }
    }
}

/// Whether a signal above it has ended.
Result<bool> Node::Impl::is_lost(const SignalRecord& record) {
    HAL9_TRY(const auto parent, ports_.reader.find_signal(record.parent, false));
    return parent && has_ended(parent->status);
}

/// An unfinished signal that nobody waits for any more: it is met and ends.
void Node::Impl::cancel_loser(LiveRun& run, const SignalRecord& record) {
    outbox_.add(Finish{
        .signal = {run.record.organization, record.priority, record.depth, record.id},
        .status = SignalStatus::cancelled,
        .phase = record.phase,
        .attempt = record.attempt,
        .opened = record.opened,
        .stale_chunks = true,
        .had_children = record.status == SignalStatus::waiting,
        .started = record.started,
        .finished = record_time_,
    });
    unsettled_.insert(record.id);
    settling_.emplace_back(outbox_.next_ticket(), record.id);
    run.parked -= record.status == SignalStatus::parked ? 1U : 0U;
    run.asking -= record.status == SignalStatus::waiting && record.waits_for >= WaitsFor::person;
    ++run.progress.done;
    ++run.progress.neurons[record.neuron.value].cancelled;
    const auto child = run.child_runs.find(record.id);
    if (child != run.child_runs.end()) {
        if (LiveRun* const live = tree_.find_run(child->second)) {
            cancel_in_memory(*live);
        }
    }
}

/// Of what asks or is parked, some may have been below a signal that ended: nobody waits for those.
/// Looked at once the disk knows everything.
Result<void> Node::Impl::recount_waiting() {
    if (recounts_.empty() || outbox_.committed() != outbox_.last_ticket()) {
        return {};
    }
    for (const RunId id : std::exchange(recounts_, {})) {
        LiveRun* const run = tree_.find_run(id);
        if (run == nullptr || run->record.state != RunState::running) {
            continue;
        }
        const OrganizationId organization = run->record.organization;
        SignalReader& reader = ports_.reader;
        const std::uint32_t rows_max = options_.limits.page_rows_max;
        run->asking = 0;
        for (const WaitsFor what : {WaitsFor::person, WaitsFor::message}) {
            HAL9_TRY(const std::uint64_t asking, count_awaited(id, [&](SignalId after) {
                         return reader.list_asking(organization, what, after, rows_max);
                     }));
            run->asking += asking;
        }
        HAL9_TRY(run->parked, count_awaited(id, [&](SignalId after) {
                     return reader.list_parked(organization, after, rows_max);
                 }));
    }
    return {};
}

Result<std::uint64_t> Node::Impl::count_awaited(
    RunId run,
    const std::function<Result<std::vector<SignalRecord>>(SignalId after)>& list
) {
    std::uint64_t count = 0;
    SignalId after{root_of(run).value - 1};
    while (true) {
        HAL9_TRY(const auto page, list(after));
        for (const SignalRecord& signal : page) {
            if (run_of(signal.id) != run) {
                return count;
            }
            HAL9_TRY(const bool awaited, is_awaited(ports_.reader, signal));
            count += awaited ? 1 : 0;
            after = signal.id;
        }
        if (page.size() < options_.limits.page_rows_max) {
            return count;
        }
    }
}

/// The time that a signal waits for others is over, if it still does. One that is parked or to be
/// tried again by now stays in the store: whoever takes it up looks for it there.
void Node::Impl::fire_wait(SignalId signal) {
    const auto still_waits = [](const auto& of) {
        return of.status == SignalStatus::waiting && of.waits_for >= WaitsFor::person;
    };
    const auto record = ports_.reader.find_signal(signal, false);
    const bool waits = record && *record && still_waits(**record);
    const auto found = waits ? materialise(signal) : Result<Live*>(tree_.find(signal));
    if (!record || !found) {
        static_cast<void>(unreadable(record ? found.error() : record.error()));
        return;
    }
    Live* const live = *found;
    if (live == nullptr || !still_waits(*live)) {
        return;
    }
    if (live->deadline.us != 0 && live->deadline <= now_.wall) {
        --live->run->asking;
        pass_deadline(highest_past_deadline(*live));
    } else {
        answer_overdue(*live);
    }
}

/// Takes a signal out of memory; until the disk knows, the store's row of it must not be believed.
void Node::Impl::settle_and_erase(Live& live) {
    if (live.opened || live.family) {
        unsettled_.insert(live.id);
        settling_.emplace_back(outbox_.next_ticket(), live.id);
    }
    drop_backlog(live);
    if (live.family) {
        drop_gather(*live.family);
    }
    if (live.line != nullptr) {
        leave_line(live);
    }
    forget_in_store(live);
    tree_.erase(live);
}

void Node::Impl::forget_settled() {
    while (!settling_.empty() && settling_.front().first <= outbox_.committed()) {
        unsettled_.erase(settling_.front().second);
        settling_.pop_front();
    }
}

}  // namespace hal9::runtime
