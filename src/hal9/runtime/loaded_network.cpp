#include "hal9/runtime/loaded_network.hpp"

#include "hal9/base/text.hpp"
#include "hal9/definition/parse.hpp"

#include <limits>
#include <utility>

namespace hal9::runtime {
namespace {

const Kind* find(Kinds kinds, std::string_view name) {
    for (const auto& kind : kinds) {
        if (kind->description().name == name) {
            return kind.get();
        }
    }
    return nullptr;
}

}  // namespace

Result<LoadedNetworkPtr>
load_network(NetworkVersionId version, definition::Network network, Kinds kinds) {
    auto loaded = std::make_shared<LoadedNetwork>();
    loaded->version = version;
    for (const definition::Neuron& neuron : network.neurons) {
        const Kind* const kind = find(kinds, neuron.kind);
        if (kind == nullptr) {
            return fail(
                ErrorCode::invalid_argument,
                str("neuron \"",
                    neuron.name,
                    "\" is of kind \"",
                    neuron.kind,
                    "\", which this binary does not have")
            );
        }
        auto handler = kind->make(neuron.settings.constant());
        if (!handler) {
            return fail(
                Error(handler.error().code, str("neuron \"", neuron.name, "\""), handler.error())
            );
        }
        loaded->handlers.push_back(*std::move(handler));
    }
    loaded->network = std::move(network);
    return loaded;
}

Limits stored_definition_limits() {
    Limits limits;
    limits.definition_bytes_max = std::numeric_limits<std::size_t>::max();
    limits.definition_alias_max = std::numeric_limits<std::size_t>::max();
    limits.neurons_max = std::numeric_limits<decltype(NeuronIndex::value)>::max();
    limits.forward_max = std::numeric_limits<std::size_t>::max();
    limits.quorum_max = std::numeric_limits<std::uint32_t>::max();
    limits.pattern_bytes_max = std::numeric_limits<std::size_t>::max();
    limits.pattern_memory_max = std::size_t{1} << 30U;
    limits.predicate_depth_max = limits.definition_depth_max;
    limits.depth_max = std::numeric_limits<std::uint8_t>::max();
    limits.attempts_max = std::numeric_limits<std::uint16_t>::max();
    return limits;
}

Result<LoadedNetworkPtr> load_network(const NetworkVersion& version, Kinds kinds) {
    std::vector<KindDescription> catalog;
    for (const auto& kind : kinds) {
        catalog.push_back(kind->description());
    }
    auto parsed =
        definition::parse_stored_network(version.definition, catalog, stored_definition_limits());
    if (!parsed) {
        return fail(
            ErrorCode::data_loss,
            str("the stored version ",
                version.hash.substr(0, 12),
                " of network \"",
                version.name,
                "\" does not fit this binary: ",
                parsed.error().front().message)
        );
    }
    return load_network(version.id, *std::move(parsed), kinds);
}

}  // namespace hal9::runtime
