// Backlog: what is in the store comes into memory as the window has room, and at the start.
#include "hal9/base/check.hpp"
#include "hal9/base/planted_bug.hpp"
#include "hal9/base/text.hpp"
#include "hal9/runtime/detail/node_impl.hpp"

#include <algorithm>
#include <utility>

namespace hal9::runtime {

Result<void> Node::Impl::start(const Recovery& recovery) {
    read_clock();
    ids_ = PublicIds(recovery.secret);
    epoch_ = recovery.epoch;
    next_run_ = recovery.next_run;
    first_own_run_ = recovery.next_run;
    next_version_ = recovery.next_version;
    begin_careful(recovery);
    const OrganizationId organization = default_organization;
    HAL9_TRY(const auto runs, ports_.reader.unfinished_runs(organization));
    backlogs_.try_emplace(organization);
    for (const RunRecord& record : runs) {
        const auto above = std::ranges::find(runs, run_of(record.parent), &RunRecord::id);
        if (record.parent.value != 0 && above != runs.end()) {
            continue;  // it comes with the run above it
        }
        if (record.state == RunState::draining) {
            HAL9_TRY_VOID(take_up_draining(record));
        } else if (options_.take_up_all) {
            if (const auto taken_up = take_up_unfinished(record); taken_up) {
                continue;
            } else if (taken_up.error().code == ErrorCode::data_loss) {
                leave_alone(record, taken_up.error());
            } else {
                return taken_up;
            }
        }
    }
    outbox_.submit();
    return {};
}

/// Runs of this node's own are in memory until their end is durable.
Result<void> Node::Impl::take_up(RunId id) {
    if (tree_.find_run(id) != nullptr || id >= first_own_run_) {
        return {};
    }
    HAL9_TRY(const auto record, ports_.reader.find_run(id));
    if (!record) {
        return fail(ErrorCode::not_found, "there is no such run");
    }
    if (record->parent.value != 0 && !has_ended(record->state)) {
        HAL9_TRY_VOID(take_up(run_of(record->parent)));  // and this one with it
    }
    if (record->state == RunState::running && tree_.find_run(id) == nullptr) {
        return take_up_unfinished(*record);
    }
    return {};
}

/// A run whose network this binary cannot read waits for one that can, or for its cancel; the
/// others go on.
void Node::Impl::leave_alone(const RunRecord& record, const Error& why) {
    ports_.log.write(
        LogLevel::error,
        "run_left_alone",
        {{"organization", str(record.organization.value)},
         {"run", ids_.of(record.id, record.created)},
         {"network", record.network},
         {"error", why.full_message()}}
    );
}

/// Its end is decided and nothing of it starts any more: it needs no network.
Result<void> Node::Impl::take_up_draining(const RunRecord& record) {
    HAL9_TRY(const std::uint32_t last, ports_.reader.last_number(record.id));
    LiveRun& run = insert_run(record, std::make_shared<const LoadedNetwork>());
    run.next_number = last + 1;
    if (record.parent.value != 0) {
        ++child_runs_at_[record.depth];
        if (LiveRun* const above = tree_.find_run(run_of(record.parent))) {
            above->child_runs.emplace(record.parent, record.id);
        }
        HAL9_TRY(const auto root, ports_.reader.find_signal(root_of(record.id), false));
        run.error = root ? root->error : std::nullopt;
    }
    begin_sweep(run, record.decided);
    return {};
}

Result<void> Node::Impl::take_up_run(const RunRecord& record) {
    HAL9_TRY(const LoadedNetworkPtr loaded, network_of(record.version));
    HAL9_TRY(const std::uint32_t last, ports_.reader.last_number(record.id));
    HAL9_TRY(const auto counts, ports_.reader.count_signals(record.id));
    const bool fits = std::ranges::all_of(counts, [&](const auto& count) {
        return count.neuron.value < loaded->network.neurons.size();
    });
    if (!fits) {
        return fail(ErrorCode::data_loss, "a signal names a neuron that is not in its network");
    }
    LiveRun& run = insert_run(record, loaded);
    run.next_number = last + 1;
    run.timers_in_store = true;
    timers_in_store_ = true;
    for (const auto& [neuron, status, count, usage] : counts) {
        NeuronProgress& progress = run.progress.neurons[neuron.value];
        progress.known += count;
        run.progress.known += count;
        run.progress.done += has_ended(status) ? count : 0;
        progress.completed += status == SignalStatus::completed ? count : 0;
        progress.failed += status == SignalStatus::failed ? count : 0;
        progress.cancelled += status == SignalStatus::cancelled ? count : 0;
        run.parked += status == SignalStatus::parked ? count : 0;
    }
    // Subtrees may have failed and been forgiven: what they left behind is swept at the end.
    run.has_losers = run.progress.done > 0;
    HAL9_TRY(run.asking, ports_.reader.count_asking(record.id));
    return take_up_family(run);
}

/// A run that a signal started is worked on with the run above it, and ends with it.
Result<void> Node::Impl::take_up_family(LiveRun& run) {
    const RunRecord& record = run.record;
    if (record.parent.value != 0) {
        ++child_runs_at_[record.depth];
        LiveRun* const above = tree_.find_run(run_of(record.parent));
        if (above == nullptr || above->record.state != RunState::running) {
            cancel_in_memory(run);  // the end of the run above came first
            return {};
        }
        above->child_runs.emplace(record.parent, record.id);
    }
    HAL9_TRY(const auto children, ports_.reader.unfinished_child_runs(record.id));
    for (const RunRecord& child : children) {
        if (tree_.find_run(child.id) == nullptr) {
            HAL9_TRY_VOID(take_up_unfinished(child));
        }
    }
    return {};
}

Result<void> Node::Impl::take_up_unfinished(const RunRecord& record) {
    if (record.state == RunState::draining) {
        return take_up_draining(record);
    }
    HAL9_TRY_VOID(take_up_run(record));
    backlogs_[record.organization].asked.insert(record.id);
    return {};
}

LiveRun& Node::Impl::insert_run(const RunRecord& record, const LoadedNetworkPtr& loaded) {
    auto run = std::make_unique<LiveRun>();
    run->record = record;
    run->loaded = loaded;
    run->slots = &slots_[record.version];
    if (run->slots->empty()) {
        run->slots->resize(loaded->network.neurons.size());
    }
    run->grants = std::make_shared<const Grants>(record.grants);
    run->progress.state = record.state;
    run->progress.neurons.resize(loaded->network.neurons.size());
    return tree_.insert_run(std::move(run));
}

Result<LoadedNetworkPtr> Node::Impl::network_of(NetworkVersionId id) {
    if (const auto known = networks_.find(id); known != networks_.end()) {
        return known->second;
    }
    HAL9_TRY(const auto version, ports_.reader.find_network_version(id));
    if (!version) {
        return fail(ErrorCode::data_loss, str("network version ", id.value, " is missing"));
    }
    HAL9_TRY(LoadedNetworkPtr loaded, load_network(*version, kinds_));
    keep_loaded(id, loaded);
    return loaded;
}

void Node::Impl::keep_loaded(NetworkVersionId version, const LoadedNetworkPtr& loaded) {
    if (!networks_.emplace(version, loaded).second ||
        networks_.size() <= options_.limits.networks_loaded_max) {
        return;
    }
    std::set<NetworkVersionId> needed{version};
    for (const auto& [id, run] : tree_.runs()) {
        needed.insert(run->record.version);
    }
    const auto is_needed = [&](NetworkVersionId id) { return needed.contains(id); };
    std::erase_if(networks_, [&](const auto& entry) { return !is_needed(entry.first); });
    std::erase_if(slots_, [&](const auto& entry) { return !is_needed(entry.first); });
    std::erase_if(blocked_neurons_, [&](const auto& entry) { return !is_needed(entry.first); });
}

/// Whether signals of the store come into memory now.
bool Node::Impl::may_refill(OrganizationId organization) const {
    return tree_.active(organization) <= options_.limits.ready_window / 4 &&
           has_window_room(organization, 1);
}

bool Node::Impl::has_window_room(OrganizationId organization, std::size_t signals) const {
    if (HAL9_PLANTED(window_without_bound)) {
        return true;
    }
    const std::size_t own = tree_.active(organization);
    return own + signals <= options_.limits.ready_window &&
           tree_.active() + signals <= options_.limits.ready_window_total &&
           (own == 0 || tree_.payload_bytes() < options_.limits.window_bytes_max);
}

/// Signals that wait for a time within the horizon are none of the window's: they would hold it up.
bool Node::Impl::has_room_for_timers(OrganizationId organization) const {
    return tree_.timed(organization) < options_.limits.ready_window;
}

Result<bool> Node::Impl::refill() {
    if (!outbox_.has_room()) {
        return false;
    }
    bool worked = false;
    for (auto& [organization, backlog] : backlogs_) {
        if (!may_refill(organization)) {
            continue;
        }
        HAL9_TRY(const bool from_chunks, refill_from_chunks(backlog));
        HAL9_TRY(const bool from_scan, scan_store(organization, backlog));
        worked |= from_chunks || from_scan;
    }
    if (now_.steady >= next_due_poll_) {
        HAL9_TRY(const bool due, poll_due_rows());
        worked |= due;
    }
    outbox_.submit();
    return worked;
}

void Node::Impl::note_backlog(const Live& parent) {
    const auto& chunks = parent.family->chunks;
    const bool missing = std::ranges::any_of(chunks, [](const LiveChunk& chunk) {
        return chunk.loaded < chunk.count;
    });
    if (missing) {
        backlogs_[parent.run->record.organization].families.insert(family_key(parent));
        note_keyed_chunks(parent);
    }
}

void Node::Impl::drop_backlog(const Live& parent) {
    const auto found = backlogs_.find(parent.run->record.organization);
    if (found != backlogs_.end()) {
        found->second.families.erase(family_key(parent));
    }
    if (parent.family) {
        for (const LiveChunk& chunk : parent.family->chunks) {
            forget_keyed_chunk(parent, chunk);
        }
    }
}

std::tuple<int, int, SignalId> Node::Impl::family_key(const Live& parent) {
    return {-parent.priority, -parent.depth, parent.id};
}

/// Children that found no room when they were emitted, a page of the first family in turn.
Result<bool> Node::Impl::refill_from_chunks(Backlog& backlog) {
    for (const auto& key : backlog.families) {
        Live* const parent = tree_.find(std::get<SignalId>(key));
        HAL9_ASSERT(parent != nullptr && parent->family);
        for (LiveChunk& chunk : parent->family->chunks) {
            if (chunk.loaded == chunk.count || chunk.ticket > outbox_.committed() ||
                !is_next_of_keys(*parent, chunk)) {
                continue;
            }
            HAL9_TRY_VOID(load_children(*parent, chunk));
            const bool complete =
                std::ranges::all_of(parent->family->chunks, [](const LiveChunk& each) {
                    return each.loaded == each.count;
                });
            if (complete) {
                backlog.families.erase(key);
            }
            return true;
        }
    }
    return false;
}

Result<void> Node::Impl::load_children(Live& parent, LiveChunk& chunk) {
    const std::uint32_t rows_max = std::min(256U, options_.limits.page_rows_max);
    const SignalId from{chunk.first.value + chunk.loaded};
    HAL9_TRY(
        const auto children,
        ports_.reader.untouched_children(
            from,
            chunk.count - chunk.loaded,
            rows_max,
            options_.limits.window_bytes_max / 4
        )
    );
    for (const SignalRecord& record : children) {
        Live& child = tree_.insert(record.id, *parent.run, &parent);
        fill(child, record);
        // A step of it that another process did not end may have written some.
        child.stale_chunks = chunk.ticket == 0;
        child.released = chunk.released;
        if (record.payload) {
            tree_.hold(child, record.payload, nullptr);
        }
        set_deadline_timer(child);
        make_due(child, {});
    }
    if (children.size() < rows_max) {
        chunk.loaded = chunk.count;
    } else {
        const auto last = static_cast<std::uint32_t>(children.back().id.value - chunk.first.value);
        chunk.loaded = std::min(chunk.count, last + (HAL9_PLANTED(page_skips_a_child) ? 2 : 1));
    }
    if (chunk.loaded == chunk.count) {
        forget_keyed_chunk(parent, chunk);
    }
    return {};
}

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

/// False: there is nothing to look for.
bool Node::Impl::begin_scan(Backlog& backlog) const {
    if (!backlog.asked.empty()) {
        // What is in memory already may be ahead of its rows: only what was asked for is taken.
        backlog.scanned = std::exchange(backlog.asked, {});
        backlog.chunks_done = false;
        backlog.chunk_cursor.reset();
    } else if (backlog.again && outbox_.committed() == outbox_.last_ticket()) {
        backlog.scanned.clear();
        backlog.again = false;
    } else {
        return false;
    }
    backlog.open_done = false;
    backlog.open_cursor.reset();
    return true;
}

/// Goes through the released chunks and the open table once, a page at a time: when runs were taken
/// up, and (only the open table) when roots had to be left in the store.
Result<bool> Node::Impl::scan_store(OrganizationId organization, Backlog& backlog) {
    if (backlog.open_done && backlog.chunks_done && !begin_scan(backlog)) {
        return false;
    }
    const auto is_scanned = [&](SignalId signal) {
        return backlog.scanned.empty() || backlog.scanned.contains(run_of(signal));
    };
    const std::uint32_t rows_max = options_.limits.page_rows_max;
    if (!backlog.chunks_done) {
        HAL9_TRY(
            const auto rows,
            ports_.reader.released_chunks(organization, backlog.chunk_cursor, rows_max)
        );
        for (const ChunkRow& row : rows) {
            if (is_scanned(row.first)) {
                HAL9_TRY_VOID(take_chunk_row(row));
            }
        }
        backlog.chunks_done = rows.size() < rows_max;
        if (!rows.empty()) {
            backlog.chunk_cursor = rows.back();
        }
        return true;
    }
    HAL9_TRY(const auto rows, ports_.reader.open_rows(organization, backlog.open_cursor, rows_max));
    for (const OpenRow& row : rows) {
        if (is_scanned(row.key.signal)) {
            HAL9_TRY_VOID(take_open_row(row));
        }
    }
    backlog.open_done = rows.size() < rows_max;
    if (!rows.empty()) {
        backlog.open_cursor = rows.back().key;
    }
    return true;
}

/// Who is tried again later keeps the key for that time.
Result<bool> Node::Impl::holds_up_its_key(SignalId signal) {
    const LiveRun* const run = tree_.find_run(run_of(signal));
    if (run == nullptr || !run->network().has_keys) {
        return false;
    }
    HAL9_TRY(const auto record, ports_.reader.find_signal(signal, false));
    return record && record->attempt > 0 && run->network().neuron(record->neuron).keyed;
}

Result<void> Node::Impl::take_chunk_row(const ChunkRow& row) {
    HAL9_TRY(Live* const parent, materialise(row.parent.signal));
    if (parent == nullptr || !parent->family || parent->phase != row.phase ||
        parent->family->decided) {
        return {};
    }
    const bool known = std::ranges::any_of(parent->family->chunks, [&](const LiveChunk& chunk) {
        return chunk.first == row.first;
    });
    if (!known) {
        parent->family->chunks.push_back(
            {row.first_ordinal, row.first, row.count, 0, 0, row.released}
        );
        note_backlog(*parent);
    }
    return {};
}

/// Who shares a deadline with those above ends with the highest of them.
Live& Node::Impl::highest_past_deadline(Live& live) const {
    Live* highest = &live;
    for (Live* above = live.parent; above != nullptr; above = above->parent) {
        if (above->deadline.us != 0 && above->deadline <= now_.wall) {
            highest = above;
        }
    }
    return *highest;
}

Result<void> Node::Impl::take_open_row(const OpenRow& row) {
    const bool waits = row.status == SignalStatus::waiting;
    const bool asks = waits && row.waits_for >= WaitsFor::person;
    const bool calls = waits && row.waits_for == WaitsFor::run;
    const bool folds =
        waits && row.waits_for <= WaitsFor::next && (row.pending == 0 || row.decided);
    const bool far = row.not_before > now_.wall + options_.timer_horizon;
    if (asks && row.not_before.us != 0 && !far) {
        timers_.set(steady_for(row.not_before), TimerKind::wait, row.key.signal);
    }
    const bool passes =
        row.status == SignalStatus::parked && row.not_before.us != 0 && row.not_before <= now_.wall;
    bool wanted = folds || passes || calls || (row.status == SignalStatus::ready && !far);
    if (row.status == SignalStatus::ready && far) {
        HAL9_TRY(wanted, holds_up_its_key(row.key.signal));
    }
    if (!wanted || (tree_.find(row.key.signal) != nullptr && !folds)) {
        return {};
    }
    HAL9_TRY(Live* const live, materialise(row.key.signal));
    if (live == nullptr) {
        return {};
    }
    if (live->deadline.us != 0 && live->deadline <= now_.wall) {
        live->run->parked -= live->status == SignalStatus::parked ? 1U : 0U;
        pass_deadline(highest_past_deadline(*live));
    } else if (live->status == SignalStatus::ready) {
        make_due(*live, row.not_before);
    } else if (folds && live->stage == Stage::waiting &&
               (live->family->join.pending == 0 || live->family->decided)) {
        begin_fold(*live, 0);
    }
    return {};
}

/// Timers that were left in the store and come within the horizon.
Result<bool> Node::Impl::poll_due_rows() {
    next_due_poll_ = now_.steady + options_.timer_horizon / 2;
    if (!timers_in_store_) {
        return false;
    }
    timers_in_store_ = false;
    const std::size_t before = tree_.size();
    for (const auto& [organization, backlog] : backlogs_) {
        std::optional<OpenRow> after;
        bool more = true;
        while (more && has_window_room(organization, 1) && has_room_for_timers(organization)) {
            HAL9_TRY(
                const auto rows,
                ports_.reader.due_rows(
                    organization,
                    now_.wall + options_.timer_horizon,
                    after,
                    options_.limits.page_rows_max
                )
            );
            for (const OpenRow& row : rows) {
                HAL9_TRY_VOID(take_open_row(row));
                after = row;
            }
            more = rows.size() == options_.limits.page_rows_max;
        }
        HAL9_TRY(const bool later, has_timers_after(organization, after));
        if (!more) {
            HAL9_TRY_VOID(find_runs_without_timers(organization));
        }
        timers_in_store_ |= more || later || outbox_.committed() != outbox_.last_ticket();
    }
    return tree_.size() != before;
}

/// Goes through the timers in the store after this row, until `visit` says false.
Result<void> Node::Impl::visit_timers(
    OrganizationId organization,
    std::optional<OpenRow> after,
    const std::function<bool(const OpenRow&)>& visit
) {
    const std::uint32_t rows_max = options_.limits.page_rows_max;
    while (true) {
        HAL9_TRY(
            const auto rows,
            ports_.reader.due_rows(organization, WallTime::max(), after, rows_max)
        );
        if (!std::ranges::all_of(rows, visit) || rows.size() < rows_max) {
            return {};
        }
        after = rows.back();
    }
}

/// Whether one of the runs in memory has a timer in the store after this row.
Result<bool>
Node::Impl::has_timers_after(OrganizationId organization, std::optional<OpenRow> after) {
    bool found = false;
    HAL9_TRY_VOID(visit_timers(organization, after, [&](const OpenRow& row) {
        found = tree_.find_run(run_of(row.key.signal)) != nullptr;
        return !found;
    }));
    return found;
}

/// Only where a run may be stalled: looks through all timers there are. A parked signal's deadline
/// is none that a run goes on by.
Result<void> Node::Impl::find_runs_without_timers(OrganizationId organization) {
    const auto may_be_stalled = [](const auto& entry) {
        return entry.second->timers_in_store && entry.second->lives == entry.second->waiting;
    };
    if (outbox_.committed() != outbox_.last_ticket() ||
        std::ranges::none_of(tree_.runs(), may_be_stalled)) {
        return {};
    }
    std::set<RunId> with_timers;
    HAL9_TRY_VOID(visit_timers(organization, {}, [&](const OpenRow& row) {
        if (row.status != SignalStatus::parked) {
            with_timers.insert(run_of(row.key.signal));
        }
        return true;
    }));
    for (const auto& [id, run] : tree_.runs()) {
        if (run->record.organization == organization) {
            run->timers_in_store = with_timers.contains(id);
        }
    }
    return {};
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
    live.opened = true;
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
        .opened = true,
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

/// The time that a signal waits for others is over, if it still does.
void Node::Impl::fire_wait(SignalId signal) {
    const auto found = materialise(signal);
    if (!found) {
        static_cast<void>(unreadable(found.error()));
        return;
    }
    Live* const live = *found;
    if (live == nullptr || live->status != SignalStatus::waiting ||
        live->waits_for < WaitsFor::person) {
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
    tree_.erase(live);
}

void Node::Impl::forget_settled() {
    while (!settling_.empty() && settling_.front().first <= outbox_.committed()) {
        unsettled_.erase(settling_.front().second);
        settling_.pop_front();
    }
}

}  // namespace hal9::runtime
