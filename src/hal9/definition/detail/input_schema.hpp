// The `input` of a network: a JSON Schema (draft 7) of the root signal's payload.
#pragma once

#include "hal9/definition/detail/tree.hpp"
#include "hal9/model/limits.hpp"

namespace hal9::definition::detail {

/// Reports what is wrong in the schema itself, and what is refused because a payload could make it
/// cost too much: references, patterns of names.
void check_input_schema(const TreeNode& node, const Limits& limits, Faults& faults);

/// Adds the `default` of every property that is absent, at any depth that the payload has.
void fill_defaults(const json::value& schema, json::value& payload);

}  // namespace hal9::definition::detail
