// The one JSON DOM in the tree: Boost.JSON, under a short name, with what it lacks.
#pragma once

#include "hal9/base/result.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>

#include <string>
#include <string_view>

namespace hal9 {

namespace json = boost::json;

/// Nesting that parse_json accepts (a limit against stack exhaustion, not of the language).
inline constexpr std::size_t json_depth_max = 64;

/// Parses one JSON document (RFC 8259, UTF-8 checked). invalid_argument with line and column.
[[nodiscard]] Result<json::value> parse_json(std::string_view text);

/// Whether more than `levels` arrays and objects lie in one another.
[[nodiscard]] bool is_nested_deeper(const json::value& value, std::size_t levels);

/// JSON Canonicalization Scheme (RFC 8785): members sorted by UTF-16 code units, numbers as
/// ECMAScript writes them, no white space. Integers beyond 2^53 are written in full, where the RFC
/// would have them rounded: two definitions that differ must not hash alike.
[[nodiscard]] std::string canonical_json(const json::value& value);
void append_canonical_json(std::string& out, const json::value& value);
/// Of one string or name.
void append_canonical_json(std::string& out, std::string_view text);
/// The order of its members.
[[nodiscard]] bool canonical_less(std::string_view a, std::string_view b);

/// "null", "boolean", "number", "string", "array" or "object".
[[nodiscard]] std::string_view json_type_name(const json::value& value) noexcept;

}  // namespace hal9
