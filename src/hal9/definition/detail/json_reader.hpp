// Reads a definition that is JSON (RFC 8259) into a tree with places.
//
// JSON is nearly a subset of YAML, but not to a YAML library: surrogate pairs, tabs and numbers
// differ. Stored definitions are JSON, so this reader also makes their start quick.
#pragma once

#include "hal9/definition/detail/tree.hpp"
#include "hal9/model/limits.hpp"

#include <optional>
#include <string_view>

namespace hal9::definition::detail {

struct JsonText {
    bool well_formed = false;  ///< else it may still be YAML, and `fault` says where JSON ended
    TreeNode root;
    Fault fault;
};

/// `text` is UTF-8. Doubled names and too deep nesting go to `faults`; the text is JSON all the
/// same.
[[nodiscard]] JsonText read_json(std::string_view text, const Limits& limits, Faults& faults);

/// Reports names that stand twice in an object and keeps the first of each.
void drop_doubled_names(TreeNode& object, Faults& faults);

}  // namespace hal9::definition::detail
