// Cron: the times that a cron expression names, in UTC.
//
// Five fields: minute, hour, day of month, month, day of week; each a list of numbers, names
// (JAN to DEC, SUN to SAT), ranges and steps, or `*`. Where both days are restricted, a day that
// fits either counts (POSIX, crontab). @yearly, @monthly, @weekly, @daily and @hourly stand for
// what they say. Source: POSIX.1-2017, crontab, INPUT FILES; names, steps and @ from Vixie cron.
#pragma once

#include "hal9/base/clock.hpp"
#include "hal9/base/result.hpp"

#include <bitset>
#include <cstddef>
#include <optional>
#include <string_view>

namespace hal9 {

class Cron {
public:
    static constexpr std::size_t bytes_max = 256;

    /// invalid_argument, naming the field and what is allowed in it; also for an expression that
    /// no day ever fits, such as `0 0 30 2 *`.
    [[nodiscard]] static Result<Cron> parse(std::string_view text);

    /// The first time strictly after `time`, at a whole minute; nothing beyond the year 9999.
    [[nodiscard]] std::optional<WallTime> next_after(WallTime time) const;

private:
    [[nodiscard]] bool fits_day(unsigned month, unsigned day, unsigned weekday) const;

    std::bitset<60> minutes_;
    std::bitset<24> hours_;
    std::bitset<32> days_;     ///< from 1
    std::bitset<13> months_;   ///< from 1
    std::bitset<7> weekdays_;  ///< 0 is Sunday
    bool any_day_ = true;      ///< the field was `*`
    bool any_weekday_ = true;
};

}  // namespace hal9
