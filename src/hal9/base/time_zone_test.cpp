#include "hal9/base/time_zone.hpp"

#include "hal9/base/dates.hpp"
#include "hal9/base/zone_file.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

namespace hal9 {
namespace {

using std::chrono::hours;

WallTime at(std::string_view time) {
    return parse_rfc3339(time).value();
}

TimeZone zone(std::string_view rule, std::vector<ZoneFileChange> changes = {}) {
    return TimeZone::parse(zone_file(rule, 3'600, changes)).value();
}

/// "+02:00 2026-03-29T01:00:00Z 2026-10-25T01:00:00Z"
std::string span(const TimeZone& zone, std::string_view time) {
    const TimeZone::Span span = zone.span_at(at(time));
    const auto minutes = span.offset.count() / 60;
    const auto text = [](const std::optional<WallTime>& moment) {
        return moment ? format_rfc3339_seconds(*moment) : std::string("-");
    };
    return std::to_string(minutes) + " " + text(span.begin) + " " + text(span.end);
}

TEST(TimeZone, FollowsARuleYearAfterYear) {
    const TimeZone berlin = zone("CET-1CEST,M3.5.0,M10.5.0/3");
    EXPECT_EQ(span(berlin, "2026-03-29T00:59:59Z"), "60 2025-10-26T01:00:00Z 2026-03-29T01:00:00Z");
    EXPECT_EQ(
        span(berlin, "2026-03-29T01:00:00Z"),
        "120 2026-03-29T01:00:00Z 2026-10-25T01:00:00Z"
    );
    EXPECT_EQ(span(berlin, "2026-12-31T23:59:59Z"), "60 2026-10-25T01:00:00Z 2027-03-28T01:00:00Z");
    const TimeZone new_york = zone("EST5EDT,M3.2.0,M11.1.0");
    EXPECT_EQ(
        span(new_york, "2026-07-01T00:00:00Z"),
        "-240 2026-03-08T07:00:00Z 2026-11-01T06:00:00Z"
    );
    // In the south summer begins in the old year.
    const TimeZone sydney = zone("AEST-10AEDT,M10.1.0,M4.1.0/3");
    EXPECT_EQ(
        span(sydney, "2026-01-01T00:00:00Z"),
        "660 2025-10-04T16:00:00Z 2026-04-04T16:00:00Z"
    );
}

TEST(TimeZone, ReadsEveryFormOfARule) {
    EXPECT_EQ(span(zone("<+0330>-3:30"), "2026-01-01T00:00:00Z"), "210 - -");
    EXPECT_EQ(
        span(zone("IST-1GMT0,M10.5.0,M3.5.0/1"), "2026-01-01T00:00:00Z"),
        "0 2025-10-26T01:00:00Z 2026-03-29T01:00:00Z"
    );
    // The Thursday before, 26 hours on.
    EXPECT_EQ(
        span(zone("IST-2IDT,M3.4.4/26,M10.5.0"), "2026-06-01T00:00:00Z"),
        "180 2026-03-27T00:00:00Z 2026-10-24T23:00:00Z"
    );
    // The 60th day without leap days is the first of March.
    EXPECT_EQ(
        span(zone("AAA0BBB,J60/0,J300/0"), "2028-06-01T00:00:00Z"),
        "60 2028-03-01T00:00:00Z 2028-10-26T23:00:00Z"
    );
    EXPECT_EQ(
        span(zone("AAA0BBB,60/0,300/0"), "2028-06-01T00:00:00Z"),
        "60 2028-03-01T00:00:00Z 2028-10-26T23:00:00Z"
    );
}

TEST(TimeZone, WhatIsListedCountsBeforeTheRule) {
    const std::vector<ZoneFileChange> changes{
        {at("2000-01-01T00:00:00Z").us / 1'000'000, 7'200},
        {at("2026-06-01T00:00:00Z").us / 1'000'000, 0},
    };
    const TimeZone listed = zone("CET-1CEST,M3.5.0,M10.5.0/3", changes);
    EXPECT_EQ(span(listed, "1999-12-31T23:59:59Z"), "60 - 2000-01-01T00:00:00Z");
    EXPECT_EQ(
        span(listed, "2026-04-01T00:00:00Z"),
        "120 2000-01-01T00:00:00Z 2026-06-01T00:00:00Z"
    );
    EXPECT_EQ(span(listed, "2026-06-01T00:00:00Z"), "0 2026-06-01T00:00:00Z 2026-10-25T01:00:00Z");
    EXPECT_EQ(span(listed, "2026-11-01T00:00:00Z"), "60 2026-10-25T01:00:00Z 2027-03-28T01:00:00Z");
}

TEST(TimeZone, ChangesBeyondAllTimesAreNoMoments) {
    const std::vector<ZoneFileChange> changes{
        {-(std::int64_t{1} << 59U), 7'200},
        {at("2026-06-01T00:00:00Z").us / 1'000'000, 0},
        {INT64_MAX, 3'600},
    };
    const TimeZone old = zone("UTC0", changes);
    EXPECT_EQ(span(old, "2026-04-01T00:00:00Z"), "120 - 2026-06-01T00:00:00Z");
    EXPECT_EQ(span(old, "2026-07-01T00:00:00Z"), "0 2026-06-01T00:00:00Z -");
}

TEST(TimeZone, RefusesWhatIsNoZoneFile) {
    const std::string good = zone_file("CET-1CEST,M3.5.0,M10.5.0/3");
    EXPECT_TRUE(TimeZone::parse(good).has_value());
    for (std::size_t size = 0; size < good.size(); ++size) {
        EXPECT_FALSE(TimeZone::parse(good.substr(0, size)).has_value()) << size;
    }
    for (const char* const rule :
         {"C-1",
          "CET",
          "CET-1CEST",
          "CET-1CEST,M3.5.0",
          "CET-1CEST,M13.5.0,M10.5.0",
          "CET-1CEST,M3.6.0,M10.5.0",
          "CET-1CEST,M3.5.7,M10.5.0",
          "CET-1CEST,M3.5.0,M10.5.0/168",
          "CET-1CEST,M3.5.0,M10.5.0,",
          "CET-30",
          "<CET-1",
          "CET-1CEST,J0,J1",
          "CET--1"}) {
        const auto refused = TimeZone::parse(zone_file(rule));
        ASSERT_FALSE(refused.has_value()) << rule;
        EXPECT_EQ(refused.error().code, ErrorCode::data_loss);
    }
    std::vector<ZoneFileChange> falling{{5, 0}, {5, 0}};
    EXPECT_FALSE(TimeZone::parse(zone_file("UTC0", 0, falling)).has_value());
    EXPECT_FALSE(TimeZone::parse(zone_file("UTC0", 1'000'000)).has_value());
}

TEST(TimeZone, NamesLeadNowhereElse) {
    for (const char* const name :
         {"UTC", "Europe/Berlin", "Etc/GMT+5", "America/Port-au-Prince", "America/Argentina/Ushuaia"
         }) {
        EXPECT_TRUE(TimeZone::is_name(name)) << name;
    }
    for (const char* const name :
         {"", "/etc/passwd", "../x", "a/../b", "a//b", "a/", "a.b", "a b", "5/a", "a\n", "-a"}) {
        EXPECT_FALSE(TimeZone::is_name(name)) << name;
    }
    EXPECT_FALSE(TimeZone::is_name(std::string(65, 'a')));
}

}  // namespace
}  // namespace hal9
