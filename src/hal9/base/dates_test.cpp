#include "hal9/base/dates.hpp"

#include <gtest/gtest.h>

#include <string>

namespace hal9 {
namespace {

std::string mail(std::string_view text) {
    const auto time = parse_rfc5322_date(text);
    return time ? format_rfc3339_seconds(*time) : "null";
}

std::string protocol(std::string_view text) {
    const auto time = parse_rfc3339(text);
    return time ? format_rfc3339_seconds(*time) : "null";
}

TEST(Rfc5322Date, CommonFormsAreReadInUtc) {
    EXPECT_EQ(mail("Mon, 19 Aug 2019 15:14:31 +0200"), "2019-08-19T13:14:31Z");
    EXPECT_EQ(mail("Fri, 11 Oct 2019 21:37:58 -0400"), "2019-10-12T01:37:58Z");
    EXPECT_EQ(mail("Thu, 31 Dec 1998 23:30:00 -0100"), "1999-01-01T00:30:00Z");
    EXPECT_EQ(mail("Sat, 29 Feb 2020 00:00:00 +0530"), "2020-02-28T18:30:00Z");
}

TEST(Rfc5322Date, OneDigitDaysAndAnyBlanksAreRead) {
    EXPECT_EQ(mail("Sat, 8 Feb 1997 22:18:37 -0500"), "1997-02-09T03:18:37Z");
    EXPECT_EQ(mail("Sun,  5 Mar 2006 20:51:47 -0500"), "2006-03-06T01:51:47Z");
    EXPECT_EQ(mail("Tue,  13 May 1997 15:24:31 -0400"), "1997-05-13T19:24:31Z");
    EXPECT_EQ(mail(" Mon,19\tAug\r\n 2019 15:14:31 +0000 "), "2019-08-19T15:14:31Z");
}

TEST(Rfc5322Date, AWeekdayMayBeMissingOrWrongButNotUnknown) {
    EXPECT_EQ(mail("19 Aug 2019 15:14:31 +0000"), "2019-08-19T15:14:31Z");
    EXPECT_EQ(mail("Tue, 19 Aug 2019 15:14:31 +0000"), "2019-08-19T15:14:31Z");
    EXPECT_EQ(mail("Wednesday, 19 Aug 2019 15:14:31 +0000"), "null");
    EXPECT_EQ(mail("Mon 19 Aug 2019 15:14:31 +0000"), "null");
}

TEST(Rfc5322Date, SecondsMayBeMissingAndTheLeapSecondCounts) {
    EXPECT_EQ(mail("19 Aug 2019 15:14 +0000"), "2019-08-19T15:14:00Z");
    EXPECT_EQ(mail("31 Dec 2016 23:59:60 +0000"), "2017-01-01T00:00:00Z");
    EXPECT_EQ(mail("31 Dec 2016 23:59:61 +0000"), "null");
}

TEST(Rfc5322Date, ShortYearsFollowTheRfc) {
    EXPECT_EQ(mail("1 Jan 49 00:00 GMT"), "2049-01-01T00:00:00Z");
    EXPECT_EQ(mail("1 Jan 50 00:00 GMT"), "1950-01-01T00:00:00Z");
    EXPECT_EQ(mail("1 Jan 99 00:00 GMT"), "1999-01-01T00:00:00Z");
    EXPECT_EQ(mail("1 Jan 102 00:00 GMT"), "2002-01-01T00:00:00Z");
    EXPECT_EQ(mail("1 Jan 9 00:00 GMT"), "null");
    EXPECT_EQ(mail("1 Jan 1899 00:00 GMT"), "null");
    EXPECT_EQ(mail("1 Jan 12345 00:00 GMT"), "null");
    EXPECT_EQ(mail("31 Dec 9999 23:59 -0001"), "null");
}

TEST(Rfc5322Date, ObsoleteZonesFollowTheRfc) {
    EXPECT_EQ(mail("1 Jan 2000 12:00 UT"), "2000-01-01T12:00:00Z");
    EXPECT_EQ(mail("1 Jan 2000 12:00 gmt"), "2000-01-01T12:00:00Z");
    EXPECT_EQ(mail("1 Jan 2000 12:00 EST"), "2000-01-01T17:00:00Z");
    EXPECT_EQ(mail("1 Jan 2000 12:00 PDT"), "2000-01-01T19:00:00Z");
    EXPECT_EQ(mail("1 Jan 2000 12:00 Z"), "2000-01-01T12:00:00Z");
    EXPECT_EQ(mail("1 Jan 2000 12:00 A"), "2000-01-01T12:00:00Z");
    EXPECT_EQ(mail("1 Jan 2000 12:00 CEST"), "2000-01-01T12:00:00Z");
    EXPECT_EQ(mail("1 Jan 2000 12:00 -0000"), "2000-01-01T12:00:00Z");
    EXPECT_EQ(mail("1 Jan 2000 12:00"), "null");
    EXPECT_EQ(mail("1 Jan 2000 12:00 +01"), "null");
    EXPECT_EQ(mail("1 Jan 2000 12:00 +0160"), "null");
}

TEST(Rfc5322Date, CommentsAreSkipped) {
    EXPECT_EQ(mail("Mon, 19 Aug 2019 15:14:31 +0200 (CEST)"), "2019-08-19T13:14:31Z");
    EXPECT_EQ(mail("Mon (a (b) \\) c), 19 Aug 2019 15:14:31 +0200"), "2019-08-19T13:14:31Z");
    EXPECT_EQ(mail("19 Aug 2019 15:14:31 +0200 (open"), "null");
    EXPECT_EQ(mail("19 Aug 2019 15:14:31 +0200 )"), "null");
}

TEST(Rfc5322Date, WhatDoesNotExistIsNotRead) {
    EXPECT_EQ(mail(""), "null");
    EXPECT_EQ(mail("30 Feb 2019 15:14:31 +0200"), "null");
    EXPECT_EQ(mail("29 Feb 2019 15:14:31 +0200"), "null");
    EXPECT_EQ(mail("0 Jan 2019 15:14:31 +0200"), "null");
    EXPECT_EQ(mail("1 Jan 2019 24:00:00 +0200"), "null");
    EXPECT_EQ(mail("1 Jan 2019 23:60:00 +0200"), "null");
    EXPECT_EQ(mail("1 Foo 2019 23:00:00 +0200"), "null");
    EXPECT_EQ(mail("23 February 2004 13:10:00 +0900"), "null");
    EXPECT_EQ(mail("1 Jan 2019 23:00:00 +0200 x"), "null");
    EXPECT_EQ(mail("99999999999999999999 Jan 2019 23:00:00 +0200"), "null");
}

TEST(Rfc3339, FractionsAndOffsetsAreRead) {
    EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:01.5Z")->us, 1'500'000);
    EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:00.1234567Z")->us, 123'456);
    EXPECT_EQ(parse_rfc3339("1969-12-31T23:59:59.5Z")->us, -500'000);
    EXPECT_EQ(protocol("2026-11-24T13:26:00+01:30"), "2026-11-24T11:56:00Z");
    EXPECT_EQ(protocol("2026-11-24t13:26:00z"), "2026-11-24T13:26:00Z");
    EXPECT_EQ(protocol("2026-11-24 13:26:00Z"), "2026-11-24T13:26:00Z");
}

TEST(Rfc3339, OtherFormsAreNotRead) {
    for (const char* text :
         {"",
          "2026-11-24",
          "2026-11-24T13:26Z",
          "2026-11-24T13:26:00",
          "2026-11-24T13:26:00.Z",
          "2026-11-24T13:26:00+0100",
          "2026-11-24T13:26:00+24:00",
          "2026-02-29T13:26:00Z",
          "26-11-24T13:26:00Z",
          "2026-11-24T13:26:00Z "}) {
        EXPECT_EQ(protocol(text), "null") << text;
    }
}

TEST(Rfc3339, SecondsAreRoundedDownBefore1970Too) {
    EXPECT_EQ(format_rfc3339_seconds({-1}), "1969-12-31T23:59:59Z");
    EXPECT_EQ(format_rfc3339_seconds({0}), "1970-01-01T00:00:00Z");
    EXPECT_EQ(format_rfc3339_seconds({999'999}), "1970-01-01T00:00:00Z");
}

}  // namespace
}  // namespace hal9
