#include "hal9/services/stored_networks.hpp"

#include "hal9/base/text.hpp"
#include "hal9/definition/parse.hpp"
#include "hal9/runtime/loaded_network.hpp"

#include <memory>
#include <utility>

namespace hal9::services {

std::string neuron_number(NeuronIndex neuron) {
    return str("#", neuron.value);
}

Result<definition::NetworkPtr> StoredNetworks::find(NetworkVersionId id) {
    if (const auto known = known_.find(id); known != known_.end()) {
        return known->second;
    }
    HAL9_TRY(const auto version, reader_.find_network_version(id));
    if (!version) {
        return nullptr;
    }
    auto parsed = definition::parse_stored_network(
        version->definition,
        kinds_,
        runtime::stored_definition_limits()
    );
    definition::NetworkPtr network;  // shared with those who asked
    if (parsed) {
        network = std::make_shared<const definition::Network>(*std::move(parsed));
    }
    if (known_.size() == kept_max) {
        known_.clear();
    }
    known_.emplace(id, network);
    return network;
}

Result<std::string> StoredNetworks::neuron_name(NetworkVersionId id, NeuronIndex neuron) {
    HAL9_TRY(const definition::NetworkPtr network, find(id));
    const bool named = network != nullptr && neuron.value < network->neurons.size();
    return named ? network->neuron(neuron).name : neuron_number(neuron);
}

}  // namespace hal9::services
