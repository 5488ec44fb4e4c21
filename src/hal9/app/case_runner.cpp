#include "hal9/app/case_runner.hpp"

#include "hal9/adapters/memory/memory_files.hpp"
#include "hal9/adapters/memory/memory_spill_tables.hpp"
#include "hal9/adapters/memory/memory_store.hpp"
#include "hal9/app/detail/case_files.hpp"
#include "hal9/app/detail/case_names.hpp"
#include "hal9/app/detail/case_people.hpp"
#include "hal9/base/log.hpp"
#include "hal9/base/manual_executor.hpp"
#include "hal9/base/random.hpp"
#include "hal9/base/task.hpp"
#include "hal9/base/text.hpp"
#include "hal9/neurons/catalog.hpp"
#include "hal9/runtime/node.hpp"

#include <algorithm>
#include <initializer_list>
#include <memory>
#include <utility>
#include <variant>

namespace hal9::app {
namespace {

constexpr std::uint64_t secret = 0x5EED;  // of a store that nobody else sees
constexpr std::uint64_t chance = 1;

/// Stands still until it is told the time.
class CaseClock final : public Clock {
public:
    explicit CaseClock(WallTime now) : now_{now, {1'000'000}} {}

    [[nodiscard]] Now now() const override { return now_; }

    void go_on_by(Duration duration) {
        now_.wall = now_.wall + duration;
        now_.steady = now_.steady + duration;
    }

private:
    Now now_;
};

class NoLog final : public Log {
    void write(LogLevel, std::string_view, std::initializer_list<LogField>) override {}
};

/// The machine that a case runs on. Members in the order of their lives.
class CaseMachine {
public:
    CaseMachine(const TestCase& test, const CaseLimits& limits, const Clock& machine)
        : machine_(machine),
          give_up_at_(machine.now().steady + limits.time_max),
          signals_max_(limits.limits.case_signals_max),
          clock_(test.now.value_or(case_begins)),
          files_(strand_),
          kinds_(neurons::make_kinds(files_, limits.limits)),
          store_(secret, nullptr, limits.limits),
          node_(
              {.store = store_,
               .reader = store_,
               .spill = spill_,
               .clock = clock_,
               .random = random_,
               .log = log_,
               .strand = strand_,
               .compute = nullptr},
              kinds_,
              {.limits = limits.limits, .timer_horizon = std::chrono::days(1)}
          ) {}

    Result<void> start() { return node_.start(store_.recovery()); }

    memory::MemoryFiles& files() { return files_; }

    memory::MemoryStore& store() { return store_; }

    runtime::Node& node() { return node_; }

    [[nodiscard]] WallTime now() const { return clock_.now().wall; }

    [[nodiscard]] bool is_too_slow() const { return machine_.now().steady >= give_up_at_; }

    [[nodiscard]] bool is_too_large() const { return node_.finished_signals() > signals_max_; }

    /// The result of a request of the node.
    template <class T>
    Result<T> finish(Task<Result<T>> task) {
        std::optional<Result<T>> out;
        const StartedTask started =
            StartedTask::start<Result<T>>(std::move(task), [&out](Result<T> result) {
                out = std::move(result);
            });
        while (!out) {
            HAL9_TRY(const Work work, work_once());
            if (work.is_idle && !out) {
                return fail(ErrorCode::internal, "a request of the node does not end");
            }
        }
        return *std::move(out);
    }

    struct Work {
        bool is_idle = false;           ///< nothing is left to do at this moment
        std::optional<WallTime> again;  ///< when there will be
    };

    Result<Work> work_once() {
        Work work{.is_idle = true};
        // What a turn posts shows in the next one.
        for (int i = 0; i < 2 && work.is_idle; ++i) {
            strand_.run_all();
            HAL9_TRY(const runtime::NextTurn next, node_.turn());
            const std::size_t committed = store_.commit_group(transactions_at_once);
            work.is_idle = committed == 0 && !std::holds_alternative<runtime::TurnAgain>(next);
            work.again.reset();
            if (const auto* const at = std::get_if<runtime::TurnAt>(&next)) {
                const Now now = clock_.now();
                work.again = now.wall + std::max(Duration(0), at->at - now.steady);
            }
        }
        return work;
    }

    void go_on_to(WallTime time) { clock_.go_on_by(std::max(Duration(0), time - now())); }

private:
    static constexpr std::size_t transactions_at_once = 1'000;

    const Clock& machine_;
    SteadyTime give_up_at_;
    std::uint64_t signals_max_;
    CaseClock clock_;
    SeededRandom random_{chance};
    NoLog log_;
    ManualExecutor strand_;
    memory::MemorySpillTables spill_;
    memory::MemoryFiles files_;
    std::vector<std::unique_ptr<Kind>> kinds_;
    memory::MemoryStore store_;
    runtime::Node node_;
};

/// One case on its machine.
class CasePlay {
public:
    CasePlay(
        const TestCase& test,
        const definition::Network& tested,
        const CaseLimits& limits,
        const Clock& machine
    )
        : test_(test),
          tested_(tested),
          names_(tested),
          machine_(test, limits, machine),
          people_(test, names_, machine_.node(), machine_.store()) {
        out_.problems = detail::load_case_files(test, machine_.files(), limits.limits);
    }

