// Runs: taken up at the start, when somebody asks, and with the run whose signal started them.
#include "hal9/base/text.hpp"
#include "hal9/runtime/detail/node_impl.hpp"

#include <algorithm>
#include <set>
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
    HAL9_TRY(const auto organizations, ports_.reader.list_organizations());
    for (const OrganizationId organization : organizations) {
        HAL9_TRY_VOID(read_network_states(organization));
        HAL9_TRY_VOID(take_up_organization(organization));
    }
    outbox_.submit();
    return {};
}

Result<void> Node::Impl::take_up_organization(OrganizationId organization) {
    HAL9_TRY(const auto runs, ports_.reader.unfinished_runs(organization));
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
    return take_up_child_runs(run);
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
    if (run.has_losers) {
        recounts_.insert(record.id);
    }
    HAL9_TRY(const auto open, ports_.reader.count_open(record.id));
    for (const SignalReader::OpenCount& alike : open) {
        const bool asks =
            alike.status == SignalStatus::waiting && alike.waits_for >= WaitsFor::person;
        run.asking += asks ? alike.count : 0;
    }
    HAL9_TRY(const auto root, ports_.reader.find_signal(root_of(record.id), false));
    run.reprioritised = root && root->priority != record.priority;
    HAL9_TRY_VOID(read_mailbox(run));
    return take_up_family(run);
}

/// A run that a signal started is worked on with the run above it, and ends with it.
Result<void> Node::Impl::take_up_family(LiveRun& run) {
    const RunRecord& record = run.record;
    if (record.parent.value != 0) {
        ++child_runs_at_[record.depth];
        LiveRun* const above = tree_.find_run(run_of(record.parent));
        if (above != nullptr && above->record.state == RunState::running) {
            above->child_runs.emplace(record.parent, record.id);
        } else {
            cancel_in_memory(run);  // the end of the run above came first
        }
    }
    return take_up_child_runs(run);
}

Result<void> Node::Impl::take_up_child_runs(const LiveRun& run) {
    HAL9_TRY(const auto children, ports_.reader.unfinished_child_runs(run.record.id));
    for (const RunRecord& child : children) {
        if (tree_.find_run(child.id) != nullptr) {
            continue;
        }
        if (run.record.state == RunState::running || child.state == RunState::draining) {
            HAL9_TRY_VOID(take_up_unfinished(child));
        } else {
            HAL9_TRY_VOID(take_up_lost(child));
        }
    }
    return {};
}

/// A run whose caller's run has been decided: it is there to be swept, and needs no network.
Result<void> Node::Impl::take_up_lost(const RunRecord& record) {
    LiveRun& run = insert_run(record, std::make_shared<const LoadedNetwork>());
    ++child_runs_at_[record.depth];
    cancel_in_memory(run);
    return take_up_child_runs(run);
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
    backlogs_.try_emplace(record.organization);
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

}  // namespace hal9::runtime
