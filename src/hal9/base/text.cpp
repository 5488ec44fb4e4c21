#include "hal9/base/text.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <limits>

namespace hal9 {
namespace {

/// Optimal string alignment distance, given up (returned as limit + 1) once it exceeds `limit`.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit) {
    if (a.size() > b.size() + limit || b.size() > a.size() + limit) {
        return limit + 1;
    }
    std::vector<std::size_t> before(b.size() + 1);
    std::vector<std::size_t> previous(b.size() + 1);
    std::vector<std::size_t> current(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        previous[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        current[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t substitution = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U);
            current[j] = std::min({previous[j] + 1, current[j - 1] + 1, substitution});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                current[j] = std::min(current[j], before[j - 2] + 1);
            }
        }
        std::swap(before, previous);
        std::swap(previous, current);
    }
    return previous[b.size()];
}

struct Unit {
    std::string_view name;
    std::uint64_t factor;
};

constexpr std::array<Unit, 6> duration_units{
    {{"us", 1},
     {"ms", 1'000},
     {"s", 1'000'000},
     {"m", 60'000'000},
     {"h", 3'600'000'000},
     {"d", 86'400'000'000}}
};
constexpr std::array<Unit, 5> size_units{
    {{"B", 1},
     {"KiB", 1ULL << 10U},
     {"MiB", 1ULL << 20U},
     {"GiB", 1ULL << 30U},
     {"TiB", 1ULL << 40U}}
};

template <std::size_t N>
Result<std::uint64_t>
parse_with_unit(std::string_view text, const std::array<Unit, N>& units, std::string_view example) {
    std::uint64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [rest, status] = std::from_chars(text.data(), end, number);
    const std::string_view unit_name(rest, static_cast<std::size_t>(end - rest));
    if (status != std::errc{}) {
        return fail(
            ErrorCode::invalid_argument,
            str("\"", text, "\" is not a number with a unit, such as ", example)
        );
    }
    if (number == 0 && unit_name.empty()) {
        return 0U;
    }
    for (const Unit& unit : units) {
        if (unit.name == unit_name) {
            constexpr auto max =
                static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
            if (number > max / unit.factor) {
                return fail(ErrorCode::invalid_argument, str("\"", text, "\" is too large"));
            }
            return number * unit.factor;
        }
    }
    std::string allowed;
    for (const Unit& unit : units) {
        allowed += str(allowed.empty() ? "" : ", ", unit.name);
    }
    return fail(
        ErrorCode::invalid_argument,
        str("\"", text, "\" lacks a known unit; allowed: ", allowed, " (for example ", example, ")")
    );
}

template <std::size_t N>
std::string format_with_unit(std::uint64_t number, const std::array<Unit, N>& units) {
    if (number == 0) {
        return str("0", units[0].name);
    }
    const Unit* best = &units[0];
    for (const Unit& unit : units) {
        if (number % unit.factor == 0) {
            best = &unit;
        }
    }
    return str(number / best->factor, best->name);
}

struct Utf8Step {
    std::size_t length;  ///< bytes of a character, or of the ill-formed sequence to replace
    bool valid;
};

bool is_continuation(char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

/// Unicode 15, table 3-7: the bounds of the second byte follow from the first.
Utf8Step utf8_step(std::string_view rest) {
    const auto first = static_cast<unsigned char>(rest[0]);
    if (first < 0x80U) {
        return {1, true};
    }
    std::size_t length = 0;
    unsigned low = 0x80U;
    unsigned high = 0xBFU;
    if (first >= 0xC2U && first <= 0xDFU) {
        length = 2;
    } else if (first >= 0xE0U && first <= 0xEFU) {
        length = 3;
        low = first == 0xE0U ? 0xA0U : 0x80U;
        high = first == 0xEDU ? 0x9FU : 0xBFU;
    } else if (first >= 0xF0U && first <= 0xF4U) {
        length = 4;
        low = first == 0xF0U ? 0x90U : 0x80U;
        high = first == 0xF4U ? 0x8FU : 0xBFU;
    } else {
        return {1, false};
    }
    if (rest.size() < 2) {
        return {1, false};
    }
    const auto second = static_cast<unsigned char>(rest[1]);
    if (second < low || second > high) {
        return {1, false};
    }
    for (std::size_t i = 2; i < length; ++i) {
        if (i >= rest.size() || !is_continuation(rest[i])) {
            return {i, false};
        }
    }
    return {length, true};
}

/// Length of the longest prefix that is plain ASCII, found eight bytes at a time.
std::size_t ascii_prefix(std::string_view bytes) {
    std::size_t at = 0;
    for (; at + 8 <= bytes.size(); at += 8) {
        std::uint64_t word = 0;
        std::copy_n(bytes.data() + at, 8, reinterpret_cast<char*>(&word));
        if ((word & 0x8080808080808080ULL) != 0) {
            break;
        }
    }
    while (at < bytes.size() && static_cast<unsigned char>(bytes[at]) < 0x80U) {
        ++at;
    }
    return at;
}

}  // namespace

std::string_view beginning(std::string_view text, std::size_t bytes_max) {
    if (text.size() <= bytes_max) {
        return text;
    }
    std::size_t end = bytes_max;
    while (end > 0 && is_continuation(text[end])) {
        --end;
    }
    return text.substr(0, end);
}

std::string with_thousands(std::uint64_t number) {
    std::string digits = str(number);
    for (std::size_t at = digits.size(); at > 3; at -= 3) {
        digits.insert(at - 3, 1, ',');
    }
    return digits;
}

std::optional<std::string_view>
nearest_name(std::string_view name, std::span<const std::string_view> candidates) {
    std::optional<std::string_view> best;
    std::size_t best_distance = std::numeric_limits<std::size_t>::max();
    for (const std::string_view candidate : candidates) {
        const std::size_t limit =
            std::max<std::size_t>(1, std::max(name.size(), candidate.size()) / 3);
        const std::size_t distance = edit_distance(name, candidate, limit);
        if (distance <= limit && distance < best_distance) {
            best = candidate;
            best_distance = distance;
        }
    }
    return best;
}

Result<Duration> parse_duration(std::string_view text) {
    HAL9_TRY(const std::uint64_t us, parse_with_unit(text, duration_units, "30s"));
    return Duration(static_cast<std::int64_t>(us));
}

std::string format_duration(Duration duration) {
    return format_with_unit(
        static_cast<std::uint64_t>(std::max<std::int64_t>(0, duration.count())),
        duration_units
    );
}

Result<std::uint64_t> parse_size(std::string_view text) {
    return parse_with_unit(text, size_units, "64MiB");
}

std::string format_size(std::uint64_t bytes) {
    return format_with_unit(bytes, size_units);
}

std::string format_time(WallTime time) {
    using namespace std::chrono;
    const sys_time<milliseconds> at(floor<milliseconds>(microseconds(time.us)));
    const auto day = floor<days>(at);
    const year_month_day date(day);
    const hh_mm_ss clock(at - day);
    std::array<char, 40> text{};
    const int length = std::snprintf(
        text.data(),
        text.size(),
        "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
        static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day()),
        static_cast<int>(clock.hours().count()),
        static_cast<int>(clock.minutes().count()),
        static_cast<int>(clock.seconds().count()),
        static_cast<int>(clock.subseconds().count())
    );
    return {text.data(), static_cast<std::size_t>(length)};
}

bool is_utf8(std::string_view bytes) noexcept {
    while (true) {
        bytes.remove_prefix(ascii_prefix(bytes));
        if (bytes.empty()) {
            return true;
        }
        const Utf8Step step = utf8_step(bytes);
        if (!step.valid) {
            return false;
        }
        bytes.remove_prefix(step.length);
    }
}

RepairedText repair_utf8(std::string_view bytes) {
    RepairedText repaired;
    repaired.text.reserve(bytes.size());
    while (!bytes.empty()) {
        const std::size_t plain = ascii_prefix(bytes);
        repaired.text.append(bytes.substr(0, plain));
        bytes.remove_prefix(plain);
        if (bytes.empty()) {
            break;
        }
        const Utf8Step step = utf8_step(bytes);
        if (step.valid) {
            repaired.text.append(bytes.substr(0, step.length));
        } else {
            repaired.text.append("\xEF\xBF\xBD");
            ++repaired.replaced;
        }
        bytes.remove_prefix(step.length);
    }
    return repaired;
}

}  // namespace hal9
