// Which times of a schedule are started, once it is looked at: pure.
#pragma once

#include "hal9/base/clock.hpp"
#include "hal9/base/cron.hpp"
#include "hal9/model/schedule.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace hal9::runtime {

/// A time that passed longer ago is a missed one.
inline constexpr Duration schedule_grace = std::chrono::minutes(1);

struct ScheduleTimes {
    std::vector<WallTime> starts;  ///< rising; each is at most `now`
    WallTime next;                 ///< the first after `now`; 0: there is none
    /// Missed times, from the schedule's next on, that would be started if there were not so many;
    /// counted up to dropped_counted_max.
    std::uint64_t dropped = 0;
};

/// How many dropped times are counted: a schedule of every minute that nobody served for years is
/// not gone through from its start.
inline constexpr std::uint64_t dropped_counted_max = 100'000;

/// When a schedule's times are: its cron expression, and the zone that this is meant in.
struct Times {
    const Cron& cron;
    const TimeZone* zone = nullptr;  ///< null: UTC

    [[nodiscard]] std::optional<WallTime> next_after(WallTime time) const {
        return cron.next_after(time, zone);
    }
};

/// Of a schedule whose next time has come. Of missed times that are to be started one by one, the
/// latest `starts_max` are.
[[nodiscard]] ScheduleTimes
times_to_start(const Schedule& schedule, const Times& times, WallTime now, std::size_t starts_max);

}  // namespace hal9::runtime
