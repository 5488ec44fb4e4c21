#include "sim/scenario.hpp"

#include "hal9/base/text.hpp"
#include "hal9/definition/parse.hpp"
#include "hal9/runtime/dead_letters.hpp"
#include "sim/describe.hpp"
#include "sim/end_check.hpp"
#include "sim/machine.hpp"
#include "sim/operators.hpp"
#include "sim/request.hpp"
#include "sim/workload.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

namespace hal9::sim {
namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(Fault::count)> fault_names{
    "crash",
    "crash_after_commit",
    "crash_storm",
    "failed_sync_lost",
    "failed_sync_applied",
    "disk_full",
    "slow_disk",
    "clock_jump",
    "clean_restart",
    "cancel",
    "repeated_request",
    "handler_failure",
    "handler_hang",
    "handler_throw",
    "poison",
    "answer",
    "message",
    "pause",
    "removal",
    "priority",
    "cancel_part",
    "fork",
    "scheduled_start",
};

class Scenario {
public:
    explicit Scenario(std::uint64_t seed)
        : world_(seed),
          harshness_(world_.random().unit()),
          workload_(Workload::random(world_.random(), harshness_)),
          take_up_all_(seed % 5 != 4),
          machine_(world_, options()),
          hands_(world_, machine_, workload_, take_up_all_) {
        report_.seed = seed;
    }

