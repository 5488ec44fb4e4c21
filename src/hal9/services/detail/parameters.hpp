// Parameters of methods: each is read here, and what is wrong with it is told by its name, with
// what would be right. Nothing that was given is passed over: all of these are invalid_argument.
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

/// A parameter that must be there.
[[nodiscard]] Result<std::string>
string_parameter(const json::object& params, std::string_view name);
/// What stands for one that is left out: `fallback`.
[[nodiscard]] Result<std::string>
string_parameter_or(const json::object& params, std::string_view name, std::string_view fallback);
/// True or false; false where it is left out.
[[nodiscard]] Result<bool> flag_parameter(const json::object& params, std::string_view name);
/// A whole number within [1, high].
[[nodiscard]] Result<std::uint32_t> number_parameter(
    const json::object& params,
    std::string_view name,
    std::uint32_t fallback,
    std::uint32_t high
);
/// A list of strings; empty where it is left out.
[[nodiscard]] Result<std::vector<std::string>>
strings_parameter(const json::object& params, std::string_view name);
/// `grants`: lists of strings by class; none where it is left out.
[[nodiscard]] Result<Grants> grants_parameter(const json::object& params);
/// `priority`, 0 to 9.
[[nodiscard]] Result<std::optional<std::uint8_t>> priority_parameter(const json::object& params);
/// `input`, or an empty object.
[[nodiscard]] json::value input_parameter(const json::object& params);
/// RFC 3339; the zero time where it is left out.
[[nodiscard]] Result<WallTime> time_parameter(const json::object& params, std::string_view name);

}  // namespace hal9::services
