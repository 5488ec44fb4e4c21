// Comparison: one operator of a predicate with the value it compares with, made ready once.
#pragma once

#include "hal9/base/json.hpp"
#include "hal9/base/result.hpp"
#include "hal9/definition/detail/patterns.hpp"
#include "hal9/model/limits.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>

namespace hal9::definition::detail {

enum class Operator : std::uint8_t { eq, ne, lt, le, gt, ge, in, matches, exists };

inline constexpr std::array<std::string_view, 9>
    operator_names{"eq", "ne", "lt", "le", "gt", "ge", "in", "matches", "exists"};

class Comparison {
public:
    /// invalid_argument (or limit_exceeded, of a pattern) says what the operator takes.
    [[nodiscard]] static Result<Comparison>
    make(Operator operation, const json::value& with, const Limits& limits);

    /// `found` is nullptr where there is no value: then only `ne` and `exists: false` hold.
    [[nodiscard]] bool holds(const json::value* found) const;

private:
    Operator operation_ = Operator::eq;
    std::string key_;                          ///< sort key, of eq to ge
    std::unordered_set<std::string> keys_;     ///< of `in`
    std::shared_ptr<const re2::RE2> pattern_;  ///< of `matches`; shared between copies
    bool exists_ = true;
};

}  // namespace hal9::definition::detail
