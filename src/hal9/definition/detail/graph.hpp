// The shape of a network: layers, cycles, depth, and that everything is reached.
#pragma once

#include "hal9/definition/detail/neuron_reader.hpp"
#include "hal9/definition/detail/tree.hpp"
#include "hal9/model/ids.hpp"
#include "hal9/model/limits.hpp"

#include <optional>
#include <span>
#include <vector>

namespace hal9::definition::detail {

struct GraphRules {
    std::optional<NeuronIndex> start;  ///< absent when it was wrong: reachability is not checked
    bool any_layer = false;            ///< `layer_rule: any`
    std::size_t depth_max = 0;         ///< levels below the start
};

/// Layer steps, cycles, length and reachability. Returns the neurons so that each stands behind all
/// that it leads to; of no use where there is a cycle.
std::vector<NeuronIndex>
check_graph(std::span<const ReadNeuron> neurons, const GraphRules& rules, Faults& faults);

}  // namespace hal9::definition::detail
