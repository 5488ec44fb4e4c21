// JSON Schemas (draft 7) that a definition holds: the `input` of a network, and settings marked
// `"x-schema": true`.
#pragma once

#include "hal9/definition/detail/tree.hpp"
#include "hal9/model/limits.hpp"

#include <string_view>

namespace hal9::definition::detail {

/// Reports what is wrong in the schema itself, and what is refused because a payload could make it
/// cost too much: references, patterns of names. `what` names it: "`input`".
void check_schema(
    const TreeNode& node,
    std::string_view what,
    const Limits& limits,
    Faults& faults
);

/// Adds the `default` of every property that is absent, at any depth that the payload has.
void fill_defaults(const json::value& schema, json::value& payload);

}  // namespace hal9::definition::detail
