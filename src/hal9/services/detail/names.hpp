// Names that people give to things and that lists show: tags, keys of requests, names of messages
// and schedules, who did it. One rule for all of them.
#pragma once

#include "hal9/base/json.hpp"
#include "hal9/base/result.hpp"
#include "hal9/model/limits.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hal9::services {

struct NameRule {
    std::string_view what;        ///< "the name of a schedule"
    std::size_t bytes_max = 0;    ///< 0: as many as a request may have
    std::string_view limit = {};  ///< what it is called
};

/// UTF-8, at least a byte, no control characters. invalid_argument; limit_exceeded when it is too
/// long.
[[nodiscard]] Result<void> check_name(std::string_view name, const NameRule& rule);

/// A parameter that is a name; a missing one is `fallback`, or where that is empty an error.
[[nodiscard]] Result<std::string> name_parameter(
    const json::object& params,
    std::string_view name,
    std::string_view fallback,
    const NameRule& rule
);
/// `by` or `principal`: who did it; `fallback` where it is left out.
[[nodiscard]] Result<std::string>
who_parameter(const json::object& params, std::string_view name, std::string_view fallback);
/// `tags`; none where they are left out.
[[nodiscard]] Result<std::vector<std::string>>
tags_parameter(const json::object& params, const Limits& limits);

}  // namespace hal9::services
