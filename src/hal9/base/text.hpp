// Small text tools that more than one module needs: building messages, reading units, suggesting
// names.
#pragma once

#include "hal9/base/clock.hpp"
#include "hal9/base/result.hpp"

#include <charconv>
#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hal9 {

namespace detail {
inline void append_piece(std::string& out, std::string_view piece) {
    out += piece;
}

inline void append_piece(std::string& out, const char* piece) {
    out += piece;
}

inline void append_piece(std::string& out, const std::string& piece) {
    out += piece;
}

inline void append_piece(std::string& out, char piece) {
    out += piece;
}

template <class Number>
    requires(std::integral<Number> || std::floating_point<Number>)
void append_piece(std::string& out, Number piece) {
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof digits, piece).ptr;
    out.append(digits, end);
}
}  // namespace detail

/// Concatenates text and numbers: str("line ", 3, ": ", name).
template <class... Pieces>
[[nodiscard]] std::string str(const Pieces&... pieces) {
    std::string out;
    (detail::append_piece(out, pieces), ...);
    return out;
}

/// The beginning of a UTF-8 text: at most so many bytes, and no half character.
[[nodiscard]] std::string_view beginning(std::string_view text, std::size_t bytes_max);

/// "33,170": for people, never for programs.
[[nodiscard]] std::string with_thousands(std::uint64_t number);

/// The candidate that `name` was probably meant to be: edit distance (with transpositions) at most
/// a third of the longer word, at least one; nothing when none is near.
[[nodiscard]] std::optional<std::string_view>
nearest_name(std::string_view name, std::span<const std::string_view> candidates);

/// "250us", "15ms", "30s", "5m", "2h", "1d"; a unit is required except for 0. invalid_argument.
[[nodiscard]] Result<Duration> parse_duration(std::string_view text);
/// The shortest exact form that parse_duration reads back: "1500ms", "30s".
[[nodiscard]] std::string format_duration(Duration duration);

/// "512B", "64KiB", "16MiB", "2GiB"; a unit is required except for 0. invalid_argument.
[[nodiscard]] Result<std::uint64_t> parse_size(std::string_view text);
[[nodiscard]] std::string format_size(std::uint64_t bytes);

/// RFC 3339 in UTC with milliseconds: "2026-11-24T13:26:00.000Z".
[[nodiscard]] std::string format_time(WallTime time);

/// True when every byte sequence is well-formed UTF-8 (Unicode 15, table 3-7).
[[nodiscard]] bool is_utf8(std::string_view bytes) noexcept;

/// Replaces each maximal ill-formed sequence by U+FFFD, as the WHATWG Encoding Standard does.
struct RepairedText {
    std::string text;
    std::uint64_t replaced = 0;
};

[[nodiscard]] RepairedText repair_utf8(std::string_view bytes);

}  // namespace hal9
