#include "hal9/base/cron.hpp"

#include "hal9/base/dates.hpp"
#include "hal9/base/text.hpp"

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
