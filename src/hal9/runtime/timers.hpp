// Timers: what is due when, on the steady clock.
//
// A binary heap with lazy cancellation: whoever sets a timer remembers its serial, and ignores one
// that fires with an older serial than it remembers.
#pragma once

#include "hal9/base/clock.hpp"
#include "hal9/model/ids.hpp"

#include <cstdint>
#include <optional>
#include <queue>
#include <vector>

namespace hal9::runtime {

enum class TimerKind : std::uint8_t {
    ready,     ///< not_before has come
    timeout,   ///< of an attempt
    deadline,  ///< of a signal
};

struct Timer {
    SteadyTime due;
    std::uint64_t serial = 0;
    SignalId signal;
    TimerKind kind = TimerKind::ready;
};

class Timers {
public:
    /// Returns the serial of the new timer.
    std::uint64_t set(SteadyTime due, TimerKind kind, SignalId signal) {
        heap_.push({due, ++last_serial_, signal, kind});
        return last_serial_;
    }

    /// The next timer that is due, removed; in order of time, then of setting.
    [[nodiscard]] std::optional<Timer> pop_due(SteadyTime now) {
        if (heap_.empty() || heap_.top().due > now) {
            return std::nullopt;
        }
        const Timer timer = heap_.top();
        heap_.pop();
        return timer;
    }

    [[nodiscard]] std::optional<SteadyTime> next_due() const {
        return heap_.empty() ? std::nullopt : std::optional(heap_.top().due);
    }

    [[nodiscard]] std::size_t size() const { return heap_.size(); }

private:
    struct Later {
        bool operator()(const Timer& a, const Timer& b) const {
            return a.due != b.due ? a.due > b.due : a.serial > b.serial;
        }
    };

    std::priority_queue<Timer, std::vector<Timer>, Later> heap_;
    std::uint64_t last_serial_ = 0;
};

}  // namespace hal9::runtime
