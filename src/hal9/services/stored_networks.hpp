// StoredNetworks: definitions out of the store, as those who look at runs need them.
//
// What is stored was checked against the limits of its day when it was applied. It is read here
// against the widest there are, so that no setting of today makes yesterday's runs unreadable; and
// where this binary cannot read it at all (a kind is gone), runs can still be looked at.
#pragma once

#include "hal9/base/result.hpp"
#include "hal9/definition/network.hpp"
#include "hal9/model/ids.hpp"
#include "hal9/model/kind.hpp"
#include "hal9/ports/signal_reader.hpp"

#include <cstddef>
#include <map>
#include <string>

namespace hal9::services {

class StoredNetworks {
public:
    /// The reader and the kinds outlive it. Thread: that of the reader.
    StoredNetworks(SignalReader& reader, KindCatalog kinds) : reader_(reader), kinds_(kinds) {}

    /// Null when this binary cannot read the definition. Each version is parsed once, as long as
    /// few are asked for.
    [[nodiscard]] Result<definition::NetworkPtr> find(NetworkVersionId id);
    /// The neuron's name, or `#number` where the definition cannot be read.
    [[nodiscard]] Result<std::string> neuron_name(NetworkVersionId id, NeuronIndex neuron);

private:
    static constexpr std::size_t kept_max = 16;

    SignalReader& reader_;
    KindCatalog kinds_;
    std::map<NetworkVersionId, definition::NetworkPtr> known_;
};

/// `#3`
[[nodiscard]] std::string neuron_number(NeuronIndex neuron);

}  // namespace hal9::services
