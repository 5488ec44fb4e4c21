#include "hal9/base/cron.hpp"

#include "hal9/base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <span>
#include <string>
#include <vector>

namespace hal9 {
namespace {

/// What one of the five fields may hold.
struct Field {
    std::string_view name;
    unsigned low = 0;
    unsigned high = 0;
    std::span<const std::string_view> names;  ///< of the numbers from `low` on
};

constexpr std::array<std::string_view, 12>
    month_names{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7>
    weekday_names{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
/// A Sunday may also be written as 7.
constexpr unsigned sunday_again = 7;

constexpr std::array<Field, 5> fields{{
    {"minute", 0, 59, {}},
    {"hour", 0, 23, {}},
    {"day of month", 1, 31, {}},
    {"month", 1, 12, month_names},
    {"day of week", 0, sunday_again, weekday_names},
}};

struct Shorthand {
    std::string_view name;
    std::string_view expression;
};

constexpr std::array<Shorthand, 7> shorthands{{
    {"@yearly", "0 0 1 1 *"},
    {"@annually", "0 0 1 1 *"},
    {"@monthly", "0 0 1 * *"},
    {"@weekly", "0 0 * * 0"},
    {"@daily", "0 0 * * *"},
    {"@midnight", "0 0 * * *"},
    {"@hourly", "0 * * * *"},
}};

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (true) {
        const std::size_t end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) {
            return parts;
        }
        text.remove_prefix(end + 1);
    }
}

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    while (true) {
        text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
        if (text.empty()) {
            return words;
        }
        const std::size_t end = std::min(text.find_first_of(" \t"), text.size());
        words.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
}

std::unexpected<Error> wrong(const Field& field, std::string_view part) {
    return fail(
        ErrorCode::invalid_argument,
        str("\"",
            part,
            "\" is no ",
            field.name,
            "; allowed: *, ",
            field.low,
            " to ",
            field.high,
            field.names.empty() ? "" : ", names such as ",
            field.names.empty() ? "" : field.names[1],
            ", ranges such as ",
            field.low + 1,
            "-",
            field.low + 5,
            ", steps such as */5, and lists of these")
    );
}

std::optional<unsigned> plain_number(std::string_view text) {
    unsigned number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    return whole && text.size() <= 2 ? std::optional(number) : std::nullopt;
}

std::optional<unsigned> value_of(const Field& field, std::string_view text) {
    for (std::size_t i = 0; i < field.names.size(); ++i) {
        const bool same =
            text.size() == field.names[i].size() &&
            std::ranges::equal(text, field.names[i], [](char a, char b) {
                return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + ('a' - 'A')) : a) == b;
            });
        if (same) {
            return field.low + static_cast<unsigned>(i);
        }
    }
    const auto number = plain_number(text);
    return number && *number >= field.low && *number <= field.high ? number : std::nullopt;
}

/// Adds what one element of a list names: `*`, `5`, `1-5`, `*/10`, `1-30/5`, `5/10`.
template <std::size_t N>
Result<void> add_part(const Field& field, std::string_view part, std::bitset<N>& set) {
    const std::size_t slash = part.find('/');
    const std::string_view range = part.substr(0, slash);
    unsigned step = 1;
    if (slash != std::string_view::npos) {
        const auto number = plain_number(part.substr(slash + 1));
        if (!number || *number == 0) {
            return wrong(field, part);
        }
        step = *number;
    }
    unsigned from = field.low;
    unsigned to = field.high == sunday_again ? sunday_again - 1 : field.high;
    if (range != "*") {
        const std::size_t dash = range.find('-');
        const auto first = value_of(field, range.substr(0, dash));
        const bool open = dash == std::string_view::npos && slash != std::string_view::npos;
        const auto last = dash != std::string_view::npos ? value_of(field, range.substr(dash + 1))
                                                         : (open ? std::optional(to) : first);
        if (!first || !last || *first > *last) {
            return wrong(field, part);
        }
        from = *first;
        to = *last;
    }
    for (unsigned value = from; value <= to; value += step) {
        set.set(field.high == sunday_again ? value % sunday_again : value);
    }
    return {};
}

/// That minute, or the next one.
WallTime whole_minute(WallTime time) {
    using namespace std::chrono;
    const auto minute = ceil<minutes>(sys_time<microseconds>(microseconds(time.us)));
    return {microseconds(minute.time_since_epoch()).count()};
}

template <std::size_t N>
Result<void> read_field(const Field& field, std::string_view text, std::bitset<N>& set) {
    for (const std::string_view part : split(text, ',')) {
        HAL9_TRY_VOID(add_part(field, part, set));
    }
    return {};
}

}  // namespace

