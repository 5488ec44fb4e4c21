// Scenario: one seed, one whole history of a node, checked.
//
// Clients send runs, cancel some, repeat requests; the node crashes, its disk is slow, full or
// fails, its clock jumps, its handlers fail, hang, throw and kill it. In the end the faults stop
// and everything acknowledged must have reached the one end that the reference interpreter allows.
// Failing seeds become named regressions in scenario_test.cpp.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hal9::sim {

enum class Fault : std::uint8_t {
    crash,                ///< the process dies; what is queued is lost
    crash_after_commit,   ///< it dies after a commit, before it hears of it
    crash_storm,          ///< it dies several times within moments: the careful start
    failed_sync_lost,     ///< a sync fails, the group is not on disk; the process ends
    failed_sync_applied,  ///< a sync fails, the group is on disk all the same
    disk_full,
    slow_disk,         ///< many turns without a commit
    clock_jump,        ///< the wall clock is set by up to an hour
    clean_restart,     ///< SIGTERM in the middle of work
    cancel,            ///< a client cancels a run
    repeated_request,  ///< a client sends the same request again
    handler_failure,   ///< transient and permanent failures, as the workload has them
    handler_hang,
    handler_throw,
    poison,  ///< a handler that kills the process each time
    answer,  ///< somebody answers a question (no fault, but counted, like all below)
    message,
    pause,
    removal,  ///< of a network
    priority,
    cancel_part,
    fork,
    scheduled_start,
    count,
};

[[nodiscard]] std::string_view to_string(Fault fault);

struct ScenarioReport {
    std::uint64_t seed = 0;
    std::vector<std::string> violations;  ///< empty: all checks hold
    std::array<std::uint32_t, static_cast<std::size_t>(Fault::count)> faults{};
    std::uint64_t events = 0;
    std::uint64_t steps = 0;  ///< handler calls
    std::uint64_t runs = 0;
    std::uint64_t digest = 0;  ///< equal for equal seeds and binaries
};

[[nodiscard]] ScenarioReport run_scenario(std::uint64_t seed);

}  // namespace hal9::sim
