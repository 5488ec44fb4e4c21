// Operator: somebody who pauses networks, changes priorities, cancels parts of runs, forks runs,
// sends messages and makes schedules, one at a time, and knows what must hold afterwards.
#pragma once

#include "hal9/base/task.hpp"
#include "sim/machine.hpp"
#include "sim/scenario.hpp"
#include "sim/workload.hpp"
#include "sim/world.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace hal9::sim {

class Operator {
public:
    /// All outlive it. `serves`: the node takes up everything, so it starts what is scheduled.
    Operator(World& world, Machine& machine, const Workload& workload, bool serves);
    Operator(const Operator&) = delete;
    Operator& operator=(const Operator&) = delete;

    ~Operator() { world_.forbids = nullptr; }

    /// Something by chance.
    void act();
    /// What has to be undone, or done, before all can end.
    void finish();
    /// The process died: what was under way may have happened or not.
    void crashed();

    /// Nothing is paused and nothing is scheduled any more.
    [[nodiscard]] bool is_done() const {
        return !busy_ && paused_.empty() && maybe_paused_.empty() && !scheduled_;
    }

    /// A part of it, or of a run that it started, was cancelled: its right end is not known.
    [[nodiscard]] bool has_tainted(RunId run) const { return tainted_.contains(run); }

    /// Runs that were forked or started by the clock.
    [[nodiscard]] const std::set<RunId>& others() const { return others_; }

    /// A fork whose request was not answered may be half a copy, which is swept.
    [[nodiscard]] bool may_be_half(RunId run) const { return !forks_.contains(run); }

    /// Of a run and those that started it, the first.
    [[nodiscard]] RunId top_of(RunId run);
    /// Looks for runs that nobody was told of, and at the starts of the schedule.
    /// Where the clock was set, minutes come again.
    void look_around(bool clock_was_set);

    std::array<std::uint32_t, static_cast<std::size_t>(Fault::count)> counts{};

private:
    void pause();
    void resume(std::string name);
    void remove();
    void prioritise();
    void cancel_part();
    void fork();
    void send();
    /// To a signal that waits for one; false: there is none.
    bool send_what_is_waited_for();
    [[nodiscard]] std::string kept_in_vain(SignalId signal);
    [[nodiscard]] bool is_awaited(const SignalRecord& signal);
    void schedule();
    void unschedule();
    template <class T, class Done>
    void start(Task<T> task, Done done);

    void count(Fault fault) { ++counts[static_cast<std::size_t>(fault)]; }

    [[nodiscard]] std::vector<RunRecord> runs();
    [[nodiscard]] std::optional<RunRecord> some_run();
    [[nodiscard]] std::string why_not(SignalId signal);
    void expect(const Error& error, std::string_view what);

    World& world_;
    Machine& machine_;
    const Workload& workload_;
    bool serves_;
    StartedTask task_;
    bool busy_ = false;
    std::set<std::string> paused_;        ///< the answer came
    std::set<std::string> maybe_paused_;  ///< it did not
    std::set<SignalId> cut_;              ///< their cancel was answered
    std::set<RunId> tainted_;
    std::set<RunId> others_;
    std::set<RunId> forks_;   ///< their requests were answered
    bool scheduled_ = false;  ///< or may be
    std::uint32_t schedules_ = 0;
};

}  // namespace hal9::sim
