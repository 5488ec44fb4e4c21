// Reads the members of one neuron, and of `defaults`, that do not depend on other neurons.
#pragma once

#include "hal9/definition/detail/fields.hpp"
#include "hal9/definition/detail/tree.hpp"
#include "hal9/definition/network.hpp"
#include "hal9/model/kind.hpp"
#include "hal9/model/limits.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace hal9::definition::detail {

/// What `defaults` gives every neuron, at first what model/limits.hpp does.
struct Policies {
    OnChildError on_child_error;
    OnExhausted on_exhausted = OnExhausted::fail;
    RetryPolicy retry;
    std::uint32_t concurrency = NeuronDefaults{}.concurrency;
    Duration timeout = NeuronDefaults{}.timeout;
    std::optional<Duration> deadline;
    std::optional<std::uint8_t> priority;
};

/// One neuron as far as it could be read. The nodes belong to the tree.
struct ReadNeuron {
    Neuron neuron;
    const TreeNode::Member* source = nullptr;
    const KindDescription* kind = nullptr;  ///< nullptr when unknown
    const TreeNode* settings = nullptr;
    const TreeNode* forward = nullptr;
    const TreeNode* combine = nullptr;
    const TreeNode* then = nullptr;
    const TreeNode* join = nullptr;
    const TreeNode* key = nullptr;
    bool has_layer = false;
};

/// Letters, digits, `_` and `-`, 1 to 64 of them.
[[nodiscard]] bool is_name(std::string_view text);
/// `neuron "a"`.
[[nodiscard]] std::string what_of_neuron(std::string_view name);

[[nodiscard]] Policies read_defaults(const TreeNode* node, const Limits& limits, Faults& faults);

[[nodiscard]] ReadNeuron read_neuron(
    const TreeNode::Member& member,
    const Policies& defaults,
    KindCatalog kinds,
    const Limits& limits,
    Faults& faults
);

}  // namespace hal9::definition::detail
