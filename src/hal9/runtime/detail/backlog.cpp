// Backlog: what is in the store comes into memory as the window has room.
#include "hal9/base/check.hpp"
#include "hal9/base/planted_bug.hpp"
#include "hal9/base/text.hpp"
#include "hal9/runtime/detail/node_impl.hpp"

#include <algorithm>
#include <utility>

namespace hal9::runtime {

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
    return {-priority_of(parent), -parent.depth, parent.id};
}

/// Children that found no room when they were emitted, a page of the first family in turn.
Result<bool> Node::Impl::refill_from_chunks(Backlog& backlog) {
    for (const auto& key : backlog.families) {
        Live* const parent = tree_.find(std::get<SignalId>(key));
        HAL9_ASSERT(parent != nullptr && parent->family);
        if (is_paused(*parent->run)) {
            continue;
        }
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
        if (unsettled_.contains(record.id)) {
            continue;  // ended a moment ago, by an operator
        }
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
    const LiveRun* const run = tree_.find_run(run_of(row.key.signal));
    wanted &= row.status != SignalStatus::ready || run == nullptr || !is_paused(*run);
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
    // Of very many that are of other runs: it is looked for again.
    std::uint32_t left = options_.limits.ready_window_total;
    bool found = false;
    HAL9_TRY_VOID(visit_timers(organization, after, [&](const OpenRow& row) {
        found = tree_.find_run(run_of(row.key.signal)) != nullptr || --left == 0;
        return !found;
    }));
    return found;
}

/// Only where runs may be stalled: looks through the timers until each has one. A parked signal's
/// deadline is none that a run goes on by.
Result<void> Node::Impl::find_runs_without_timers(OrganizationId organization) {
    std::set<RunId> without;
    for (const auto& [id, run] : tree_.runs()) {
        const bool may_be_stalled = run->timers_in_store && run->lives == run->waiting;
        if (may_be_stalled && run->record.organization == organization) {
            without.insert(id);
        }
    }
    if (without.empty() || outbox_.committed() != outbox_.last_ticket()) {
        return {};
    }
    HAL9_TRY_VOID(visit_timers(organization, {}, [&](const OpenRow& row) {
        if (row.status != SignalStatus::parked) {
            without.erase(run_of(row.key.signal));
        }
        return !without.empty();
    }));
    for (const RunId id : without) {
        tree_.find_run(id)->timers_in_store = false;
    }
    return {};
}

}  // namespace hal9::runtime
