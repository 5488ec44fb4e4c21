// How late timers fire while very many wait.
#pragma once

#include <cstddef>
#include <string>

namespace hal9::bench {

struct TimerLateness {
    std::size_t fired = 0;
    double p50_ms = 0;
    double p99_ms = 0;
    double resident_mb = 0;   ///< of this process, while all of them wait
    bool all_waited = false;  ///< before the first was due
};

/// A million signals wait; of these `due_a_second` a second come due for twenty seconds, and what
/// is measured is from a signal's time to its step after the wait.
[[nodiscard]] TimerLateness
measure_lateness(const std::string& directory, std::uint32_t due_a_second);

}  // namespace hal9::bench