Result<Cron> Cron::parse(std::string_view text) {
    if (text.size() > bytes_max) {
        return fail(
            ErrorCode::invalid_argument,
            str("a cron expression has at most ", bytes_max, " bytes")
        );
    }
    if (!text.starts_with(zone_prefix)) {
        return parse_fields(text);
    }
    const std::string_view zone =
        text.substr(zone_prefix.size(), text.find_first_of(" \t") - zone_prefix.size());
    if (!TimeZone::is_name(zone)) {
        return fail(
            ErrorCode::invalid_argument,
            str("\"", zone, "\" is no name of a time zone; write one such as Europe/Berlin, or UTC")
        );
    }
    HAL9_TRY(Cron cron, parse_fields(text.substr(zone_prefix.size() + zone.size())));
    cron.time_zone_ = zone == "UTC" ? "" : zone;
    return cron;
}

Result<Cron> Cron::parse_fields(std::string_view text) {
    std::vector<std::string_view> words = words_of(text);
    if (words.size() == 1 && words.front().starts_with('@')) {
        for (const Shorthand& shorthand : shorthands) {
            if (words.front() == shorthand.name) {
                return parse_fields(shorthand.expression);
            }
        }
    }
    if (words.size() != fields.size()) {
        return fail(
            ErrorCode::invalid_argument,
            str("a cron expression has five fields (minute, hour, day of month, month, day of "
                "week), such as \"30 3 * * mon-fri\", or is @yearly, @monthly, @weekly, @daily or "
                "@hourly; this has ",
                words.size())
        );
    }
    Cron cron;
    HAL9_TRY_VOID(read_field(fields[0], words[0], cron.minutes_));
    HAL9_TRY_VOID(read_field(fields[1], words[1], cron.hours_));
    HAL9_TRY_VOID(read_field(fields[2], words[2], cron.days_));
    HAL9_TRY_VOID(read_field(fields[3], words[3], cron.months_));
    HAL9_TRY_VOID(read_field(fields[4], words[4], cron.weekdays_));
    cron.any_hour_ = words[1].starts_with('*');
    cron.any_day_ = words[2].starts_with('*');
    cron.any_weekday_ = words[4].starts_with('*');
    if (!cron.next_by_clock({0})) {
        return fail(
            ErrorCode::invalid_argument,
            str("no day fits \"", text, "\"; look at the day of month and the month")
        );
    }
    return cron;
}

bool Cron::fits_day(unsigned month, unsigned day, unsigned weekday) const {
    if (!months_.test(month)) {
        return false;
    }
    const bool by_day = days_.test(day);
    const bool by_weekday = weekdays_.test(weekday);
    return any_day_ || any_weekday_ ? by_day && by_weekday : by_day || by_weekday;
}

std::optional<WallTime> Cron::next_after(WallTime time, const TimeZone* zone) const {
    if (zone == nullptr) {
        return next_by_clock(time);
    }
    constexpr Duration tick(1);
    TimeZone::Span span = zone->span_at(time);
    WallTime local = time + span.offset;
    // Clocks that were set back showed these hours before.
    const auto behind_repeated = [&](WallTime begin, Duration offset_before) {
        if (!any_hour_ && offset_before > span.offset) {
            local = std::max(local, begin + offset_before + -tick);
        }
    };
    if (span.begin) {
        behind_repeated(*span.begin, zone->span_at(*span.begin + -tick).offset);
    }
    while (true) {
        const auto next = next_by_clock(local);
        if (!next || !span.end || *next + -span.offset < *span.end) {
            return next ? std::optional(*next + -span.offset) : std::nullopt;
        }
        const WallTime change = *span.end;
        const Duration before = span.offset;
        span = zone->span_at(change);
        if (!any_hour_ && *next < change + span.offset) {
            return whole_minute(change);  // it lies in the hours that were left out
        }
        local = change + span.offset + -tick;
        behind_repeated(change, before);
    }
}

/// As if local time were UTC.
std::optional<WallTime> Cron::next_by_clock(WallTime time) const {
    using namespace std::chrono;
    const auto begin = floor<minutes>(sys_time<microseconds>(microseconds(time.us))) + minutes(1);
    auto day = floor<days>(begin);
    auto minute_of_day = static_cast<unsigned>((begin - day) / minutes(1));
    // A leap day that falls on one weekday comes back within 40 years.
    const sys_days last = std::min<sys_days>(day + days(41 * 366), year(9999) / December / 31);
    for (; day <= last; day += days(1), minute_of_day = 0) {
        const year_month_day date(day);
        if (!fits_day(
                static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()),
                weekday(day).c_encoding()
            )) {
            continue;
        }
        for (unsigned at = minute_of_day; at < 24 * 60; ++at) {
            if (hours_.test(at / 60) && minutes_.test(at % 60)) {
                return WallTime{microseconds((day + minutes(at)).time_since_epoch()).count()};
            }
        }
    }
    return std::nullopt;
}

}  // namespace hal9
