// Timers: what is due when, on the steady clock.
//
// A binary heap with lazy cancellation: whoever sets a timer remembers its serial, and ignores one
// that fires with an older serial than it remembers. So that what nobody waits for any more (the
// timeout of every attempt that ended) does not stay until it is due, the owner drops it with
// keep_only() whenever is_crowded(): at most as many are stale as are wanted, plus a few.
#pragma once

#include "hal9/base/clock.hpp"
#include "hal9/model/ids.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <tuple>
#include <vector>

namespace hal9::runtime {

enum class TimerKind : std::uint8_t {
    ready,     ///< not_before has come
    timeout,   ///< of an attempt
    deadline,  ///< of a signal
    fold,      ///< of children, again: there was no room for it
    wait,      ///< for a person or a message, by a signal that is in the store only
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
        heap_.push_back({due, ++last_serial_, signal, kind});
        std::ranges::push_heap(heap_, is_later);
        return last_serial_;
    }

    /// The next timer that is due, removed; in order of time, then of setting.
    [[nodiscard]] std::optional<Timer> pop_due(SteadyTime now) {
        if (heap_.empty() || heap_.front().due > now) {
            return std::nullopt;
        }
        std::ranges::pop_heap(heap_, is_later);
        const Timer timer = heap_.back();
        heap_.pop_back();
        return timer;
    }

    [[nodiscard]] std::optional<SteadyTime> next_due() const {
        return heap_.empty() ? std::nullopt : std::optional(heap_.front().due);
    }

    [[nodiscard]] std::size_t size() const { return heap_.size(); }

    /// More were set since the last keep_only() than it kept: looking through them is worth while,
    /// and costs a constant for each that was set.
    [[nodiscard]] bool is_crowded() const { return heap_.size() > crowd_; }

    /// Drops those that are not wanted; of several of one kind for a signal the newest is enough.
    template <class Wanted>
    void keep_only(const Wanted& is_wanted) {
        std::erase_if(heap_, [&](const Timer& timer) { return !is_wanted(timer); });
        std::ranges::sort(heap_, [](const Timer& a, const Timer& b) {
            return std::tuple(a.signal, a.kind, b.serial) < std::tuple(b.signal, b.kind, a.serial);
        });
        const auto older = std::ranges::unique(heap_, [](const Timer& a, const Timer& b) {
            return a.signal == b.signal && a.kind == b.kind;
        });
        heap_.erase(older.begin(), older.end());
        std::ranges::make_heap(heap_, is_later);
        crowd_ = 2 * heap_.size() + few;
    }

private:
    static constexpr std::size_t few = 1'024;

    static bool is_later(const Timer& a, const Timer& b) {
        return a.due != b.due ? a.due > b.due : a.serial > b.serial;
    }

    std::vector<Timer> heap_;
    std::size_t crowd_ = few;
    std::uint64_t last_serial_ = 0;
};

}  // namespace hal9::runtime
