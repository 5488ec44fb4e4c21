#include "hal9/runtime/schedule_times.hpp"

#include "hal9/base/dates.hpp"

#include <gtest/gtest.h>

#include <string>

namespace hal9::runtime {
namespace {

WallTime at(std::string_view time) {
    return parse_rfc3339(std::string(time) + "Z").value();
}

/// `next` and `now` of a schedule.
struct Case {
    MissedTimes missed = MissedTimes::once;
    std::string cron;
    std::string next;
    std::string now;
};

std::string starts(const Case& tested) {
    Schedule schedule;
    schedule.missed = tested.missed;
    schedule.next = at(tested.next);
    const Cron cron = Cron::parse(tested.cron).value();
    std::string text;
    for (const WallTime start :
         times_to_start(schedule, {.cron = cron}, at(tested.now), 3).starts) {
        text += (text.empty() ? "" : " ") + format_rfc3339_seconds(start).substr(0, 16);
    }
    return text;
}

constexpr const char* nightly = "0 3 * * *";

TEST(ScheduleTimes, ATimeThatHasJustComeIsStartedWhateverTheRule) {
    for (const MissedTimes missed : {MissedTimes::skip, MissedTimes::once, MissedTimes::all}) {
        EXPECT_EQ(
            starts({missed, nightly, "2026-12-01T03:00:00", "2026-12-01T03:00:05"}),
            "2026-12-01T03:00"
        );
    }
}

TEST(ScheduleTimes, MissedTimesAreSkippedStartedOnceOrAllStarted) {
    const std::string next = "2026-12-01T03:00:00";
    const std::string now = "2026-12-02T12:00:00";
    EXPECT_EQ(starts({MissedTimes::skip, nightly, next, now}), "");
    EXPECT_EQ(starts({MissedTimes::once, nightly, next, now}), "2026-12-02T03:00");
    EXPECT_EQ(starts({MissedTimes::all, nightly, next, now}), "2026-12-01T03:00 2026-12-02T03:00");
    EXPECT_EQ(
        starts({MissedTimes::skip, nightly, next, "2026-12-02T03:00:30"}),
        "2026-12-02T03:00"
    );
}

TEST(ScheduleTimes, OfManyMissedTimesTheLatestAreStarted) {
    EXPECT_EQ(
        starts({MissedTimes::all, "* * * * *", "2001-01-01T00:00:00", "2026-12-01T03:00:00"}),
        "2026-12-01T02:58 2026-12-01T02:59 2026-12-01T03:00"
    );
    EXPECT_EQ(
        starts({MissedTimes::once, "0 0 29 2 *", "2000-02-29T00:00:00", "2027-12-01T03:00:00"}),
        "2024-02-29T00:00"
    );
}

TEST(ScheduleTimes, WhatIsBeyondTheMostThatIsStartedIsCounted) {
    const Cron nights = Cron::parse(nightly).value();
    Schedule schedule;
    schedule.next = at("2026-12-01T03:00:00");
    const auto dropped = [&](MissedTimes missed, std::string_view now) {
        schedule.missed = missed;
        return times_to_start(schedule, {.cron = nights}, at(now), 3).dropped;
    };
    EXPECT_EQ(dropped(MissedTimes::all, "2026-12-03T12:00:00"), 0U);
    EXPECT_EQ(dropped(MissedTimes::all, "2026-12-04T12:00:00"), 1U);
    EXPECT_EQ(dropped(MissedTimes::all, "2026-12-10T12:00:00"), 7U);
    EXPECT_EQ(dropped(MissedTimes::once, "2026-12-10T12:00:00"), 0U);
    const Cron minutes = Cron::parse("* * * * *").value();
    schedule.missed = MissedTimes::all;
    EXPECT_EQ(
        times_to_start(schedule, {.cron = minutes}, at("2029-12-10T12:00:00"), 3).dropped,
        dropped_counted_max
    );
}

TEST(ScheduleTimes, TheNextTimeIsTheFirstOneToCome) {
    Schedule schedule;
    schedule.next = at("2026-12-01T03:00:00");
    const Cron cron = Cron::parse(nightly).value();
    EXPECT_EQ(
        times_to_start(schedule, {.cron = cron}, at("2026-12-05T03:00:00"), 3).next,
        at("2026-12-06T03:00:00")
    );
}

}  // namespace
}  // namespace hal9::runtime
