// Networks: what people ask about networks and their versions, answered from a reader.
//
// A version is named as NAME (the newest), NAME@3 (the third that was applied) or NAME@HASH, the
// first hex digits of its hash. The shapes are promised in docs/reference/cli.
#pragma once

#include "hal9/base/json.hpp"
#include "hal9/base/result.hpp"
#include "hal9/model/network_state.hpp"
#include "hal9/model/network_version.hpp"
#include "hal9/ports/signal_reader.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace hal9::services {

/// A version and where it stands among those of its network.
struct NumberedVersion {
    NetworkVersion version;
    std::uint32_t number = 0;  ///< from 1, in the order in which they were applied
    SignalReader::NetworkSummary network;
};

class Networks {
public:
    /// The reader outlives it. Thread: that of the reader.
    explicit Networks(SignalReader& reader) : reader_(reader) {}

    /// network.list {limit?, after?}, network.versions {network, limit?, after?}, network.get
    /// {network}. not_found for an unknown method.
    [[nodiscard]] Result<json::value> answer(std::string_view method, const json::object& params);
    [[nodiscard]] static bool knows(std::string_view method);

    /// not_found, also for a network that was deleted; invalid_argument when the name is none, or
    /// fits several versions.
    [[nodiscard]] Result<NumberedVersion> find_version(std::string_view reference);
    /// Of a version that is in the store.
    [[nodiscard]] Result<NumberedVersion> numbered(NetworkVersion version);
    /// Deleted ones included; not_found.
    [[nodiscard]] Result<NetworkState> state_of(std::string_view name);

private:
    [[nodiscard]] Result<json::value> list(const json::object& params);
    [[nodiscard]] Result<json::value> versions(const json::object& params);
    [[nodiscard]] Result<json::value> get(const json::object& params);

    struct Chosen {
        NetworkVersionId id;
        std::uint32_t number = 0;
    };

    [[nodiscard]] Result<Chosen>
    choose_version(const SignalReader::NetworkSummary& network, std::string_view wanted);
    [[nodiscard]] Result<SignalReader::NetworkSummary> find_in_any_state(std::string_view name);
    [[nodiscard]] Result<SignalReader::NetworkSummary> find_network(std::string_view name);

    SignalReader& reader_;
};

/// `NAME@` and the first twelve digits of the hash: a name that stays that of this version.
[[nodiscard]] std::string version_id(std::string_view name, std::string_view hash);
/// {id, network, version, hash, created}
[[nodiscard]] json::object version_view(const NetworkVersion& version, std::uint32_t number);

}  // namespace hal9::services