    Result<CaseOutcome> play(const CaseNetworks& networks) {
        HAL9_TRY_VOID(machine_.start());
        for (const auto& [pointer, file] : test_.networks) {
            const definition::Network& called = networks.find(file)->second;
            names_.add(called);
            HAL9_TRY_VOID(apply(called));
        }
        HAL9_TRY(const NetworkVersion version, apply(tested_));
        for (const json::value& input : test_.earlier) {
            HAL9_TRY(const CaseOutcome::End end, run(version, input, false));
            if (end != CaseOutcome::End::completed && end != CaseOutcome::End::failed) {
                out_.problems.push_back(
                    {definition::pointer_to(test_.pointer, "earlier"), "an earlier run does not end"
                    }
                );
                return std::move(out_);
            }
        }
        const WallTime began = machine_.now();
        HAL9_TRY(out_.end, run(version, test_.input, true));
        out_.took = machine_.now() - began;
        if (first_run_) {
            HAL9_TRY_VOID(count_signals(*first_run_));
        }
        people_.add_problems(out_.problems);
        return std::move(out_);
    }

private:
    Result<NetworkVersion> apply(definition::Network network) {
        HAL9_TRY(
            runtime::Applied applied,
            machine_.finish(machine_.node().apply(default_organization, std::move(network)))
        );
        return std::move(applied.version);
    }

    /// From its start to its end, or to where it does not go on.
    Result<CaseOutcome::End> run(const NetworkVersion& version, json::value input, bool is_last) {
        first_run_.reset();
        out_.error.reset();
        runtime::AcceptRequest request{.version = version, .payload = std::move(input)};
        request.principal = "hal9 test";
        request.grants = {{"files.read", {"/"}}};  // all there is: what the case put there
        const auto accepted =
            machine_.finish<runtime::Accepted>(machine_.node().accept(std::move(request)));
        if (!accepted) {
            out_.error = accepted.error();
            return CaseOutcome::End::failed;
        }
        first_run_ = accepted->run.id;
        if (is_last) {
            people_.begin(*first_run_, machine_.now());
        }
        while (!machine_.is_too_slow()) {
            if (machine_.is_too_large()) {
                return CaseOutcome::End::too_large;
            }
            HAL9_TRY(const CaseMachine::Work work, machine_.work_once());
            HAL9_TRY(const auto record, machine_.store().find_run(*first_run_));
            if (record && has_ended(record->state)) {
                return read_end(*record);
            }
            if (!work.is_idle) {
                continue;
            }
            HAL9_TRY(const bool acted, people_.act(machine_.now()));
            if (acted) {
                continue;
            }
            const auto next = earlier_of(work.again, people_.next_act());
            if (!next) {
                HAL9_TRY(out_.waiting, people_.describe_waiting());
                return CaseOutcome::End::stopped;
            }
            machine_.go_on_to(*next);
        }
        return CaseOutcome::End::too_slow;
    }

    static std::optional<WallTime>
    earlier_of(std::optional<WallTime> one, std::optional<WallTime> other) {
        return one && other ? std::min(*one, *other) : one ? one : other;
    }

    Result<CaseOutcome::End> read_end(const RunRecord& run) {
        HAL9_TRY(const auto root, machine_.store().find_signal(root_of(run.id), true));
        if (run.state == RunState::completed && root && root->result) {
            HAL9_TRY(out_.result, parse_json(*root->result));
            return CaseOutcome::End::completed;
        }
        out_.error = root && root->error ? *root->error
                                         : Error(ErrorCode::cancelled, "the run was cancelled");
        return CaseOutcome::End::failed;
    }

    /// Of this run and those that it started, which came later than all before it.
    Result<void> count_signals(RunId first) {
        std::optional<RunId> before;
        while (true) {
            HAL9_TRY(
                const auto page,
                machine_.store().list_runs(
                    {.organization = default_organization, .before = before, .rows_max = 100}
                )
            );
            for (const RunRecord& run : page) {
                if (run.id < first) {
                    return {};
                }
                HAL9_TRY_VOID(count_signals_of(run));
                before = run.id;
            }
            if (page.empty()) {
                return {};
            }
        }
    }

    Result<void> count_signals_of(const RunRecord& run) {
        HAL9_TRY(const auto counts, machine_.store().count_signals(run.id));
        for (const auto& each : counts) {
            CaseOutcome::Counts& of = out_.signals[names_.of(run.network, each.neuron)];
            of[static_cast<std::size_t>(each.status)] += each.count;
        }
        return {};
    }

    const TestCase& test_;
    const definition::Network& tested_;
    detail::CaseNames names_;
    CaseMachine machine_;
    detail::CasePeople people_;
    std::optional<RunId> first_run_;  ///< of the one under way
    CaseOutcome out_;
};

}  // namespace

Result<CaseOutcome> CaseRunner::run(const TestCase& test) const {
    return CasePlay(test, tested_, limits_, machine_).play(networks_);
}

}  // namespace hal9::app
