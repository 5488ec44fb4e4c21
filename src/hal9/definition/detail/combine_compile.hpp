// From the text of `combine` to its plan.
#pragma once

#include "hal9/definition/combine.hpp"
#include "hal9/definition/detail/tree.hpp"
#include "hal9/model/ids.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace hal9::definition::detail {

/// Looks up the name after `of`, which must be a child of the neuron, or reports what would be
/// right.
using FindChild = std::function<std::optional<NeuronIndex>(const TreeNode& name)>;

/// Nothing when there were faults. `what` names the neuron: `neuron "a"`.
[[nodiscard]] std::optional<Combine> compile_combine(
    const TreeNode& node,
    std::string_view what,
    const FindChild& find_child,
    Faults& faults
);

}  // namespace hal9::definition::detail
