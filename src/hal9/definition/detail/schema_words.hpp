// Finding one's way in a JSON Schema: which part of it speaks about a value, and what it allows, in
// words.
#pragma once

#include "hal9/definition/detail/tree.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hal9::definition::detail {

/// The member of that name, or the element of that index; nullptr where there is none.
[[nodiscard]] const TreeNode* enter(const TreeNode& node, std::string_view step);

/// The part of the schema for the value at a path, or nullptr where no single part speaks of it.
[[nodiscard]] const json::value*
schema_at(const json::value& root, std::span<const std::string> path, const TreeNode& instance);

/// Of `oneOf` or `anyOf`, the only alternative whose `type` the value has; nullptr if not just one.
[[nodiscard]] const json::value*
only_alternative(const json::value& root, const json::object& schema, const TreeNode& node);

/// The names of `{"required": [NAME]}`, of which the list under `key` (oneOf, anyOf) consists; none
/// where it says anything else.
[[nodiscard]] std::vector<std::string>
required_choices(const json::object& schema, std::string_view key);

/// `depth` counts the choices within choices that were entered.
/// "a string", "\"skip\" or \"follow\"", "a number, at least 0"; "" when there is nothing to say.
[[nodiscard]] std::string
allowed_by(const json::value& root, const json::value& schema, int depth = 0);

/// By RE2, unanchored. A pattern that RE2 refuses matches nothing.
[[nodiscard]] bool matches(std::string_view text, std::string_view pattern);

}  // namespace hal9::definition::detail
