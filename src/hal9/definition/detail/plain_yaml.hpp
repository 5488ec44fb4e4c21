// Plain YAML: the part of YAML that definitions are mostly written in, read several times as fast
// as by yaml-cpp.
//
// Blocks of maps and lists, flow maps and lists that end on their line, plain and quoted scalars on
// one line, comments. What is more than that, and all that is faulty, is left to yaml-cpp.
#pragma once

#include "hal9/definition/detail/tree.hpp"
#include "hal9/model/limits.hpp"

#include <optional>
#include <string_view>

namespace hal9::definition::detail {

/// The tree that read_yaml() makes of it, or nothing.
[[nodiscard]] std::optional<TreeNode> read_plain_yaml(std::string_view text, const Limits& limits);

}  // namespace hal9::definition::detail
