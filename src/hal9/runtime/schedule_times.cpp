#include "hal9/runtime/schedule_times.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace hal9::runtime {
namespace {

/// The latest `wanted` times of those that have come, rising. Looks back in growing steps, so that
/// a schedule of every minute that nobody served for years is not gone through from its start.
std::vector<WallTime>
times_up_to_now(const Schedule& schedule, const Times& of, WallTime now, std::size_t wanted) {
    using std::chrono::days;
    std::vector<WallTime> times;
    for (const Duration back : std::array<Duration, 4>{
             days(1),
             days(32),
             days(400),
             days(36'600),
         }) {
        const WallTime from = std::max(schedule.next, WallTime{now.us - back.count()});
        times.clear();
        for (auto at = of.next_after({from.us - 1}); at && *at <= now; at = of.next_after(*at)) {
            times.push_back(*at);
        }
        if (times.size() >= wanted || from == schedule.next) {
            break;
        }
    }
    times.erase(
        times.begin(),
        times.end() - static_cast<std::ptrdiff_t>(std::min(times.size(), wanted))
    );
    return times;
}

/// From the schedule's next time on, up to dropped_counted_max of them.
std::uint64_t times_before(WallTime end, const Schedule& schedule, const Times& times) {
    std::uint64_t count = 0;
    for (auto at = times.next_after({schedule.next.us - 1});
         at && *at < end && count < dropped_counted_max;
         at = times.next_after(*at)) {
        ++count;
    }
    return count;
}

}  // namespace

ScheduleTimes
times_to_start(const Schedule& schedule, const Times& times, WallTime now, std::size_t starts_max) {
    const std::size_t wanted = schedule.missed == MissedTimes::all ? starts_max : 1;
    ScheduleTimes found{times_up_to_now(schedule, times, now, wanted), {}};
    const bool all_missed = found.starts.empty() || now - found.starts.back() > schedule_grace;
    if (schedule.missed == MissedTimes::skip && all_missed) {
        found.starts.clear();
    }
    if (schedule.missed == MissedTimes::all && !found.starts.empty()) {
        found.dropped = times_before(found.starts.front(), schedule, times);
    }
    found.next = times.next_after(now).value_or(WallTime{});
    return found;
}

}  // namespace hal9::runtime