    ScenarioReport run() {
        machine_.start();
        make_requests();
        fault_budget_ = static_cast<std::uint32_t>(world_.random().below(40));
        const std::uint64_t troubled = 50 + world_.random().below(1'500);
        for (; report_.events < troubled && world_.violations.empty(); ++report_.events) {
            event(true);
        }
        settle();
        check();
        report_.violations = world_.violations;
        report_.steps = world_.steps_started;
        report_.runs = requests_.size();
        report_.digest = world_.digest;
        note_handler_faults();
        for (std::size_t i = 0; i < hands_.counts.size(); ++i) {
            report_.faults[i] += hands_.counts[i];
        }
        return report_;
    }

private:
    runtime::NodeOptions options() {
        Random& random = world_.random();
        runtime::NodeOptions options;
        options.steps_per_turn = 1 + static_cast<std::uint32_t>(random.below(32));
        if (random.chance(0.6)) {
            options.limits.ready_window = 4 + static_cast<std::uint32_t>(random.below(60));
            options.limits.chunk_signals_max = 2 + static_cast<std::uint32_t>(random.below(12));
            options.limits.store_queue_rows_max = 4 + static_cast<std::uint32_t>(random.below(60));
            options.limits.page_rows_max = 2 + static_cast<std::uint32_t>(random.below(30));
            options.limits.window_bytes_max = 200 + random.below(4'000);
            options.offload_fold_bytes = random.below(400);
        }
        options.take_up_all = take_up_all_;
        options.careful_signals = 20;
        options.careful_time = std::chrono::seconds(10);
        return options;
    }

    void make_requests() {
        const std::size_t count = 1 + world_.random().below(5);
        for (std::size_t i = 0; i < count; ++i) {
            auto request = std::make_unique<Request>();
            request->x = world_.random().next() >> 20U;
            request->key = str("request-", i);
            request->has_deadline = world_.random().chance(0.1);
            requests_.push_back(std::move(request));
        }
    }

    // ---- events

    void event(bool troubled) {
        if (world_.crash_wanted) {
            count(Fault::poison);
            crash();
            return;
        }
        if (troubled && fault_budget_ > 0 && world_.random().chance(0.02)) {
            --fault_budget_;
            inject();
            return;
        }
        if (world_.wake_due() || (world_.random().chance(0.7) && world_.run_one())) {
            return;
        }
        const std::uint64_t dice = world_.random().below(100);
        if (dice < 8) {
            client(troubled);
        } else if (dice < 40 && quiet_commits_ == 0) {
            machine_.store().commit_group(1 + world_.random().below(40));
        } else if (dice < 96) {
            quiet_commits_ -= quiet_commits_ > 0 ? 1 : 0;
            turn();
        } else {
            advance();
        }
    }

    void turn() {
        if (!machine_.turn() && !world_.crash_wanted) {
            // The node cannot go on, so the process ends; only a failed store may be the reason.
            if (!machine_.store().failed()) {
                world_.violations.push_back(
                    str("the node gave up: ", machine_.last_error->full_message())
                );
            }
            crash();
            return;
        }
        check_bounds();
    }

    /// Two pages of rows are taken in whole where there was room for one signal, and as many as
    /// the window has may have waited for their time.
    void check_bounds() {
        const Limits& limits = machine_.limits();
        const runtime::Footprint footprint = machine_.node().footprint();
        const std::size_t page = limits.page_rows_max;
        if (footprint.active > 2 * (limits.ready_window + page)) {
            world_.violations.push_back(
                str(footprint.active, " signals in a window of ", limits.ready_window)
            );
        }
        // Beyond the limit: one transaction each of steps under way, and of what people asked for.
        const std::size_t queued = machine_.store().queued_transactions();
        const std::size_t beyond = limits.asynchronous_steps_max + 4 * (requests_.size() + 2);
        if (queued > limits.store_queue_rows_max + beyond) {
            world_.violations.push_back(
                str(queued, " transactions in a queue of ", limits.store_queue_rows_max)
            );
        }
        if (world_.asynchronous_steps > limits.asynchronous_steps_max) {
            world_.violations.push_back(
                str(world_.asynchronous_steps, " asynchronous steps under way at once")
            );
        }
    }

    /// Time passes only when nothing else can happen, and never past the next thing to happen: a
    /// healthy handler is never overtaken by its timeout.
    void advance() {
        if (machine_.store().queued_transactions() > 0 || world_.has_posted() || full_) {
            return;
        }
        turn();
        if (world_.crash_wanted) {
            return;
        }
        std::optional<SteadyTime> next = world_.next_sleeper();
        if (const auto* at = std::get_if<runtime::TurnAt>(&machine_.next_turn())) {
            next = next ? std::min(*next, at->at) : at->at;
        } else if (std::holds_alternative<runtime::TurnAgain>(machine_.next_turn())) {
            return;
        }
        if (next && machine_.store().queued_transactions() == 0) {
            world_.advance(std::max(Duration(0), *next - world_.now().steady));
        }
    }

    void crash() {
        world_.crash_wanted = false;
        drop_client_coroutines();
        machine_.crash();
        full_ = false;
        quiet_commits_ = 0;
    }

    void drop_client_coroutines() {
        for (auto& request : requests_) {
            request->sending = {};
            request->cancelling = {};
            request->sent = request->run.has_value();
            request->cancel_sent = request->cancel_answered;
        }
        operator_ = {};
        operator_busy_ = false;
        hands_.crashed();
    }

    // ---- faults

    void count(Fault fault) { ++report_.faults[static_cast<std::size_t>(fault)]; }

    void inject() {
        const auto fault =
            static_cast<Fault>(world_.random().below(static_cast<std::uint64_t>(Fault::cancel)));
        count(fault);
        switch (fault) {
            case Fault::crash:
                crash();
                break;
            case Fault::crash_after_commit:
                machine_.store().commit_group(1 + world_.random().below(20));
                crash();
                break;
            case Fault::crash_storm:
                storm();
                break;
            case Fault::failed_sync_lost:
            case Fault::failed_sync_applied:
                machine_.store().fail_next_group(
                    Error(ErrorCode::data_loss, "EIO on sync"),
                    fault == Fault::failed_sync_applied
                );
                machine_.store().commit_group(10);
                break;
            case Fault::disk_full:
                full_ = !full_;
                machine_.store().set_disk_full(full_);
                break;
            case Fault::slow_disk:
                quiet_commits_ = 50;
                break;
            case Fault::clock_jump:
                world_.jump_wall(std::chrono::seconds(
                    static_cast<std::int64_t>(world_.random().below(7'200)) - 3'600
                ));
                break;
            default:
                drop_client_coroutines();
                machine_.store().set_disk_full(false);
                full_ = false;
                machine_.stop_cleanly();
                break;
        }
    }

    void storm() {
        for (int i = 0; i < 4; ++i) {
            crash();
            for (std::uint64_t j = world_.random().below(12); j > 0 && !world_.crash_wanted; --j) {
                turn();
                machine_.store().commit_group(world_.crash_wanted ? 0 : 3);
            }
        }
    }

    void note_handler_faults() {
        report_.faults[static_cast<std::size_t>(Fault::handler_failure)] = world_.handler_failures;
        report_.faults[static_cast<std::size_t>(Fault::handler_hang)] = world_.handler_hangs;
        report_.faults[static_cast<std::size_t>(Fault::handler_throw)] = world_.handler_throws;
    }

    // ---- clients

    void client(bool troubled) {
        Request& request = *requests_[world_.random().below(requests_.size())];
        if (!take_up_all_) {
            resume_all();
        }
        if (!request.sent) {
            send(request);
        } else if (troubled && request.run && world_.random().chance(0.03) &&
                   !request.cancel_sent) {
            count(Fault::cancel);
            cancel(request);
        } else if (troubled && request.run && world_.random().chance(0.1)) {
            count(Fault::repeated_request);
            send(request);
        } else if (troubled && world_.random().chance(0.3)) {
            hands_.act();
        } else if (!troubled && world_.random().chance(0.5)) {
            hands_.finish();
        } else {
            operate();
        }
    }

    /// Clients ask for their runs, and others for theirs.
    void resume_all() {
        for (const RunRecord& run :
             machine_.store().unfinished_runs(default_organization).value()) {
            resume(run.id);
        }
    }

    void resume(RunId run) {
        if (const auto taken_up = machine_.node().take_up(run); !taken_up) {
            world_.violations.push_back(
                str("run ", run.value, " is not taken up: ", taken_up.error().full_message())
            );
        }
    }

    void send(Request& request) {
        request.sent = true;
        request.sending = StartedTask::start<Result<RunId>>(
            accept(request),
            [this, &request](Result<RunId> answer) { answered(request, answer); }
        );
    }

    void answered(Request& request, const Result<RunId>& answer) {
        if (!answer) {
            // Or the network was removed since it was applied.
            const bool refused = answer.error().code == ErrorCode::resource_exhausted ||
                                 answer.error().code == ErrorCode::conflict;
            if (!refused) {
                world_.violations.push_back(
                    str("a request was refused: ", answer.error().full_message())
                );
            }
            request.sent = request.run.has_value();
        } else if (request.run && *request.run != *answer) {
            world_.violations.push_back(
                str("the key ",
                    request.key,
                    " gave run ",
                    request.run->value,
                    " and then ",
                    answer->value)
            );
        } else {
            request.run = *answer;
        }
    }

    Task<Result<RunId>> accept(Request& request) {
        std::vector<KindDescription> catalog;
        for (const auto& kind : machine_.kinds()) {
            catalog.push_back(kind->description());
        }
        if (workload_.called) {
            auto called = definition::parse_network(workload_.called->definition(), catalog);
            if (!called) {
                co_return fail(ErrorCode::invalid_argument, called.error().front().message);
            }
            HAL9_CO_TRY(
                [[maybe_unused]] const runtime::Applied before,
                co_await machine_.node().apply(default_organization, *std::move(called))
            );
        }
        auto parsed = definition::parse_network(workload_.definition(), catalog);
        if (!parsed) {
            co_return fail(ErrorCode::invalid_argument, parsed.error().front().message);
        }
        HAL9_CO_TRY(
            const runtime::Applied applied,
            co_await machine_.node().apply(default_organization, *std::move(parsed))
        );
        runtime::AcceptRequest accept{.version = applied.version, .principal = "client"};
        accept.payload = json::object{{"x", request.x}};
        accept.idempotency = IdempotencyKey{request.key, request.key};
        if (request.has_deadline) {
            accept.deadline = std::chrono::seconds(5);
        }
        HAL9_CO_TRY(
            const runtime::Accepted accepted,
            co_await machine_.node().accept(std::move(accept))
        );
        co_return accepted.run.id;
    }

    void cancel(Request& request) {
        request.cancel_sent = true;
        request.cancel_tried = true;
        request.cancelling = StartedTask::start<Result<RunRecord>>(
            machine_.node().cancel(*request.run),
            [this, &request](const Result<RunRecord>& answer) {
                if (answer) {
                    request.cancel_answered = true;
                    world_.must_not_start.insert(*request.run);
                }
            }
        );
    }

    /// The operator looks at the dead letters and decides about the first.
    void operate() {
        if (operator_busy_) {
            return;
        }
        const auto parked =
            runtime::list_dead_letters(machine_.store(), default_organization, {}, 1);
        if (!parked || parked->empty()) {
            answer();
            return;
        }
        const auto record = machine_.store().find_signal(parked->front().id, true);
        if (!record || !*record) {
            return;
        }
        const std::uint64_t x = x_of(**record);
        const SimNeuron& neuron = view().neuron_of(**record);
        const bool died = (*record)->error->message.find("died") != std::string::npos;
        const bool innocent = died && !neuron.behaviour.is_poison(x);
        const bool redriven = (*record)->attempts_allowed > neuron.attempts;
        const bool again = innocent || (Behaviour::redriven_once(x) && !died && !redriven);
        operator_busy_ = true;
        if (innocent) {
            // Chance killed the process three times in its place; its redrive is not the one that
            // the interpreter knows of.
            tainted_.insert(run_of((*record)->id));
        }
        operator_ = StartedTask::start<Result<void>>(
            again ? machine_.node().redrive((*record)->id) : machine_.node().discard((*record)->id),
            [this](const Result<void>&) { operator_busy_ = false; }
        );
    }

    /// Somebody answers the first signal that asks.
    void answer() {
        const auto open = machine_.store().open_rows(default_organization, {}, 1'000);
        for (const OpenRow& row : open.value_or(std::vector<OpenRow>{})) {
            if (row.status != SignalStatus::waiting || row.waits_for != WaitsFor::person) {
                continue;
            }
            const auto record = machine_.store().find_signal(row.key.signal, true);
            const std::uint64_t x = x_of(**record);
            operator_busy_ = true;
            count(Fault::answer);
            operator_ = StartedTask::start<Result<void>>(
                machine_.node().answer(
                    row.key.signal,
                    {static_cast<std::int64_t>(Behaviour::answer_to(x)), "somebody"}
                ),
                [this](const Result<void>& answered) {
                    operator_busy_ = false;
                    const bool expected = answered || answered.error().code == ErrorCode::conflict;
                    if (!expected) {
                        world_.violations.push_back(
                            str("an answer was refused: ", answered.error().full_message())
                        );
                    }
                }
            );
            return;
        }
    }

    [[nodiscard]] View view() { return {machine_, workload_}; }

    // ---- the end

    [[nodiscard]] bool all_ended() {
        for (const auto& request : requests_) {
            if (!request->run) {
                return false;
            }
            const auto record = machine_.store().find_run(*request->run);
            if (!record || !*record || !has_ended((*record)->state)) {
                return false;
            }
        }
        return hands_.is_done() &&
               machine_.store().unfinished_runs(default_organization).value().empty();
    }

    /// No more faults; time flies.
    void settle() {
        machine_.store().set_disk_full(false);
        full_ = false;
        quiet_commits_ = 0;
        constexpr std::uint64_t events_max = 3'000'000;
        for (std::uint64_t i = 0; i < events_max && world_.violations.empty(); ++i) {
            event(false);
            if (i % 16 == 0 && !world_.crash_wanted) {
                machine_.store().commit_group(1'000);
                advance();
            }
            if (i % 64 == 0 && all_ended()) {
                return;
            }
            ++report_.events;
        }
        if (world_.violations.empty()) {
            world_.violations.push_back(
                str("an accepted run reached no end; it is ",
                    world_.now().wall.us,
                    " (next turn ",
                    machine_.next_turn().index(),
                    ")")
            );
            describe_open_work(view(), world_.violations);
        }
    }

    void check() {
        if (!world_.violations.empty()) {
            return;
        }
        const bool clock_was_set = report_.faults[static_cast<std::size_t>(Fault::clock_jump)] > 0;
        EndCheck({world_, machine_, workload_, requests_, hands_, tainted_}, clock_was_set).run();
        if (!world_.violations.empty()) {
            describe_failures(view(), world_.violations);
        }
    }

    World world_;
    double harshness_;
    Workload workload_;
    bool take_up_all_;  ///< else clients ask for their runs
    Machine machine_;
    Operator hands_;
    Requests requests_;
    StartedTask operator_;
    bool operator_busy_ = false;
    std::set<RunId> tainted_;  ///< runs whose right end is not known any more
    std::uint32_t fault_budget_ = 0;
    std::uint32_t quiet_commits_ = 0;
    bool full_ = false;
    ScenarioReport report_;
};

}  // namespace

std::string_view to_string(Fault fault) {
    return fault_names[static_cast<std::size_t>(fault)];
}

ScenarioReport run_scenario(std::uint64_t seed) {
    return Scenario(seed).run();
}

}  // namespace hal9::sim
