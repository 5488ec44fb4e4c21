// ValueDifference: where a JSON value is not what was expected, by JSON Pointer.
#pragma once

#include "hal9/base/json.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hal9::app {

/// One thing that differs. Without `expected` it should not be there, without `actual` it is
/// missing.
struct ValueDifference {
    std::string pointer;  ///< RFC 6901; "" is the whole value
    std::optional<json::value> expected;
    std::optional<json::value> actual;
};

enum class Match : std::uint8_t {
    exact,
    subset,  ///< objects may have more members than expected, however deep
};

/// In the order of what was expected, at most so many. Numbers are equal by value: 1 is 1.0.
[[nodiscard]] std::vector<ValueDifference> compare_values(
    const json::value& expected,
    const json::value& actual,
    Match match,
    std::size_t differences_max = 100
);

}  // namespace hal9::app
