// Parameters of commands that several of them take.
#pragma once

#include "hal9/base/json.hpp"
#include "hal9/base/result.hpp"
#include "hal9/model/run.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hal9::services {

/// `grants`: lists of strings by class; none where it is left out. invalid_argument.
[[nodiscard]] Result<Grants> grants_parameter(const json::object& params);
/// `tags`: a list of strings; none where it is left out. invalid_argument.
[[nodiscard]] Result<std::vector<std::string>> tags_parameter(const json::object& params);
/// `priority`, 0 to 9. invalid_argument.
[[nodiscard]] Result<std::optional<std::uint8_t>> priority_parameter(const json::object& params);
/// `input`, or an empty object.
[[nodiscard]] json::value input_parameter(const json::object& params);
[[nodiscard]] std::string
text_or(const json::object& params, std::string_view name, std::string_view fallback);
/// RFC 3339; the zero time where it is left out. invalid_argument.
[[nodiscard]] Result<WallTime> time_parameter(const json::object& params, std::string_view name);

}  // namespace hal9::services
