// Reads a definition that is YAML (1.2 core schema) into a tree with places.
//
// Works on yaml-cpp's events, so that nesting and the expansion of anchors are counted before
// anything is built.
#pragma once

#include "hal9/definition/detail/tree.hpp"
#include "hal9/model/limits.hpp"

#include <optional>
#include <string_view>

namespace hal9::definition::detail {

/// `text` passed check_bytes and check_tabs. Nothing when its structure cannot be known; doubled
/// keys and the like are reported, and the tree is there without them.
[[nodiscard]] std::optional<TreeNode>
read_yaml(std::string_view text, const Limits& limits, Faults& faults);

}  // namespace hal9::definition::detail
