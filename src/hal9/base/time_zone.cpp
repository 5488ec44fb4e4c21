#include "hal9/base/time_zone.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace hal9 {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::sys_seconds;
using std::chrono::year;

namespace {

constexpr std::size_t header_bytes = 44;
constexpr std::size_t type_bytes = 6;
/// Offsets that any place ever had, and some room.
constexpr seconds offset_max = hours(26);
/// What a WallTime holds, and some room: files may begin at the Big Bang.
constexpr sys_seconds latest{seconds(9'000'000'000'000)};
constexpr sys_seconds earliest{seconds(-9'000'000'000'000)};

std::unexpected<Error> damaged() {
    return fail(ErrorCode::data_loss, "this is no time zone file (TZif, version 2 or later)");
}

WallTime wall(sys_seconds time) {
    return {microseconds(time.time_since_epoch()).count()};
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

}  // namespace

bool TimeZone::is_name(std::string_view text) {
    if (text.empty() || text.size() > name_bytes_max) {
        return false;
    }
    bool begins = true;  // a part of the name
    for (const char c : text) {
        if (begins
                ? !is_letter(c)
                : !is_letter(c) && !is_digit(c) && c != '_' && c != '-' && c != '+' && c != '/') {
            return false;
        }
        begins = c == '/';
    }
    return !begins;
}

/// The rule behind the last line end of a file: POSIX's TZ, with the hours up to 167 of RFC 9636.
class TimeZone::RuleReader {
public:
    explicit RuleReader(std::string_view text) : rest_(text) {}

    std::optional<Rule> read() {
        Rule rule;
        if (!skip_abbreviation() || !read_time(rule.standard)) {
            return std::nullopt;
        }
        rule.standard = -rule.standard;
        rule.summer = rule.standard + hours(1);
        if (rest_.empty()) {
            return abs(rule.standard) <= offset_max ? std::optional(rule) : std::nullopt;
        }
        if (!skip_abbreviation()) {
            return std::nullopt;
        }
        if (!rest_.empty() && rest_.front() != ',') {
            if (!read_time(rule.summer)) {
                return std::nullopt;
            }
            rule.summer = -rule.summer;
        }
        std::array<Change, 2> changes;
        for (Change& change : changes) {
            if (!skip(',') || !read_change(change)) {
                return std::nullopt;
            }
        }
        rule.changes = changes;
        const bool sane = abs(rule.standard) <= offset_max && abs(rule.summer) <= offset_max;
        return rest_.empty() && sane ? std::optional(rule) : std::nullopt;
    }

private:
    bool skip(char c) {
        if (rest_.empty() || rest_.front() != c) {
            return false;
        }
        rest_.remove_prefix(1);
        return true;
    }

    bool skip_abbreviation() {
        if (skip('<')) {
            const std::size_t end = rest_.find('>');
            rest_.remove_prefix(std::min(end, rest_.size()));
            return skip('>');
        }
        const std::size_t size = rest_.size();
        while (!rest_.empty() && is_letter(rest_.front())) {
            rest_.remove_prefix(1);
        }
        return size - rest_.size() >= 3;
    }

    bool read_number(int& number, int low, int high) {
        const auto [end, wrong] =
            std::from_chars(rest_.data(), rest_.data() + rest_.size(), number);
        if (wrong != std::errc() || rest_.front() == '-' || number < low || number > high) {
            return false;
        }
        rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
        return true;
    }

    /// `[+-]h[:m[:s]]`
    bool read_time(seconds& time) {
        const bool negative = skip('-');
        if (!negative) {
            static_cast<void>(skip('+'));
        }
        int h = 0;
        int m = 0;
        int s = 0;
        if (!read_number(h, 0, 167) || (skip(':') && !read_number(m, 0, 59)) ||
            (skip(':') && !read_number(s, 0, 59))) {
            return false;
        }
        time = hours(h) + minutes(m) + seconds(s);
        time = negative ? -time : time;
        return true;
    }

    bool read_change(Change& change) {
        change.time = hours(2);
        if (skip('M')) {
            change.kind = Change::Day::of_month;
            if (!read_number(change.month, 1, 12) || !skip('.') ||
                !read_number(change.week, 1, 5) || !skip('.') || !read_number(change.day, 0, 6)) {
                return false;
            }
        } else {
            const bool julian = skip('J');
            change.kind = julian ? Change::Day::julian : Change::Day::of_year;
            if (!read_number(change.day, julian ? 1 : 0, 365)) {
                return false;
            }
        }
        return !skip('/') || read_time(change.time);
    }

    std::string_view rest_;
};

/// In the local time that holds until then, as if it were UTC.
sys_seconds TimeZone::Change::in(int number) const {
    using namespace std::chrono;
    const year y(number);
    sys_days date;
    if (kind == Day::of_month) {
        const std::chrono::month m(static_cast<unsigned>(month));
        const std::chrono::weekday w(static_cast<unsigned>(day));
        date = week == 5 ? sys_days(y / m / w[last])
                         : sys_days(y / m / w[static_cast<unsigned>(week)]);
    } else {
        date = sys_days(y / January / 1);
        // Counted without leap days, the day behind February is the 60th.
        const bool behind_leap_day = kind == Day::julian && y.is_leap() && day >= 60;
        date += days(kind == Day::julian ? day - 1 + (behind_leap_day ? 1 : 0) : day);
    }
    return date + time;
}

class TimeZone::Reader {
public:
    explicit Reader(std::string_view bytes) : bytes_(bytes) {}

