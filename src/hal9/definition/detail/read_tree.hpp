// Reads any text of the language, YAML or JSON, into a tree with places.
#pragma once

#include "hal9/definition/detail/tree.hpp"
#include "hal9/model/limits.hpp"

#include <optional>
#include <string_view>

namespace hal9::definition::detail {

/// A byte order mark at the beginning is skipped. Nothing when its structure cannot be known; then
/// at least one fault says why.
[[nodiscard]] std::optional<TreeNode>
read_tree(std::string_view text, const Limits& limits, Faults& faults);

}  // namespace hal9::definition::detail
