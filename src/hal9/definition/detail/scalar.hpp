// Scalars of the YAML 1.2 core schema: what a plain (unquoted) word means.
#pragma once

#include "hal9/base/json.hpp"
#include "hal9/base/result.hpp"

#include <string_view>

namespace hal9::definition::detail {

/// Null, boolean or number where the word is one, else the string itself. Integers keep their type
/// as long as they fit 64 bits. invalid_argument for what JSON cannot hold: .inf, .nan, 1e999.
[[nodiscard]] Result<json::value> read_plain_scalar(std::string_view text);

}  // namespace hal9::definition::detail
