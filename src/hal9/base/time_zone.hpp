// TimeZone: when the clocks of a place are set, from the zone's file.
//
// Files are TZif of version 2 and later (RFC 9636), as the IANA time zone database ships them: the
// changes that are known, and a rule for the years behind them. Who reads the file is an adapter's
// business (ports/time_zones.hpp).
#pragma once

#include "hal9/base/clock.hpp"
#include "hal9/base/result.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hal9 {

class TimeZone {
public:
    static constexpr std::size_t name_bytes_max = 64;
    static constexpr std::size_t file_bytes_max = 64U << 10U;

    /// How far local time is ahead of UTC, and from when until when.
    struct Span {
        std::chrono::seconds offset{};
        std::optional<WallTime> begin;  ///< nothing: as far back as the zone is known
        std::optional<WallTime> end;    ///< the first moment behind it; nothing: for ever
    };

    /// Letters, digits, `_`, `-` and `+`, with `/` between parts: such as "Europe/Berlin".
    [[nodiscard]] static bool is_name(std::string_view text);

    /// data_loss when these are no such bytes.
    [[nodiscard]] static Result<TimeZone> parse(std::string_view bytes);

    [[nodiscard]] Span span_at(WallTime time) const;

private:
    /// A day and time at which clocks are set every year (POSIX, TZ).
    struct Change {
        enum class Day : std::uint8_t { of_month, julian, of_year };
        Day kind = Day::of_month;
        int month = 0;  ///< of_month: 1 to 12
        int week = 0;   ///< of_month: 1 to 5, 5 is the last
        int day = 0;    ///< weekday, or day of the year
        std::chrono::seconds time{};

        [[nodiscard]] std::chrono::sys_seconds in(int year) const;
    };

    /// The rule for all years behind the last change that is listed.
    struct Rule {
        std::chrono::seconds standard{};
        std::chrono::seconds summer{};
        std::optional<std::array<Change, 2>> changes;  ///< to summer time, and back
    };

    struct Transition {
        std::chrono::sys_seconds at;
        std::chrono::seconds offset{};  ///< from then on
    };

    class Reader;
    class RuleReader;

    [[nodiscard]] Span span_by_rule(std::chrono::sys_seconds time) const;

    std::chrono::seconds first_{};  ///< before all transitions
    std::vector<Transition> transitions_;
    std::optional<Rule> rule_;
};

using TimeZonePtr = std::shared_ptr<const TimeZone>;  ///< shared by all that ask for the zone

}  // namespace hal9
