// Flows: what each connection of a network carries, as far as it can be known before a run.
//
// From the bottom up, what each neuron returns, whatever it is given; then from the start down,
// what it is given. Both see the neurons in one order, once each.
#pragma once

#include "hal9/base/json.hpp"
#include "hal9/definition/detail/kind_schemas.hpp"
#include "hal9/definition/detail/neuron_reader.hpp"
#include "hal9/definition/detail/shape.hpp"
#include "hal9/model/ids.hpp"

#include <span>
#include <vector>

namespace hal9::definition::detail {

/// What comes to a neuron from one side.
struct Flow {
    enum class Source : std::uint8_t { input, forward, then };
    Source source = Source::input;
    NeuronIndex from;  ///< of forward and then
    ShapePtr payload;
};

/// A network without faults, as far as it was read. `bottom_up` is check_graph()'s order.
struct ReadNetwork {
    std::span<const ReadNeuron> neurons;
    std::span<const NeuronIndex> bottom_up;
    NeuronIndex start;
    const json::value& input_schema;  ///< null where there is none
};

class Flows {
public:
    Flows(const ReadNetwork& network, KindSchemas& kinds);

    /// What comes to the neuron, the input first.
    [[nodiscard]] std::span<const Flow> into(NeuronIndex neuron) const {
        return into_[neuron.value];
    }

    /// Of the run's payload.
    [[nodiscard]] const ShapePtr& input() const { return input_; }

private:
    std::vector<std::vector<Flow>> into_;
    ShapePtr input_;
};

}  // namespace hal9::definition::detail
