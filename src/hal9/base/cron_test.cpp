#include "hal9/base/cron.hpp"

#include "hal9/base/dates.hpp"
#include "hal9/base/text.hpp"
#include "hal9/base/zone_file.hpp"

#include <gtest/gtest.h>

namespace hal9 {
namespace {

/// The next times after one, as text up to the minute.
std::string
times(std::string_view expression, std::string_view after, int count = 1) {  // NOLINT(bugprone-*)
    const auto cron = Cron::parse(expression);
    if (!cron) {
        return cron.error().message;
    }
    WallTime time = parse_rfc3339(std::string(after) + ":00Z").value();
    std::string found;
    for (int i = 0; i < count; ++i) {
        const auto next = cron->next_after(time);
        if (!next) {
            return found + "never";
        }
        time = *next;
        found += (found.empty() ? "" : " ") + format_time(time).substr(0, 16);
    }
    return found;
}

std::string fault(std::string_view expression) {
    const auto cron = Cron::parse(expression);
    return cron ? "no fault" : cron.error().message;
}

TEST(Cron, NamesTheNextWholeMinutesThatFit) {
    EXPECT_EQ(times("* * * * *", "2026-12-01T05:00", 2), "2026-12-01T05:01 2026-12-01T05:02");
    EXPECT_EQ(times("30 3 * * *", "2026-12-01T03:30"), "2026-12-02T03:30");
    EXPECT_EQ(times("*/20 8-9 * * *", "2026-12-01T08:50", 2), "2026-12-01T09:00 2026-12-01T09:20");
    EXPECT_EQ(times("5/30 * * * *", "2026-12-01T08:00", 2), "2026-12-01T08:05 2026-12-01T08:35");
    EXPECT_EQ(times("0 0 1 jan,JUL *", "2026-12-01T05:00", 2), "2027-01-01T00:00 2027-07-01T00:00");
}

TEST(Cron, ADayCountsWhenItFitsEitherOfBothRestrictions) {
    EXPECT_EQ(times("0 0 13 * fri", "2026-12-01T00:00", 2), "2026-12-04T00:00 2026-12-11T00:00");
    EXPECT_EQ(times("0 0 * * mon-fri", "2026-12-04T12:00"), "2026-12-07T00:00");
    EXPECT_EQ(times("0 0 * * 7", "2026-12-01T00:00"), "2026-12-06T00:00");
    EXPECT_EQ(times("0 0 * * 5-7", "2026-12-04T12:00", 2), "2026-12-05T00:00 2026-12-06T00:00");
}

TEST(Cron, KnowsLeapDaysAndCenturies) {
    EXPECT_EQ(times("0 12 29 2 *", "2026-12-01T00:00", 2), "2028-02-29T12:00 2032-02-29T12:00");
    EXPECT_EQ(times("0 12 29 2 *", "2096-03-01T00:00"), "2104-02-29T12:00");
    EXPECT_EQ(times("0 0 31 * *", "2026-03-31T00:00"), "2026-05-31T00:00");
}

TEST(Cron, HasShorthands) {
    EXPECT_EQ(times("@hourly", "2026-12-01T05:30"), "2026-12-01T06:00");
    EXPECT_EQ(times("@weekly", "2026-12-01T05:30"), "2026-12-06T00:00");
    EXPECT_EQ(times("@yearly", "2026-12-01T05:30"), "2027-01-01T00:00");
}

/// Local times, each with its offset, of an expression after a moment of UTC.
std::string
local_times(std::string_view expression, std::string_view rule, std::string_view after, int count) {
    const TimeZone zone = TimeZone::parse(zone_file(rule)).value();
    const Cron cron = Cron::parse(expression).value();
    WallTime time = parse_rfc3339(std::string(after) + ":00Z").value();
    std::string found;
    for (int i = 0; i < count; ++i) {
        time = cron.next_after(time, &zone).value();
        EXPECT_EQ(cron.next_after({time.us - 1}, &zone), time);
        const auto offset = zone.span_at(time).offset;
        found +=
            str(found.empty() ? "" : " ",
                format_time(time + offset).substr(5, 11),
                offset.count() < 0 ? "" : "+",
                offset.count() / 3600);
    }
    return found;
}

constexpr const char* berlin =
    "CET-1CEST,M3.5.0,M10.5.0/3";  // 2026-03-29 and 2026-10-25, 01:00 UTC
constexpr const char* new_york =
    "EST5EDT,M3.2.0,M11.1.0";  // 2026-03-08 07:00, 2026-11-01 06:00 UTC

TEST(Cron, FollowsTheClocksOfAPlace) {
    EXPECT_EQ(
        local_times("0 9 * * *", berlin, "2026-03-27T12:00", 3),
        "03-28T09:00+1 03-29T09:00+2 03-30T09:00+2"
    );
    EXPECT_EQ(
        local_times("0 9 * * *", new_york, "2026-10-31T12:00", 3),
        "10-31T09:00-4 11-01T09:00-5 11-02T09:00-5"
    );
}

TEST(Cron, ATimeThatDoesNotExistIsStartedOnceBehindTheGap) {
    EXPECT_EQ(
        local_times("30 2 * * *", berlin, "2026-03-27T12:00", 3),
        "03-28T02:30+1 03-29T03:00+2 03-30T02:30+2"
    );
    EXPECT_EQ(
        local_times("*/20 2,3 * * *", berlin, "2026-03-29T00:00", 4),
        "03-29T03:00+2 03-29T03:20+2 03-29T03:40+2 03-30T02:00+2"
    );
    EXPECT_EQ(
        local_times("15 2 * * *", new_york, "2026-03-07T12:00", 2),
        "03-08T03:00-4 03-09T02:15-4"
    );
    EXPECT_EQ(
        local_times("30 2 29 3 *", berlin, "2026-01-01T00:00", 2),
        "03-29T03:00+2 03-29T02:30+2"
    );
}

TEST(Cron, OfATimeThatExistsTwiceTheFirstCounts) {
    EXPECT_EQ(
        local_times("30 2 * * *", berlin, "2026-10-24T12:00", 2),
        "10-25T02:30+2 10-26T02:30+1"
    );
    EXPECT_EQ(
        local_times("*/30 1-3 * * *", berlin, "2026-10-24T23:00", 6),
        "10-25T01:30+2 10-25T02:00+2 10-25T02:30+2 10-25T03:00+1 10-25T03:30+1 10-26T01:00+1"
    );
    EXPECT_EQ(
        local_times("30 1 * * *", new_york, "2026-10-31T12:00", 2),
        "11-01T01:30-4 11-02T01:30-5"
    );
    // Asked in the second of both hours.
    EXPECT_EQ(local_times("45 2 * * *", berlin, "2026-10-25T01:10", 1), "10-26T02:45+1");
}

TEST(Cron, EveryHourThatPassesCounts) {
    EXPECT_EQ(
        local_times("0 * * * *", berlin, "2026-03-28T23:30", 3),
        "03-29T01:00+1 03-29T03:00+2 03-29T04:00+2"
    );
    EXPECT_EQ(
        local_times("0 * * * *", berlin, "2026-10-24T23:30", 4),
        "10-25T02:00+2 10-25T02:00+1 10-25T03:00+1 10-25T04:00+1"
    );
    EXPECT_EQ(
        local_times("*/30 * * * *", new_york, "2026-11-01T05:00", 4),
        "11-01T01:30-4 11-01T01:00-5 11-01T01:30-5 11-01T02:00-5"
    );
}

TEST(Cron, TheZoneStandsBeforeTheFields) {
    const auto named = Cron::parse("CRON_TZ=Europe/Berlin 0 9 * * *");
    ASSERT_TRUE(named.has_value());
    EXPECT_EQ(named->time_zone(), "Europe/Berlin");
    EXPECT_EQ(Cron::parse("CRON_TZ=UTC @daily")->time_zone(), "");
    EXPECT_EQ(Cron::parse("0 9 * * *")->time_zone(), "");
    EXPECT_NE(fault("CRON_TZ=../etc 0 9 * * *").find("such as Europe/Berlin"), std::string::npos);
    EXPECT_NE(fault("CRON_TZ=Europe/Berlin").find("five fields"), std::string::npos);
    EXPECT_NE(fault("CRON_TZ= 0 9 * * *").find("\"\" is no name"), std::string::npos);
    EXPECT_NE(fault("CRON_TZ=UTC CRON_TZ=UTC 0 9 * * *").find("five fields"), std::string::npos);
}

TEST(Cron, EndsWithTheCalendar) {
    EXPECT_EQ(times("0 0 1 1 *", "9999-06-01T00:00"), "never");
}

TEST(Cron, SaysWhatIsWrongAndWhatIsAllowed) {
    EXPECT_NE(fault("* * * *").find("this has 4"), std::string::npos);
    EXPECT_NE(fault("@often").find("@hourly"), std::string::npos);
    EXPECT_NE(fault("60 * * * *").find("\"60\" is no minute"), std::string::npos);
    EXPECT_NE(fault("* 5-3 * * *").find("\"5-3\" is no hour"), std::string::npos);
    EXPECT_NE(fault("* * 0 * *").find("no day of month; allowed: *, 1 to 31"), std::string::npos);
    EXPECT_NE(fault("* * * foo *").find("names such as feb"), std::string::npos);
    EXPECT_NE(fault("*/0 * * * *").find("no minute"), std::string::npos);
    EXPECT_NE(fault("1,, * * * *").find("\"\" is no minute"), std::string::npos);
    EXPECT_NE(fault("0 0 30 2 *").find("no day fits"), std::string::npos);
    EXPECT_NE(fault(std::string(300, '*')).find("at most 256 bytes"), std::string::npos);
}

}  // namespace
}  // namespace hal9
