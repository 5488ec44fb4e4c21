// Clock: the only source of time.
//
// Two clocks that are never mixed: wall time stands in records and is compared across restarts;
// steady time measures waits inside a process, so a jump of the machine's clock expires nothing.
// Real clocks are in adapters/system, the simulated one in sim/.
#pragma once

#include <chrono>
#include <cstdint>

namespace hal9 {

using Duration = std::chrono::microseconds;

/// Microseconds since 1970-01-01T00:00:00Z, leap seconds not counted (POSIX).
struct WallTime {
    std::int64_t us = 0;

    [[nodiscard]] static constexpr WallTime max() { return {INT64_MAX}; }

    friend constexpr auto operator<=>(const WallTime&, const WallTime&) = default;

    friend constexpr WallTime operator+(WallTime t, Duration d) { return {t.us + d.count()}; }

    friend constexpr Duration operator-(WallTime a, WallTime b) { return Duration(a.us - b.us); }
};

/// Microseconds on a clock that never goes back; its zero means nothing.
struct SteadyTime {
    std::int64_t us = 0;
    friend constexpr auto operator<=>(const SteadyTime&, const SteadyTime&) = default;

    friend constexpr SteadyTime operator+(SteadyTime t, Duration d) { return {t.us + d.count()}; }

    friend constexpr Duration operator-(SteadyTime a, SteadyTime b) {
        return Duration(a.us - b.us);
    }
};

/// Both clocks read together: what every state machine is told as `now`.
struct Now {
    WallTime wall;
    SteadyTime steady;
};

class Clock {
public:
    virtual ~Clock() = default;
    /// Thread: any.
    [[nodiscard]] virtual Now now() const = 0;
};

}  // namespace hal9
