#include "hal9/base/dates.hpp"

#include "hal9/base/check.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <utility>

namespace hal9 {
namespace {

constexpr std::int64_t second_us = 1'000'000;

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

constexpr char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr bool is_letter(char c) {
    return lower(c) >= 'a' && lower(c) <= 'z';
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

constexpr std::array<std::string_view, 7> weekdays{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
constexpr std::array<std::string_view, 12>
    months{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct NamedZone {
    std::string_view name;
    int hours;
};

constexpr std::array<NamedZone, 11> zones{
    {{"UT", 0},
     {"GMT", 0},
     {"EST", -5},
     {"EDT", -4},
     {"CST", -6},
     {"CDT", -5},
     {"MST", -7},
     {"MDT", -6},
     {"PST", -8},
     {"PDT", -7},
     {"Z", 0}}
};

struct Moment {
    int year = 0;
    int month = 0;
    int day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int offset_minutes = 0;  ///< of local time, east of UTC
};

std::optional<WallTime> to_wall_time(const Moment& moment) {
    using namespace std::chrono;
    const year_month_day date(
        year(moment.year),
        month(static_cast<unsigned>(moment.month)),
        day(static_cast<unsigned>(moment.day))
    );
    if (!date.ok() || moment.hour > 23 || moment.minute > 59 || moment.second > 60) {
        return std::nullopt;
    }
    const auto at = sys_days(date) + hours(moment.hour) +
                    minutes(moment.minute - moment.offset_minutes) + seconds(moment.second);
    const year_month_day in_utc(floor<days>(at));
    if (in_utc.year() < year(0) || in_utc.year() > year(9999)) {
        return std::nullopt;
    }
    return WallTime{duration_cast<Duration>(at.time_since_epoch()).count()};
}

/// Reads a text from its beginning; each function that misses what it asks for leaves it there.
class Reader {
public:
    explicit Reader(std::string_view text) : rest_(text) {}

    [[nodiscard]] bool at_end() const { return rest_.empty(); }

    bool take(char c) {
        if (rest_.empty() || rest_.front() != c) {
            return false;
        }
        rest_.remove_prefix(1);
        return true;
    }

    /// Folding white space and comments (RFC 5322 section 3.2.2); false for an open comment.
    bool skip_blanks() {
        int depth = 0;
        while (!rest_.empty()) {
            const char c = rest_.front();
            if (c == '(') {
                ++depth;
            } else if (c == ')' && depth > 0) {
                --depth;
            } else if (c == '\\' && depth > 0 && rest_.size() > 1) {
                rest_.remove_prefix(1);
            } else if (depth == 0 && c != ' ' && c != '\t' && c != '\r' && c != '\n') {
                break;
            }
            rest_.remove_prefix(1);
        }
        return depth == 0;
    }

    std::string_view letters() { return take_while(is_letter); }

    std::string_view digits() { return take_while(is_digit); }

    /// A number of `min` to `max` digits, at most nine.
    std::optional<int> number(std::size_t min, std::size_t max) {
        const std::string_view text = digits();
        if (text.size() < min || text.size() > max) {
            return std::nullopt;
        }
        return to_int(text);
    }

    static int to_int(std::string_view digits) {
        int number = 0;
        for (const char c : digits) {
            number = number * 10 + (c - '0');
        }
        return number;
    }

private:
    template <class Predicate>
    std::string_view take_while(Predicate predicate) {
        const auto end = std::ranges::find_if_not(rest_, predicate);
        const std::string_view taken(rest_.begin(), end);
        rest_.remove_prefix(taken.size());
        return taken;
    }

    std::string_view rest_;
};

/// The position of a three-letter name, from 1.
template <std::size_t N>
std::optional<int> find_name(const std::array<std::string_view, N>& names, std::string_view name) {
    for (std::size_t i = 0; i < N; ++i) {
        if (equal_ignoring_case(names[i], name)) {
            return static_cast<int>(i) + 1;
        }
    }
    return std::nullopt;
}

/// [day-name ","]; true when there is none, or a right one.
bool read_weekday(Reader& reader) {
    const std::string_view name = reader.letters();
    if (name.empty()) {
        return true;
    }
    return find_name(weekdays, name) && reader.skip_blanks() && reader.take(',') &&
           reader.skip_blanks();
}

/// RFC 5322 section 4.3: two digits are 2000 to 2049 or 1950 to 1999, three count from 1900.
std::optional<int> read_year(Reader& reader) {
    const std::string_view digits = reader.digits();
    if (digits.size() < 2 || digits.size() > 4) {
        return std::nullopt;
    }
    const int number = Reader::to_int(digits);
    if (digits.size() == 2) {
        return number + (number < 50 ? 2000 : 1900);
    }
    if (digits.size() == 3) {
        return number + 1900;
    }
    return number >= 1900 ? std::optional(number) : std::nullopt;
}

bool read_date(Reader& reader, Moment& moment) {
    const auto day = reader.number(1, 2);
    if (!day || !reader.skip_blanks()) {
        return false;
    }
    const auto month = find_name(months, reader.letters());
    if (!month || !reader.skip_blanks()) {
        return false;
    }
    const auto year = read_year(reader);
    if (!year || !reader.skip_blanks()) {
        return false;
    }
    moment.day = *day;
    moment.month = *month;
    moment.year = *year;
    return true;
}

bool read_time_of_day(Reader& reader, Moment& moment) {
    const auto hour = reader.number(2, 2);
    if (!hour || !reader.skip_blanks() || !reader.take(':') || !reader.skip_blanks()) {
        return false;
    }
    const auto minute = reader.number(2, 2);
    if (!minute || !reader.skip_blanks()) {
        return false;
    }
    moment.hour = *hour;
    moment.minute = *minute;
    if (reader.take(':')) {
        if (!reader.skip_blanks()) {
            return false;
        }
        const auto second = reader.number(2, 2);
        if (!second || !reader.skip_blanks()) {
            return false;
        }
        moment.second = *second;
    }
    return true;
}

/// A zone by number, by name, or by any other letters: those say nothing and mean UTC.
bool read_zone(Reader& reader, Moment& moment) {
    const bool west = reader.take('-');
    if (west || reader.take('+')) {
        const auto zone = reader.number(4, 4);
        if (!zone || *zone % 100 > 59) {
            return false;
        }
        const int minutes = *zone / 100 * 60 + *zone % 100;
        moment.offset_minutes = west ? -minutes : minutes;
        return true;
    }
    const std::string_view name = reader.letters();
    for (const NamedZone& zone : zones) {
        if (equal_ignoring_case(zone.name, name)) {
            moment.offset_minutes = zone.hours * 60;
        }
    }
    return !name.empty();
}

/// The fraction of a second in microseconds; further digits are cut off.
std::optional<std::int64_t> read_fraction(Reader& reader) {
    if (!reader.take('.')) {
        return 0;
    }
    const std::string_view digits = reader.digits();
    if (digits.empty()) {
        return std::nullopt;
    }
    std::int64_t fraction = 0;
    for (std::size_t i = 0; i < 6; ++i) {
        fraction = fraction * 10 + (i < digits.size() ? digits[i] - '0' : 0);
    }
    return fraction;
}

/// "Z" or "+hh:mm".
bool read_offset(Reader& reader, Moment& moment) {
    if (reader.take('Z') || reader.take('z')) {
        return true;
    }
    const bool west = reader.take('-');
    if (!west && !reader.take('+')) {
        return false;
    }
    const auto hours = reader.number(2, 2);
    const bool colon = reader.take(':');
    const auto minutes = reader.number(2, 2);
    if (!hours || !colon || !minutes || *hours > 23 || *minutes > 59) {
        return false;
    }
    moment.offset_minutes = (*hours * 60 + *minutes) * (west ? -1 : 1);
    return true;
}

}  // namespace

std::optional<WallTime> parse_rfc5322_date(std::string_view text) {
    Reader reader(text);
    Moment moment;
    if (!reader.skip_blanks() || !read_weekday(reader) || !read_date(reader, moment) ||
        !read_time_of_day(reader, moment) || !read_zone(reader, moment) || !reader.skip_blanks() ||
        !reader.at_end()) {
        return std::nullopt;
    }
    return to_wall_time(moment);
}

std::optional<WallTime> parse_rfc3339(std::string_view text) {
    Reader reader(text);
    Moment moment;
    const std::array<std::pair<int*, char>, 5> parts{
        {{&moment.month, '-'},
         {&moment.day, 'T'},
         {&moment.hour, ':'},
         {&moment.minute, ':'},
         {&moment.second, 0}}
    };
    const auto year = reader.number(4, 4);
    if (!year || !reader.take('-')) {
        return std::nullopt;
    }
    moment.year = *year;
    for (const auto& [part, separator] : parts) {
        const auto number = reader.number(2, 2);
        if (!number) {
            return std::nullopt;
        }
        *part = *number;
        // Section 5.6 lets a space or a lower-case letter stand for the T.
        if (separator != 0 && !reader.take(separator) &&
            !(separator == 'T' && (reader.take('t') || reader.take(' ')))) {
            return std::nullopt;
        }
    }
    const auto fraction = read_fraction(reader);
    if (!fraction || !read_offset(reader, moment) || !reader.at_end()) {
        return std::nullopt;
    }
    const auto time = to_wall_time(moment);
    return time ? std::optional(*time + Duration(*fraction)) : std::nullopt;
}

std::string format_rfc3339_seconds(WallTime time) {
    using namespace std::chrono;
    const sys_seconds at{
        seconds((time.us - ((time.us % second_us) + second_us) % second_us) / second_us)
    };
    const auto day = floor<days>(at);
    const year_month_day date(day);
    const hh_mm_ss clock(at - day);
    HAL9_ASSERT(date.year() >= year(0) && date.year() <= year(9999));
    std::string text = "0000-00-00T00:00:00Z";
    const auto put = [&text](std::size_t end, unsigned number) {
        for (std::size_t i = end; number != 0; number /= 10) {
            text[i--] = static_cast<char>('0' + number % 10);
        }
    };
    put(3, static_cast<unsigned>(static_cast<int>(date.year())));
    put(6, static_cast<unsigned>(date.month()));
    put(9, static_cast<unsigned>(date.day()));
    put(12, static_cast<unsigned>(clock.hours().count()));
    put(15, static_cast<unsigned>(clock.minutes().count()));
    put(18, static_cast<unsigned>(clock.seconds().count()));
    return text;
}

}  // namespace hal9
