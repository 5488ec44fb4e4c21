#include "hal9/definition/network.hpp"

#include <algorithm>

namespace hal9::definition {

std::optional<NeuronIndex> Network::find(std::string_view neuron_name) const {
    const auto found = std::ranges::lower_bound(neurons, neuron_name, {}, [](const Neuron& each) {
        return std::string_view(each.name);
    });
    if (found == neurons.end() || found->name != neuron_name) {
        return std::nullopt;
    }
    return NeuronIndex{static_cast<std::uint16_t>(found - neurons.begin())};
}

}  // namespace hal9::definition
