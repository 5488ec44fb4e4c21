// The connections of neurons as they are written: `forward`, `then`, `join`, with names looked up.
//
// What shape they make together is graph.hpp's.
#pragma once

#include "hal9/definition/detail/neuron_reader.hpp"
#include "hal9/definition/detail/tree.hpp"
#include "hal9/model/ids.hpp"
#include "hal9/model/limits.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace hal9::definition::detail {

/// Position of the name among the neurons, which are sorted by it.
[[nodiscard]] std::optional<NeuronIndex>
find_neuron(std::span<const ReadNeuron> neurons, std::string_view name);

/// Reports `name` if it is no neuron.
[[nodiscard]] std::optional<NeuronIndex> read_neuron_name(
    const TreeNode& node,
    std::string_view what,
    std::span<const ReadNeuron> neurons,
    Faults& faults
);

/// Reads `forward`, `then` and `join` of every neuron into its Neuron; everything that is wrong
/// with one of them by itself is reported.
void read_connections(std::span<ReadNeuron> neurons, const Limits& limits, Faults& faults);

/// Whether the neuron forwards to it.
[[nodiscard]] bool is_child(const Neuron& from, NeuronIndex to);
/// The names of the neurons it forwards to, for messages.
[[nodiscard]] std::string
names_of_children(std::span<const ReadNeuron> neurons, const Neuron& from);

}  // namespace hal9::definition::detail
