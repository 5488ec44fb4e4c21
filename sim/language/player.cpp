#include "sim/language/player.hpp"

#include "hal9/adapters/memory/memory_files.hpp"
#include "hal9/base/text.hpp"
#include "hal9/definition/parse.hpp"
#include "hal9/neurons/catalog.hpp"
#include "hal9/runtime/dead_letters.hpp"
#include "sim/audit.hpp"
#include "sim/language/reference_files.hpp"
#include "sim/machine.hpp"

#include <algorithm>
#include <utility>

namespace hal9::sim::language {
namespace {

/// What the form of a question refuses.
constexpr std::string_view no_answer = "no answer";

class Player {
public:
    Player(const Case& story, const Allowed& allowed, std::uint64_t chaos)
        : story_(story),
          allowed_(allowed),
          world_(chaos),
          files_(world_),
          machine_(world_, options(), neurons::make_kinds(files_)) {}

    Played run() {
        for (const ReferenceFile& file : reference_files()) {
            files_.put(std::string(file.path), std::string(file.content), file.modified);
        }
        machine_.start();
        trouble_ = world_.random().below(30);
        early_ = world_.random().below(3);
        constexpr std::uint64_t events_max = 200'000;
        for (; played_.events < events_max && world_.violations.empty(); ++played_.events) {
            event();
            if (played_.events % 16 == 0 && has_ended()) {
                check();
                break;
            }
        }
        if (!played_.end && world_.violations.empty()) {
            describe_open_work();
        }
        played_.violations = world_.violations;
        return played_;
    }

private:
    runtime::NodeOptions options() {
        Random& random = world_.random();
        runtime::NodeOptions options;
        options.steps_per_turn = 1 + static_cast<std::uint32_t>(random.below(32));
        if (random.chance(0.6)) {
            options.limits.ready_window = 4 + static_cast<std::uint32_t>(random.below(30));
            options.limits.chunk_signals_max = 3 + static_cast<std::uint32_t>(random.below(5));
            options.limits.store_queue_rows_max = 4 + static_cast<std::uint32_t>(random.below(60));
            options.limits.page_rows_max = 2 + static_cast<std::uint32_t>(random.below(10));
            options.limits.window_bytes_max = 200 + random.below(4'000);
            options.offload_fold_bytes = random.below(400);
            options.limits.fold_bytes_max = random.below(3'000);
            options.limits.child_runs_per_depth = 1 + static_cast<std::uint32_t>(random.below(4));
            if (random.chance(0.3)) {
                options.limits.ready_window_total = options.limits.ready_window;
            }
        }
        options.timer_horizon = std::chrono::seconds(random.chance(0.5) ? 5 : 3'600);
        options.careful_signals = 20;
        options.careful_time = std::chrono::seconds(10);
        // Chance parks nothing: what an operator does would be different from the plan.
        options.careful_deaths_max = 60'000;
        return options;
    }

    // ---- events

    void event() {
        if (trouble_ > 0 && world_.random().chance(0.04)) {
            --trouble_;
            inject();
            return;
        }
        if (world_.wake_due() || world_.run_one()) {
            return;
        }
        if (is_idle() && world_.random().chance(0.5)) {
            advance();
            return;
        }
        const std::uint64_t dice = world_.random().below(100);
        if (dice < 10) {
            people();
        } else if (dice < 45) {
            machine_.store().commit_group(1 + world_.random().below(40));
        } else if (dice < 90) {
            turn();
        } else {
            advance();
        }
    }

    /// Only time can bring work.
    bool is_idle() {
        return std::holds_alternative<runtime::TurnAt>(machine_.next_turn()) &&
               machine_.store().queued_transactions() == 0 && !world_.has_posted();
    }

    void turn() {
        if (machine_.turn()) {
            return;
        }
        // The node cannot go on, so the process ends; only a failed store may be the reason.
        if (!machine_.store().failed()) {
            world_.violations.push_back(
                str("the node gave up: ", machine_.last_error->full_message())
            );
        }
        crash();
    }

    /// Time passes only when nothing else can happen, and never past the next thing to happen.
    void advance() {
        if (full_) {
            full_ = false;
            machine_.store().set_disk_full(false);
        }
        if (machine_.store().queued_transactions() > 0 || world_.has_posted() || is_awaited()) {
            return;
        }
        turn();
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
        ++played_.crashes;
        drop_requests();
        machine_.crash();
        full_ = false;
    }

    void drop_requests() {
        sending_ = {};
        is_sending_ = false;
        person_ = {};
        person_busy_ = false;
    }

    void inject() {
        switch (world_.random().below(8)) {
            case 0:
            case 1:
                crash();
                break;
            case 2:
            case 3:
                machine_.store().commit_group(1 + world_.random().below(8));
                crash();
                break;
            case 4:
            case 5:
                machine_.store().fail_next_group(
                    Error(ErrorCode::data_loss, "EIO on sync"),
                    world_.random().chance(0.5)
                );
                machine_.store().commit_group(10);
                break;
            case 6:
                world_.jump_wall(std::chrono::seconds(
                    static_cast<std::int64_t>(world_.random().below(1'200)) - 600
                ));
                break;
            default:
                if (world_.random().chance(0.5)) {
                    full_ = true;
                    machine_.store().set_disk_full(true);
                } else {
                    full_ = false;
                    machine_.store().set_disk_full(false);
                    drop_requests();
                    machine_.stop_cleanly();
                }
                break;
        }
    }

    // ---- people

    void people() {
        if (!run_) {
            send();
        } else if (!person_busy_) {
            switch (world_.random().below(3)) {
                case 0:
                    operate();
                    break;
                case 1:
                    answer();
                    break;
                default:
                    post();
                    break;
            }
        }
    }

    /// One thing at a time; who hears no answer looks again.
    template <class T>
    void begin(Task<Result<T>> request, std::string_view what) {
        person_busy_ = true;
        doing_ = what;
        person_ = StartedTask::start<Result<T>>(
            std::move(request),
            [this, what = std::string(what)](const Result<T>& done) {
                person_busy_ = false;
                if (what == no_answer) {
                    if (done) {
                        world_.violations.emplace_back("what is no answer was taken for one");
                    }
                } else if (!done && done.error().code == ErrorCode::invalid_argument) {
                    world_.violations.push_back(
                        str(what, " was refused: ", done.error().full_message())
                    );
                }
            }
        );
    }

    void send() {
        if (is_sending_) {
            return;
        }
        is_sending_ = true;
        sending_ = StartedTask::start<Result<RunId>>(accept(), [this](Result<RunId> answer) {
            is_sending_ = false;
            if (answer) {
                run_ = *answer;
            } else if (answer.error().code != ErrorCode::resource_exhausted) {
                world_.violations.push_back(
                    str("the run was refused: ", answer.error().full_message())
                );
            }
        });
    }

    Task<Result<RunId>> accept() {
        const auto catalog = neurons::descriptions(machine_.kinds());
        NetworkVersion version;
        // The first one last: the others are there when it runs.
        for (auto at = story_.networks.rbegin(); at != story_.networks.rend(); ++at) {
            auto parsed = definition::parse_network(json::serialize(*at), catalog);
            if (!parsed) {
                co_return fail(
                    ErrorCode::internal,
                    definition::to_string(parsed.error().front(), "definition")
                );
            }
            HAL9_CO_TRY(
                const runtime::Applied applied,
                co_await machine_.node().apply(default_organization, *std::move(parsed))
            );
            version = applied.version;
        }
        runtime::AcceptRequest request{.version = version, .payload = story_.input};
        request.principal = "somebody";
        request.grants = {{"files.read", {std::string(granted_directory)}}};
        request.idempotency = IdempotencyKey{"once", "once"};
        HAL9_CO_TRY(
            const runtime::Accepted accepted,
            co_await machine_.node().accept(std::move(request))
        );
        co_return accepted.run.id;
    }

    /// An operator looks at the first dead letter and does what is planned.
    void operate() {
        const auto parked =
            runtime::list_dead_letters(machine_.store(), default_organization, {}, 1);
        if (!parked || parked->empty()) {
            return;
        }
        const auto record = machine_.store().find_signal(parked->front().id, true);
        if (!record || !*record) {
            return;
        }
        const SignalRecord& signal = **record;
        const bool again =
            story_.plan.redrives(name_of(signal), *parse_json(*signal.payload), signal.attempt);
        ++played_.decisions;
        begin(
            again ? machine_.node().redrive(signal.id) : machine_.node().discard(signal.id),
            "what an operator did"
        );
    }

    struct Open {
        SignalId signal;
        std::string message;  ///< the name of that which it waits for
        Plan::Said said;
        bool formed = false;  ///< not every answer will do
    };

    /// Signals that wait for what somebody will say.
    std::vector<Open> open_questions() {
        std::vector<Open> out;
        for (const SignalRecord& signal :
             machine_.store()
                 .list_asking(default_organization, WaitsFor::person, {}, 1'000)
                 .value()) {
            const json::value asked = *parse_json(*signal.result);
            if (auto said = story_.plan.answers(asked.at("question"), asked.at("form"))) {
                const bool formed = !asked.at("form").is_null();
                out.push_back({signal.id, {}, *std::move(said), formed});
            }
        }
        return out;
    }

    std::vector<Open> open_receivers() {
        std::vector<Open> out;
        for (const OpenRow& row :
             machine_.store().open_rows(default_organization, {}, 1'000).value()) {
            if (row.status != SignalStatus::waiting || row.waits_for != WaitsFor::message) {
                continue;
            }
            const auto record = machine_.store().find_signal(row.key.signal, true);
            const json::value asked = *parse_json(*(*record)->result);
            const std::string name(asked.at("name").as_string());
            if (auto said = story_.plan.sends(name)) {
                out.push_back({row.key.signal, name, *std::move(said)});
            }
        }
        return out;
    }

    /// Time passes when everybody has said what they will.
    bool is_awaited() { return !open_questions().empty() || !open_receivers().empty(); }

    void answer() {
        const auto open = open_questions();
        if (open.empty()) {
            return;
        }
        const Open& one = open[world_.random().below(open.size())];
        if (one.formed && world_.random().chance(0.2)) {
            begin(machine_.node().answer(one.signal, {"whatever", one.said.by}), no_answer);
            return;
        }
        begin(machine_.node().answer(one.signal, {one.said.value, one.said.by}), "an answer");
    }

    /// To a signal that waits, or before anybody does.
    void post() {
        const auto open = open_receivers();
        if (open.empty()) {
            if (early_ > 0 && run_) {
                --early_;
                send_message(*run_, "paid", *story_.plan.sends("paid"));
            }
            return;
        }
        const Open& one = open[world_.random().below(open.size())];
        send_message(run_of(one.signal), one.message, one.said);
    }

    void send_message(RunId run, std::string name, const Plan::Said& said) {
        begin(machine_.node().send(run, {std::move(name), said.value, said.by}), "a message");
    }

    /// Neurons are numbered by their names.
    std::string name_of(const SignalRecord& signal) {
        const auto run = machine_.store().find_run(run_of(signal.id));
        for (const json::object& network : story_.networks) {
            if (network.at("name").as_string() != (*run)->network) {
                continue;
            }
            std::vector<std::string> names;
            for (const auto& [name, neuron] : network.at("neurons").as_object()) {
                names.emplace_back(name);
            }
            std::ranges::sort(names);
            return names[signal.neuron.value];
        }
        return {};
    }

    // ---- the end

    bool has_ended() {
        if (!run_) {
            return false;
        }
        const auto record = machine_.store().find_run(*run_);
        return record && *record && hal9::has_ended((*record)->state);
    }

    void describe_open_work() {
        world_.violations.emplace_back("the run reached no end");
        if (person_busy_) {
            world_.violations.push_back(str("  nobody has heard what became of ", doing_));
        }
        for (const OpenRow& row :
             machine_.store().open_rows(default_organization, {}, 10).value()) {
            const auto signal = machine_.store().find_signal(row.key.signal, false);
            world_.violations.push_back(
                str("  open: signal ",
                    number_of(row.key.signal),
                    " of ",
                    name_of(**signal),
                    ", ",
                    to_string(row.status),
                    " for ",
                    to_string(row.waits_for),
                    ", phase ",
                    (*signal)->phase,
                    ", attempt ",
                    (*signal)->attempt,
                    ", pending ",
                    row.pending,
                    ", not before ",
                    row.not_before.us,
                    "; it is ",
                    world_.now().wall.us)
            );
        }
    }

    void check() {
        const auto run = machine_.store().find_run(*run_);
        const auto root = machine_.store().find_signal(root_of(*run_), true);
        if ((*run)->state == RunState::completed) {
            played_.end = End{.result = *parse_json(*(*root)->result)};
        } else if ((*root)->error) {
            played_.end = End{.result = std::nullopt, .error = (*root)->error->code};
        }
        const bool known = played_.end && (*run)->state != RunState::cancelled;
        if (!known) {
            world_.violations.push_back(
                str("the run is ", to_string((*run)->state), ", and nobody cancelled it")
            );
            return;
        }
        if (std::ranges::find(allowed_.ends, *played_.end) == allowed_.ends.end()) {
            world_.violations.push_back(str("the run ", to_string(*played_.end)));
            if ((*root)->error) {
                world_.violations.push_back(
                    str("  its error: ", Error(*(*root)->error).full_message())
                );
            }
        }
        Audit audit(machine_.store(), world_.violations);
        audit.nothing_is_left_open();
        if (machine_.store().chunks() > 0) {
            world_.violations.emplace_back("chunks were left behind");
        }
        const bool one = allowed_.ends.size() == 1;
        audit.run({
            .run = *run_,
            .expected =
                {.result = allowed_.ends.front().result,
                 .signals = allowed_.signals,
                 .any_failure = !allowed_.counted},
            .any_end = !one,
        });
    }

    const Case& story_;
    const Allowed& allowed_;
    World world_;
    memory::MemoryFiles files_;
    Machine machine_;
    std::optional<RunId> run_;  ///< acknowledged
    StartedTask sending_;
    bool is_sending_ = false;
    StartedTask person_;  ///< an operator, or somebody who answers
    bool person_busy_ = false;
    std::string doing_;
    std::uint64_t early_ = 0;    ///< messages that nobody waits for yet
    std::uint64_t trouble_ = 0;  ///< faults to come
    bool full_ = false;
    Played played_;
};

}  // namespace

Played play(const Case& story, const Allowed& allowed, std::uint64_t chaos) {
    return Player(story, allowed, chaos).run();
}

}  // namespace hal9::sim::language
