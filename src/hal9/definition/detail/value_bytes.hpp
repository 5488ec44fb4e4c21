// Two encodings of a JSON value as bytes, which a fold keeps instead of values: they are compact,
// their size is known, and they may lie on disk.
//
// Sort keys compare (as unsigned bytes) the way the language orders values: null < boolean <
// number < string < array < object, numbers by value whatever their type (1 equals 1.0), strings by
// UTF-8 bytes, arrays element by element, objects by their members sorted by name. Equal values
// have equal keys, and no key is the beginning of another. They cannot be read back; packed values
// can, exactly.
#pragma once

#include "hal9/base/json.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hal9::definition::detail {

void append_sort_key(std::string& out, const json::value& value);

/// As `order` wants it: null (or nullptr, for none) last in both directions.
void append_order_key(std::string& out, const json::value* value, bool descending);

/// Eight bytes that compare as the number does.
void append_number_key(std::string& out, std::uint64_t number);

void append_packed(std::string& out, const json::value& value);
/// Takes one value off the front; nothing when the bytes are damaged.
[[nodiscard]] std::optional<json::value> read_packed(std::string_view& bytes);

/// The length of the value as JSON text.
[[nodiscard]] std::size_t json_text_size(const json::value& value);

}  // namespace hal9::definition::detail
