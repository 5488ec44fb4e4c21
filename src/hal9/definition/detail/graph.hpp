// The connections of a network: who forwards to whom, and that it has the shape the language asks
// for.
#pragma once

#include "hal9/definition/detail/neuron_reader.hpp"
#include "hal9/definition/detail/tree.hpp"
#include "hal9/model/ids.hpp"
#include "hal9/model/limits.hpp"

#include <optional>
#include <span>

namespace hal9::definition::detail {

/// Position of the name among the neurons, which are sorted by it.
[[nodiscard]] std::optional<NeuronIndex>
find_neuron(std::span<const ReadNeuron> neurons, std::string_view name);

/// Reads `forward` of every neuron into its Neuron; unknown and doubled names are reported.
void read_connections(std::span<ReadNeuron> neurons, const Limits& limits, Faults& faults);

/// Reports `name` if it is no neuron.
[[nodiscard]] std::optional<NeuronIndex> read_neuron_name(
    const TreeNode& node,
    std::string_view what,
    std::span<const ReadNeuron> neurons,
    Faults& faults
);

struct GraphRules {
    std::optional<NeuronIndex> start;  ///< absent when it was wrong: reachability is not checked
    bool any_layer = false;            ///< `layer_rule: any`
    std::size_t depth_max = 0;         ///< levels below the start
};

/// Layer steps, cycles, length and reachability.
void check_graph(std::span<const ReadNeuron> neurons, const GraphRules& rules, Faults& faults);

}  // namespace hal9::definition::detail
