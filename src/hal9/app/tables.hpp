// Tables: a JSON value as people like to read it.
//
// Scalars of an object become `name  value` lines, lists of flat objects become tables, everything
// else stays JSON. What comes from outside cannot move the terminal's cursor: control characters
// are escaped. Nothing is promised of the layout; programs take --json.
#pragma once

#include "hal9/base/json.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace hal9::app {

/// With a line end. Lists longer than `rows_max` are cut, and say so.
[[nodiscard]] std::string to_tables(const json::value& value, std::size_t rows_max = 20);

/// A list of flat objects, whole, as a table with a head; a line for each element where it is none.
[[nodiscard]] std::string to_table(const json::array& list);

/// JSON on a line, with numbers as people write them: 3.5, where json::serialize says 3.5E0.
/// Control characters are not escaped beyond what JSON asks.
[[nodiscard]] std::string readable_json(const json::value& value);

/// C0 and C1 control characters and DEL as \xNN; everything else as it is.
[[nodiscard]] std::string printable(std::string_view text);
/// The same, but lines stay lines.
[[nodiscard]] std::string printable_lines(std::string_view text);

/// Characters as a terminal counts them, near enough: bytes that begin one.
[[nodiscard]] std::size_t width_of(std::string_view text);
/// At most `width` characters; "…" stands for those that are left out.
[[nodiscard]] std::string clipped(std::string text, std::size_t width);
/// The same, where what two long texts have in common at their beginnings is left out, too.
[[nodiscard]] std::string
clipped_to_difference(const std::string& text, const std::string& other, std::size_t width);

}  // namespace hal9::app