    Result<TimeZone> read() {
        Counts counts;
        // The first block is for readers that know 32 bits only.
        if (!read_header(counts) || !skip(counts.bytes(4)) || !read_header(counts) ||
            counts.leap_seconds != 0 || counts.types == 0 || bytes_.size() < counts.bytes(8)) {
            return damaged();
        }
        const std::string_view times = take(counts.transitions * 8);
        const std::string_view types = take(counts.transitions);
        const std::string_view infos = take(counts.types * type_bytes);
        static_cast<void>(take(counts.abbreviations + counts.walls + counts.uts));
        TimeZone zone;
        std::vector<seconds> offsets;
        for (std::size_t i = 0; i < counts.types; ++i) {
            offsets.emplace_back(static_cast<std::int32_t>(number(infos.substr(i * type_bytes, 4)))
            );
            if (abs(offsets.back()) > offset_max) {
                return damaged();
            }
        }
        zone.first_ = offsets.front();
        std::optional<sys_seconds> before;
        for (std::size_t i = 0; i < counts.transitions; ++i) {
            const auto type = static_cast<unsigned char>(types[i]);
            const sys_seconds at(seconds(static_cast<std::int64_t>(number(times.substr(i * 8, 8))))
            );
            if (type >= counts.types || (before && at <= *before)) {
                return damaged();
            }
            before = at;
            if (at < earliest) {
                zone.first_ = offsets[type];
            } else if (at <= latest) {
                zone.transitions_.push_back({at, offsets[type]});
            }
        }
        return read_rule(zone) ? Result<TimeZone>(std::move(zone)) : damaged();
    }

private:
    struct Counts {
        std::size_t uts = 0;
        std::size_t walls = 0;
        std::size_t leap_seconds = 0;
        std::size_t transitions = 0;
        std::size_t types = 0;
        std::size_t abbreviations = 0;

        [[nodiscard]] std::size_t bytes(std::size_t time_bytes) const {
            return transitions * (time_bytes + 1) + types * type_bytes + abbreviations +
                   leap_seconds * (time_bytes + 4) + walls + uts;
        }
    };

    static std::uint64_t number(std::string_view bytes) {
        std::uint64_t value = 0;
        for (const char c : bytes) {
            value = value << 8U | static_cast<unsigned char>(c);
        }
        return value;
    }

    std::string_view take(std::size_t count) {
        const std::string_view taken = bytes_.substr(0, count);
        bytes_.remove_prefix(taken.size());
        return taken;
    }

    bool skip(std::size_t count) { return take(count).size() == count; }

    bool read_header(Counts& counts) {
        const std::string_view header = take(header_bytes);
        if (header.size() != header_bytes || !header.starts_with("TZif") || header[4] < '2') {
            return false;
        }
        std::size_t* const members[] = {
            &counts.uts,
            &counts.walls,
            &counts.leap_seconds,
            &counts.transitions,
            &counts.types,
            &counts.abbreviations,
        };
        for (std::size_t i = 0; i < std::size(members); ++i) {
            *members[i] = number(header.substr(20 + i * 4, 4));
            if (*members[i] > file_bytes_max) {
                return false;
            }
        }
        return true;
    }

    /// Between two line ends; empty where there is none.
    bool read_rule(TimeZone& zone) {
        if (bytes_.size() < 2 || bytes_.front() != '\n' || bytes_.back() != '\n') {
            return false;
        }
        const std::string_view text = bytes_.substr(1, bytes_.size() - 2);
        if (!text.empty()) {
            zone.rule_ = RuleReader(text).read();
        }
        return text.empty() || zone.rule_;
    }

    std::string_view bytes_;
};

Result<TimeZone> TimeZone::parse(std::string_view bytes) {
    return bytes.size() > file_bytes_max ? damaged() : Reader(bytes).read();
}

/// Behind the last transition that is listed.
TimeZone::Span TimeZone::span_by_rule(sys_seconds time) const {
    Span span{.offset = rule_->standard, .begin = {}, .end = {}};
    std::optional<sys_seconds> from;
    if (!transitions_.empty()) {
        from = transitions_.back().at;
        span.offset = rule_->changes ? transitions_.back().offset : rule_->standard;
    }
    if (rule_->changes) {
        const std::chrono::year_month_day date(std::chrono::floor<days>(time));
        const int this_year = std::clamp(static_cast<int>(date.year()), -9'999, 9'999);
        std::vector<Transition> changes;
        for (int number = this_year - 1; number <= this_year + 1; ++number) {
            changes.push_back({rule_->changes->front().in(number)-rule_->standard, rule_->summer});
            changes.push_back({rule_->changes->back().in(number)-rule_->summer, rule_->standard});
        }
        std::ranges::stable_sort(changes, {}, &Transition::at);
        for (const Transition& change : changes) {
            if (!transitions_.empty() && change.at <= transitions_.back().at) {
                continue;
            }
            if (change.at > time) {
                span.end = wall(change.at);
                break;
            }
            from = change.at;
            span.offset = change.offset;
        }
    }
    span.begin = from ? std::optional(wall(*from)) : std::nullopt;
    return span;
}

TimeZone::Span TimeZone::span_at(WallTime time) const {
    const auto at =
        std::chrono::floor<seconds>(std::chrono::sys_time<microseconds>(microseconds(time.us)));
    const auto next = std::ranges::upper_bound(transitions_, at, {}, &Transition::at);
    if (next == transitions_.end() && rule_) {
        return span_by_rule(at);
    }
    Span span{.offset = first_, .begin = {}, .end = {}};
    if (next != transitions_.begin()) {
        span.offset = std::prev(next)->offset;
        span.begin = wall(std::prev(next)->at);
    }
    if (next != transitions_.end()) {
        span.end = wall(next->at);
    }
    return span;
}

}  // namespace hal9
