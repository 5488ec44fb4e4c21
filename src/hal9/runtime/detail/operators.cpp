// Operators: what they decide about priorities, parts of runs, and whole networks.
#include "hal9/base/planted_bug.hpp"
#include "hal9/base/text.hpp"
#include "hal9/runtime/detail/node_impl.hpp"

#include <utility>
#include <vector>

namespace hal9::runtime {

/// In memory, whatever the disk knows of it yet; null: it has ended, or somebody above it has.
Task<Result<Live*>> Node::Impl::find_unended(SignalId id) {
    HAL9_CO_TRY(const auto record, ports_.reader.find_signal(id, false));
    if (!record) {
        co_return fail(ErrorCode::not_found, "there is no such signal");
    }
    HAL9_CO_TRY_VOID(take_up(run_of(id)));
    while (tree_.find(id) == nullptr && unsettled_.contains(id)) {
        static_cast<void>(co_await outbox_.decided(outbox_.last_ticket()));
        forget_settled();
    }
    co_return materialise(id);
}

Task<Result<void>> Node::Impl::cancel_signal(SignalId id) {
    if (number_of(id) == 0) {
        HAL9_CO_TRY(const RunRecord cancelled, co_await cancel(run_of(id)));
        static_cast<void>(cancelled);
        co_return Result<void>{};
    }
    HAL9_CO_TRY(Live* const live, co_await find_unended(id));
    if (live == nullptr) {
        outbox_.submit();  // it may have been found to be lost
        co_return fail(ErrorCode::conflict, "the signal, or one above it, has ended already");
    }
    const bool asks = live->status == SignalStatus::waiting && live->waits_for >= WaitsFor::person;
    live->run->asking -= asks ? 1U : 0U;
    live->run->parked -= live->status == SignalStatus::parked ? 1U : 0U;
    if (!live->opened) {
        // The disk still shows it among those that never ran.
        unsettled_.insert(live->id);
        settling_.emplace_back(outbox_.next_ticket(), live->id);
    }
    end_subtree(*live, event::Cancelled{});
    const Receipt receipt = co_await outbox_.decided(outbox_.submit());
    if (receipt.error) {
        co_return fail(*receipt.error);
    }
    co_return Result<void>{};
}

/// Whether its priority is that of its run, rather than one that a neuron above it asks for.
bool Node::Impl::inherits_priority(const Live& live) {
    const Live* at = &live;
    while (at->parent != nullptr) {
        if (at->definition().priority) {
            return false;
        }
        at = at->parent;
    }
    return true;
}

/// What it is scheduled with: the place of its row says what it was written with.
std::uint8_t Node::Impl::priority_of(const Live& live) {
    return live.run->reprioritised && inherits_priority(live) ? live.run->record.priority
                                                              : live.priority;
}

Task<Result<RunRecord>> Node::Impl::prioritise(RunId id, std::uint8_t priority) {
    HAL9_CO_TRY_VOID(take_up(id));
    LiveRun* const run = tree_.find_run(id);
    if (run == nullptr || run->progress.state != RunState::running) {
        HAL9_CO_TRY(const auto record, ports_.reader.find_run(id));
        if (!record) {
            co_return fail(ErrorCode::not_found, "there is no such run");
        }
        co_return fail(
            ErrorCode::conflict,
            str("the run has ended already (", to_string(record->decided), ")")
        );
    }
    change_priority(*run, priority);
    RunRecord record = run->record;
    const Receipt receipt = co_await outbox_.decided(outbox_.submit());
    if (receipt.error) {
        co_return fail(*receipt.error);
    }
    co_return record;
}

/// Of a run, and of those it started that took theirs from it.
void Node::Impl::change_priority(LiveRun& run, std::uint8_t priority) {
    const RunId id = run.record.id;
    auto& families = backlogs_[run.record.organization].families;
    std::vector<Live*> in_backlog;
    std::vector<Live*> ready;
    tree_.visit(run, [&](Live& live) {
        if (families.erase(family_key(live)) > 0) {
            in_backlog.push_back(&live);
        } else if (live.stage == Stage::ready) {
            ready.push_back(&live);
        }
    });
    run.record.priority = priority;
    run.reprioritised = true;
    outbox_.add(SetRunPriority{id, priority});
    for (const Live* const live : in_backlog) {
        families.insert(family_key(*live));
    }
    for (Live* const live : ready) {
        schedule(*live);  // what it was scheduled with before is passed over
    }
    // What was left in the store comes in with the next look.
    backlogs_[run.record.organization].asked.insert(id);
    for (const auto& [caller, child_id] : run.child_runs) {
        LiveRun* const child = tree_.find_run(child_id);
        const Live* const above = tree_.find(caller);
        const bool takes_it = child != nullptr && child->progress.state == RunState::running &&
                              above != nullptr && inherits_priority(*above) &&
                              !child->network().neuron(child->network().start).priority;
        if (takes_it) {
            change_priority(*child, priority);
        }
    }
}

bool Node::Impl::is_paused(const LiveRun& run) const {
    return !network_states_.empty() &&
           network_state(run.record.organization, run.record.network) == NetworkState::paused &&
           !HAL9_PLANTED(pause_forgotten);
}

NetworkState Node::Impl::network_state(OrganizationId organization, const std::string& name) const {
    const auto found = network_states_.find({organization, name});
    return found == network_states_.end() ? NetworkState::active : found->second;
}

bool Node::Impl::is_deleted(OrganizationId organization, const std::string& name) const {
    return network_state(organization, name) == NetworkState::deleted ||
           deleting_.contains({organization, name});
}

/// A signal of a paused network whose turn it is: it is none of the window's until the network is
/// resumed. So it keeps its key, too. Where many networks are paused, the store has the rest.
void Node::Impl::hold_back(Live& live) {
    careful_finished(live.id);
    if (tree_.held() < options_.limits.ready_window_total) {
        tree_.begin_held(live);
        return;
    }
    if (!live.opened) {
        Reopen command = reopen(live, false);
        live.opened = true;
        outbox_.add(std::move(command));
    }
    settle_and_erase(live);
}

void Node::Impl::go_on_with(OrganizationId organization, const std::string& network) {
    for (const auto& [id, run] : tree_.runs()) {
        if (run->record.organization != organization || run->record.network != network) {
            continue;
        }
        std::vector<Live*> held;
        tree_.visit(*run, [&held](Live& live) {
            if (live.stage == Stage::held) {
                held.push_back(&live);
            }
        });
        for (Live* const live : held) {
            tree_.end_held(*live);
            make_ready(*live);
        }
    }
    backlogs_[organization].again = true;  // what was left in the store
}

Result<void> Node::Impl::read_network_states(OrganizationId organization) {
    for (const NetworkState state : {NetworkState::paused, NetworkState::deleted}) {
        SignalReader::NetworkFilter filter{
            .organization = organization,
            .state = state,
            .after = {},
        };
        while (true) {
            HAL9_TRY(const auto page, ports_.reader.list_networks(filter));
            for (const auto& network : page) {
                network_states_.insert_or_assign({organization, network.name}, state);
            }
            if (page.size() < filter.rows_max) {
                break;
            }
            filter.after = page.back().name;
        }
    }
    return {};
}

Task<Result<void>>
Node::Impl::set_network_state(OrganizationId organization, std::string name, NetworkState to) {
    HAL9_CO_TRY(const auto found, ports_.reader.find_network_summary(organization, name));
    const NetworkState from = network_state(organization, name);
    if (!found || from == NetworkState::deleted) {
        co_return fail(
            ErrorCode::not_found,
            str("there is no network \"", name, "\"; `hal9 network list` shows those there are")
        );
    }
    if (from == to) {
        co_return Result<void>{};
    }
    const auto key = std::pair(organization, name);
    // A run that is accepted from now on would find it deleted.
    const bool deletes = to == NetworkState::deleted;
    if (deletes) {
        deleting_.insert(key);
    }
    outbox_.add(SetNetworkState{organization, name, from, to, record_time_});
    const Receipt receipt = co_await outbox_.decided(outbox_.submit_request());
    deleting_.erase(key);
    if (receipt.error) {
        if (deletes && receipt.error->code == ErrorCode::conflict) {
            co_return fail(
                ErrorCode::conflict,
                str("network \"",
                    name,
                    "\" has unfinished runs, or was changed at the same moment; wait for their "
                    "end, or cancel them, and delete it then")
            );
        }
        co_return fail(*receipt.error);
    }
    if (to == NetworkState::active) {
        network_states_.erase(key);
        go_on_with(organization, name);
    } else {
        network_states_[key] = to;
    }
    co_return Result<void>{};
}

}  // namespace hal9::runtime
