// LoadedNetwork: one version of a network with a handler for each neuron, ready to run.
#pragma once

#include "hal9/base/result.hpp"
#include "hal9/definition/network.hpp"
#include "hal9/model/network_version.hpp"
#include "hal9/ports/kind.hpp"

#include <memory>
#include <span>
#include <vector>

namespace hal9::runtime {

/// The kinds of this binary; outlive everything that was made from them.
using Kinds = std::span<const std::unique_ptr<Kind>>;

struct LoadedNetwork {
    NetworkVersionId version;
    definition::Network network;
    std::vector<Handler> handlers;  ///< by NeuronIndex
};

using LoadedNetworkPtr =
    std::shared_ptr<const LoadedNetwork>;  ///< shared by all runs of the version

/// Limits that every definition keeps which was ever applied under any configuration: what is
/// stored was checked against those of its day.
[[nodiscard]] Limits stored_definition_limits();

/// data_loss when the stored definition no longer parses (a kind is gone from this binary, say).
[[nodiscard]] Result<LoadedNetworkPtr> load_network(const NetworkVersion& version, Kinds kinds);

/// Handlers for a network that was just parsed; invalid_argument names the neuron whose settings
/// its kind refuses.
[[nodiscard]] Result<LoadedNetworkPtr>
load_network(NetworkVersionId version, definition::Network network, Kinds kinds);

}  // namespace hal9::runtime
