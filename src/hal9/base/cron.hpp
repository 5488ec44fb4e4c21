// Cron: the times that a cron expression names, in UTC or in the time zone before it.
//
// Five fields: minute, hour, day of month, month, day of week; each a list of numbers, names
// (JAN to DEC, SUN to SAT), ranges and steps, or `*`. Where both days are restricted, a day that
// fits either counts (POSIX, crontab). @yearly, @monthly, @weekly, @daily and @hourly stand for
// what they say. Source: POSIX.1-2017, crontab, INPUT FILES; names, steps and @ from Vixie cron,
// `CRON_TZ=Europe/Berlin ` before the fields, and what becomes of them when clocks are set, from
// cronie: where the hours are `*` or steps of it, the times of each hour that passes count. Where
// hours are named, times that do not exist are one time right behind the gap, and of a time that
// exists twice the first counts.
#pragma once

#include "hal9/base/clock.hpp"
#include "hal9/base/result.hpp"
#include "hal9/base/time_zone.hpp"

#include <bitset>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace hal9 {

class Cron {
public:
    static constexpr std::size_t bytes_max = 256;
    static constexpr std::string_view zone_prefix = "CRON_TZ=";

    /// invalid_argument, naming the field and what is allowed in it; also for an expression that
    /// no day ever fits, such as `0 0 30 2 *`.
    [[nodiscard]] static Result<Cron> parse(std::string_view text);

    /// The name of the zone that the fields are meant in; "" is UTC.
    [[nodiscard]] const std::string& time_zone() const { return time_zone_; }

    /// The first time strictly after `time`, at a whole minute; nothing beyond the year 9999.
    /// `zone` is that of time_zone(); null: UTC.
    [[nodiscard]] std::optional<WallTime> next_after(WallTime time, const TimeZone* zone = nullptr)
        const;

private:
    [[nodiscard]] static Result<Cron> parse_fields(std::string_view text);
    [[nodiscard]] std::optional<WallTime> next_by_clock(WallTime time) const;
    [[nodiscard]] bool fits_day(unsigned month, unsigned day, unsigned weekday) const;

    std::bitset<60> minutes_;
    std::bitset<24> hours_;
    std::bitset<32> days_;     ///< from 1
    std::bitset<13> months_;   ///< from 1
    std::bitset<7> weekdays_;  ///< 0 is Sunday
    bool any_day_ = true;      ///< the field was `*`
    bool any_weekday_ = true;
    bool any_hour_ = true;  ///< likewise, with or without a step
    std::string time_zone_;
};

}  // namespace hal9
