#include "hal9/app/detail/case_names.hpp"

#include "hal9/base/text.hpp"

namespace hal9::app::detail {

std::string CaseNames::of(std::string_view network, NeuronIndex neuron) const {
    const auto found = networks_.find(network);
    if (found == networks_.end() || neuron.value >= found->second->neurons.size()) {
        return {};
    }
    const std::string& name = found->second->neuron(neuron).name;
    return network == tested_ ? name : str(network, '/', name);
}

std::vector<std::string> CaseNames::all() const {
    std::vector<std::string> out;
    for (const auto& [name, network] : networks_) {
        for (std::size_t i = 0; i < network->neurons.size(); ++i) {
            out.push_back(of(name, NeuronIndex{static_cast<NeuronIndex::rep>(i)}));
        }
    }
    return out;
}

}  // namespace hal9::app::detail
