#include "hal9/definition/detail/scalar.hpp"

#include "hal9/base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>

namespace hal9::definition::detail {
namespace {

bool is_one_of(std::string_view text, std::array<std::string_view, 3> words) {
    return std::ranges::find(words, text) != words.end();
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

std::size_t digits_at(std::string_view text, std::size_t from) {
    std::size_t end = from;
    while (end < text.size() && is_digit(text[end])) {
        ++end;
    }
    return end - from;
}

/// Only digits, perhaps after a sign.
bool is_integer(std::string_view unsigned_text) {
    return !unsigned_text.empty() && digits_at(unsigned_text, 0) == unsigned_text.size();
}

/// (\.[0-9]+ | [0-9]+ (\.[0-9]*)?) ([eE][-+]?[0-9]+)?
bool is_real(std::string_view unsigned_text) {
    const std::size_t whole = digits_at(unsigned_text, 0);
    std::size_t at = whole;
    if (at < unsigned_text.size() && unsigned_text[at] == '.') {
        const std::size_t fraction = digits_at(unsigned_text, at + 1);
        if (whole == 0 && fraction == 0) {
            return false;
        }
        at += 1 + fraction;
    } else if (whole == 0) {
        return false;
    }
    if (at < unsigned_text.size() && (unsigned_text[at] == 'e' || unsigned_text[at] == 'E')) {
        ++at;
        if (at < unsigned_text.size() && (unsigned_text[at] == '-' || unsigned_text[at] == '+')) {
            ++at;
        }
        const std::size_t exponent = digits_at(unsigned_text, at);
        if (exponent == 0) {
            return false;
        }
        at += exponent;
    }
    return at == unsigned_text.size();
}

template <class Number>
std::optional<json::value> parse_integer(std::string_view text, int base) {
    Number number{};
    const char* const end = text.data() + text.size();
    const auto [rest, status] = std::from_chars(text.data(), end, number, base);
    if (rest != end || status != std::errc{}) {
        return std::nullopt;
    }
    return json::value(number);
}

/// Signed where it fits, else unsigned.
std::optional<json::value> parse_integer(std::string_view text, int base) {
    if (auto number = parse_integer<std::int64_t>(text, base)) {
        return number;
    }
    return parse_integer<std::uint64_t>(text, base);
}

std::unexpected<Error> not_in_json(std::string_view text) {
    return fail(
        ErrorCode::invalid_argument,
        str("the number ",
            text,
            " is out of range; allowed: what JSON can hold, or \"",
            text,
            "\" as text")
    );
}

Result<json::value> parse_real(std::string_view text) {
    double number = 0;
    const char* const end = text.data() + text.size();
    const auto [rest, status] = std::from_chars(text.data(), end, number);
    if (rest != end || status != std::errc{}) {
        return not_in_json(text);
    }
    return number;
}

}  // namespace

Result<json::value> read_plain_scalar(std::string_view text) {
    constexpr std::string_view begin_others = "~nNtTfF+-.0123456789";
    if (!text.empty() && begin_others.find(text.front()) == std::string_view::npos) {
        return json::value(text);
    }
    if (text.empty() || text == "~" || is_one_of(text, {"null", "Null", "NULL"})) {
        return nullptr;
    }
    if (is_one_of(text, {"true", "True", "TRUE"})) {
        return true;
    }
    if (is_one_of(text, {"false", "False", "FALSE"})) {
        return false;
    }
    const bool has_sign = text.front() == '-' || text.front() == '+';
    const std::string_view rest = text.substr(has_sign ? 1 : 0);
    const std::string_view number = text.front() == '+' ? rest : text;
    if (is_integer(rest)) {
        if (auto integer = parse_integer(number, 10)) {
            return *std::move(integer);
        }
        return parse_real(number);
    }
    if (is_real(rest)) {
        return parse_real(number);
    }
    if (is_one_of(rest, {".inf", ".Inf", ".INF"}) || is_one_of(text, {".nan", ".NaN", ".NAN"})) {
        return not_in_json(text);
    }
    for (const auto& [prefix, base] : {std::pair("0x", 16), std::pair("0o", 8)}) {
        if (text.starts_with(prefix) && text.size() > 2 && text[2] != '-') {
            if (auto integer = parse_integer(text.substr(2), base)) {
                return *std::move(integer);
            }
        }
    }
    return json::value(text);
}

}  // namespace hal9::definition::detail
