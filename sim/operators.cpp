#include "sim/operators.hpp"

#include "hal9/base/text.hpp"
#include "hal9/runtime/dead_letters.hpp"

#include <map>
#include <utility>

namespace hal9::sim {
namespace {

constexpr const char* schedule_name = "often";
constexpr const char* schedule_tag = "timed";

}  // namespace

Operator::Operator(World& world, Machine& machine, const Workload& workload, bool serves)
    : world_(world), machine_(machine), workload_(workload), serves_(serves) {
    world_.forbids = [this](SignalId signal) { return why_not(signal); };
}

template <class T, class Done>
void Operator::start(Task<T> task, Done done) {
    busy_ = true;
    task_ = StartedTask::start<T>(std::move(task), [this, done](T result) {
        busy_ = false;
        done(std::move(result));
    });
}

void Operator::crashed() {
    task_ = {};
    busy_ = false;
}

/// What an operator is told when things moved on meanwhile, or the disk is full.
void Operator::expect(const Error& error, std::string_view what) {
    const bool expected = error.code == ErrorCode::conflict ||
                          error.code == ErrorCode::resource_exhausted ||
                          error.code == ErrorCode::not_found;
    if (!expected) {
        world_.violations.push_back(str(what, " was refused: ", error.full_message()));
    }
}

std::vector<RunRecord> Operator::runs() {
    return machine_.store()
        .list_runs({.organization = default_organization, .rows_max = 1'000})
        .value();
}

std::optional<RunRecord> Operator::some_run() {
    const auto found = runs();
    if (found.empty()) {
        return std::nullopt;
    }
    return found[world_.random().below(found.size())];
}

RunId Operator::top_of(RunId run) {
    while (true) {
        const auto record = machine_.store().find_run(run).value();
        if (!record || record->parent.value == 0) {
            return run;
        }
        run = run_of(record->parent);
    }
}

std::string Operator::why_not(SignalId signal) {
    if (!paused_.empty()) {
        const auto run = machine_.store().find_run(run_of(signal)).value();
        if (run && paused_.contains(run->network)) {
            return "its network is paused";
        }
    }
    if (!cut_.empty()) {
        for (SignalId at = signal; at.value != 0;) {
            if (cut_.contains(at)) {
                return "the cancel of a signal above it was answered";
            }
            const auto record = machine_.store().find_signal(at, false).value();
            at = record ? record->parent : SignalId{};
        }
    }
    return {};
}

void Operator::act() {
    if (busy_) {
        return;
    }
    switch (world_.random().below(9)) {
        case 0:
            paused_.empty() && maybe_paused_.empty() ? pause() : finish();
            break;
        case 1:
            prioritise();
            break;
        case 2:
            world_.random().chance(0.3) ? cancel_part() : send();
            break;
        case 3:
            world_.random().chance(0.3) ? fork() : send();
            break;
        case 4:
            scheduled_ ? unschedule() : schedule();
            break;
        case 5:
            remove();
            break;
        default:
            send();
            break;
    }
}

void Operator::finish() {
    if (busy_) {
        return;
    }
    if (!paused_.empty()) {
        resume(*paused_.begin());
    } else if (!maybe_paused_.empty()) {
        resume(*maybe_paused_.begin());
    } else if (scheduled_) {
        unschedule();
    } else {
        static_cast<void>(send_what_is_waited_for());
    }
}

void Operator::pause() {
    const bool called = workload_.called && world_.random().chance(0.3);
    const std::string name = called ? workload_.called->name : workload_.name;
    maybe_paused_.insert(name);
    start(
        machine_.node().set_network_state(default_organization, name, NetworkState::paused),
        [this, name](const Result<void>& done) {
            maybe_paused_.erase(name);
            if (done) {
                count(Fault::pause);
                paused_.insert(name);
            } else {
                expect(done.error(), "a pause");
            }
        }
    );
}

void Operator::resume(std::string name) {
    paused_.erase(name);
    maybe_paused_.insert(name);
    start(
        machine_.node().set_network_state(default_organization, name, NetworkState::active),
        [this, name](const Result<void>& done) {
            if (done || done.error().code == ErrorCode::not_found) {
                maybe_paused_.erase(name);
            } else {
                expect(done.error(), "the end of a pause");
            }
        }
    );
}

void Operator::remove() {
    if (paused_.erase(workload_.name) > 0) {
        maybe_paused_.insert(workload_.name);  // if it goes, the next apply makes it active
    }
    start(
        machine_.node()
            .set_network_state(default_organization, workload_.name, NetworkState::deleted),
        [this](const Result<void>& done) {
            if (!done) {
                expect(done.error(), "the removal of a network");
                return;
            }
            count(Fault::removal);
        }
    );
}

void Operator::prioritise() {
    const auto run = some_run();
    if (!run) {
        return;
    }
    const auto priority = static_cast<std::uint8_t>(world_.random().below(10));
    start(machine_.node().prioritise(run->id, priority), [this](const Result<RunRecord>& done) {
        if (done) {
            count(Fault::priority);
        } else {
            expect(done.error(), "a priority");
        }
    });
}

void Operator::cancel_part() {
    const auto run = some_run();
    if (!run || has_ended(run->state)) {
        return;
    }
    const auto signals =
        machine_.store().list_signals(run->id, {run->id.value << 24U}, 10'000).value();
    if (signals.size() < 2) {
        return;
    }
    const SignalId id = signals[1 + world_.random().below(signals.size() - 1)].id;
    for (RunId at = run->id;;) {
        tainted_.insert(at);
        const auto record = machine_.store().find_run(at).value();
        if (!record || record->parent.value == 0) {
            break;
        }
        at = run_of(record->parent);
    }
    start(machine_.node().cancel_signal(id), [this, id](const Result<void>& done) {
        if (done) {
            count(Fault::cancel_part);
            cut_.insert(id);
        } else {
            expect(done.error(), "the cancel of a signal");
        }
    });
}

void Operator::fork() {
    const auto run = some_run();
    if (!run || runs().size() > 12) {
        return;
    }
    runtime::ForkRequest request{.run = run->id, .principal = "operator"};
    const auto signals = machine_.store().list_signals(run->id, root_of(run->id), 10'000).value();
    if (!signals.empty() && world_.random().chance(0.8)) {
        request.from = signals[world_.random().below(signals.size())].id;
    }
    start(machine_.node().fork(std::move(request)), [this](const Result<RunRecord>& done) {
        if (done) {
            count(Fault::fork);
            forks_.insert(done->id);
        } else {
            expect(done.error(), "a fork");
        }
    });
}

/// The name of a message that was kept for long, while this signal waits for it; "": none. Only
/// where the node had time to see both.
std::string Operator::kept_in_vain(SignalId signal) {
    const bool settled = machine_.store().queued_transactions() == 0 && !world_.has_posted() &&
                         std::holds_alternative<runtime::TurnWhenWoken>(machine_.next_turn()) &&
                         paused_.empty() && maybe_paused_.empty();
    const auto record = machine_.store().find_signal(signal, true).value();
    std::string name(parse_json(*record->result)->at("name").as_string());
    if (!settled || !is_awaited(*record)) {
        return {};
    }
    for (const MessageRecord& message : machine_.store().list_messages(run_of(signal)).value()) {
        if (message.name == name) {
            return name;
        }
    }
    return {};
}

bool Operator::is_awaited(const SignalRecord& signal) {
    return runtime::is_awaited(machine_.store(), signal).value();
}

bool Operator::send_what_is_waited_for() {
    const auto open = machine_.store().open_rows(default_organization, {}, 1'000).value();
    for (const OpenRow& row : open) {
        if (row.status != SignalStatus::waiting || row.waits_for != WaitsFor::message) {
            continue;
        }
        const auto record = machine_.store().find_signal(row.key.signal, true).value();
        const std::string name(parse_json(*record->result)->at("name").as_string());
        if (name == kept_in_vain(row.key.signal)) {
            world_.violations.push_back(
                str("signal ",
                    number_of(row.key.signal),
                    " of run ",
                    run_of(row.key.signal).value,
                    " waits for a message that was kept")
            );
        }
        const auto message = static_cast<std::int64_t>(Behaviour::message_of(name));
        start(
            machine_.node().send(run_of(row.key.signal), {name, message, "operator"}),
            [this](const Result<bool>& done) {
                if (done) {
                    count(Fault::message);
                } else {
                    expect(done.error(), "a message");
                }
            }
        );
        return true;
    }
    return false;
}

void Operator::send() {
    const auto run = some_run();
    if (!world_.random().chance(0.2) || !run) {
        static_cast<void>(send_what_is_waited_for());
        return;
    }
    // Somebody may wait for it later.
    const std::string name = Behaviour::message_name(world_.random().next());
    const auto message = static_cast<std::int64_t>(Behaviour::message_of(name));
    start(
        machine_.node().send(run->id, {name, message, "operator"}),
        [this](const Result<bool>& done) {
            if (!done) {
                expect(done.error(), "a message");
            }
        }
    );
}

void Operator::schedule() {
    if (!serves_) {
        return;
    }
    Schedule schedule;
    schedule.organization = default_organization;
    schedule.name = schedule_name;
    schedule.network = workload_.name;
    schedule.cron = "*/7 * * * *";
    schedule.missed = MissedTimes::once;
    schedule.input = json::serialize(json::object{{"x", world_.random().next() >> 20U}});
    schedule.tags = {schedule_tag, str("schedule-", ++schedules_)};
    schedule.principal = "operator";
    scheduled_ = true;
    start(machine_.node().add_schedule(std::move(schedule)), [this](const Result<Schedule>& done) {
        if (!done) {
            expect(done.error(), "a schedule");
        }
    });
}

void Operator::unschedule() {
    start(
        machine_.node().remove_schedule(default_organization, schedule_name),
        [this](const Result<void>& done) {
            if (done || done.error().code == ErrorCode::not_found) {
                scheduled_ = false;
            } else {
                expect(done.error(), "the end of a schedule");
            }
        }
    );
}

void Operator::look_around(bool clock_was_set) {
    std::map<std::pair<std::string, std::int64_t>, RunId> by_minute;
    for (const RunRecord& run : runs()) {
        const bool timed = run.tags.size() == 2;
        if (timed || (run.origin.value != 0 && run.state != RunState::draining)) {
            others_.insert(run.id);
        }
        if (!timed || run.origin.value != 0) {
            continue;
        }
        count(Fault::scheduled_start);
        // No two times are within one minute, and none of them is started twice.
        const auto [first, fresh] =
            by_minute.emplace(std::pair(run.tags.front(), run.created.us / 60'000'000), run.id);
        if (!fresh && !clock_was_set) {
            world_.violations.push_back(
                str("runs ",
                    first->second.value,
                    " and ",
                    run.id.value,
                    " were started for one time of a schedule")
            );
        }
    }
}

}  // namespace hal9::sim
