// How neurons are named in the cases of `hal9 test`: `NEURON` of the network under test,
// `NETWORK/NEURON` of one that it calls.
#pragma once

#include "hal9/definition/network.hpp"
#include "hal9/model/ids.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace hal9::app::detail {

class CaseNames {
public:
    /// The networks outlive it.
    explicit CaseNames(const definition::Network& tested) : tested_(tested.name) { add(tested); }

    void add(const definition::Network& called) {
        networks_.insert_or_assign(called.name, &called);
    }

    /// "" of a network that nobody added.
    [[nodiscard]] std::string of(std::string_view network, NeuronIndex neuron) const;
    [[nodiscard]] std::vector<std::string> all() const;

private:
    std::string_view tested_;
    std::map<std::string_view, const definition::Network*> networks_;
};

}  // namespace hal9::app::detail
