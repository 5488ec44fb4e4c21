// World: everything uncertain, from one seed.
//
// The simulated machine that nodes run on: its clocks, its chance, its scheduler of posted work and
// sleeping handlers, and the disk that may be slow, full, failing or lost. A node and its handlers
// see the same interfaces as in the binary. The same seed gives the same history, event by event.
#pragma once

#include "hal9/base/clock.hpp"
#include "hal9/base/executor.hpp"
#include "hal9/base/log.hpp"
#include "hal9/base/random.hpp"
#include "hal9/model/ids.hpp"

#include <coroutine>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace hal9::sim {

class World final : public Clock, public Executor {
public:
    explicit World(std::uint64_t seed) : random_(seed) {}

    [[nodiscard]] Random& random() { return random_; }

    // Clock
    [[nodiscard]] Now now() const override { return {{wall_us_}, {steady_us_}}; }

    void advance(Duration by) {
        steady_us_ += by.count();
        wall_us_ += by.count();
    }

    /// Somebody set the machine's clock.
    void jump_wall(Duration by) { wall_us_ += by.count(); }

    // Executor: posted work runs in the order it came, one piece a call.
    void post(std::move_only_function<void()> work) override { posted_.push_back(std::move(work)); }

    [[nodiscard]] bool run_one();

    [[nodiscard]] bool has_posted() const { return !posted_.empty(); }

    /// co_await world.sleep(d): resumed by wake_due once the time has come. Leaves when destroyed.
    class Sleep {
    public:
        Sleep(World& world, Duration duration)
            : world_(world), due_{world.steady_us_ + duration.count()} {}

        Sleep(const Sleep&) = delete;
        Sleep& operator=(const Sleep&) = delete;

        ~Sleep() { world_.sleepers_.erase({due_, serial_}); }

        bool await_ready() const noexcept { return false; }

        void await_suspend(std::coroutine_handle<> handle) {
            serial_ = ++world_.serial_;
            world_.sleepers_.emplace(std::pair(due_, serial_), handle);
        }

        void await_resume() const noexcept {}

    private:
        World& world_;
        SteadyTime due_;
        std::uint64_t serial_ = 0;
    };

    [[nodiscard]] Sleep sleep(Duration duration) { return {*this, duration}; }

    /// Resumes one sleeper that is due.
    [[nodiscard]] bool wake_due();
    [[nodiscard]] std::optional<SteadyTime> next_sleeper() const;

    /// The process is gone: nothing posted runs any more. (Sleepers go with their coroutines.)
    void forget_posted() { posted_.clear(); }

    // What handlers tell the checkers, and do to the process.
    bool crash_wanted = false;       ///< a handler killed the process
    std::set<RunId> must_not_start;  ///< runs whose cancel was answered
    /// Why this signal may not start; "": it may.
    std::function<std::string(SignalId)> forbids;
    std::vector<std::string> violations;
    std::uint64_t steps_started = 0;
    std::uint32_t asynchronous_steps = 0;  ///< under way
    std::uint32_t handler_failures = 0;
    std::uint32_t handler_hangs = 0;
    std::uint32_t handler_throws = 0;
    std::uint64_t digest = 0;  ///< of the history of steps: equal seeds, equal digests

    void step_started(SignalId signal, std::uint16_t attempt);

private:
    SeededRandom random_;
    std::int64_t wall_us_ = 1'700'000'000'000'000;
    std::int64_t steady_us_ = 1'000'000;
    std::deque<std::move_only_function<void()>> posted_;
    std::map<std::pair<SteadyTime, std::uint64_t>, std::coroutine_handle<>> sleepers_;
    std::uint64_t serial_ = 0;
};

/// Keeps the last events, for the report of a failing seed.
class WorldLog final : public Log {
public:
    void write(LogLevel level, std::string_view event, std::initializer_list<LogField> fields)
        override;
    std::deque<std::string> lines;
};

}  // namespace hal9::sim
