// Which times of a schedule are started, once it is looked at: pure.
#pragma once

#include "hal9/base/clock.hpp"
#include "hal9/base/cron.hpp"
#include "hal9/model/schedule.hpp"

#include <cstddef>
#include <vector>

namespace hal9::runtime {

/// A time that passed longer ago is a missed one.
inline constexpr Duration schedule_grace = std::chrono::minutes(1);

struct ScheduleTimes {
    std::vector<WallTime> starts;  ///< rising; each is at most `now`
    WallTime next;                 ///< the first after `now`; 0: there is none
};

/// Of a schedule whose next time has come. Of missed times that are to be started one by one, the
/// latest `starts_max` are.
[[nodiscard]] ScheduleTimes
times_to_start(const Schedule& schedule, const Cron& cron, WallTime now, std::size_t starts_max);

}  // namespace hal9::runtime
