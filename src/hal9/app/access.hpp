// Access: how a verb reaches what is in the store.
//
// If a process holds the store, its socket is asked; else a reading verb opens the file read-only,
// and a changing verb holds the store for the length of its request, without beginning any step.
#pragma once

#include "hal9/app/config.hpp"
#include "hal9/app/holder.hpp"
#include "hal9/base/json.hpp"
#include "hal9/base/result.hpp"
#include "hal9/client/local_client.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace hal9::app {

/// What the configuration says about holding its store.
[[nodiscard]] HolderOptions holder_options(const Config& config);

/// The socket of whoever holds the store of this directory.
[[nodiscard]] std::string socket_path(const std::string& directory);
/// Nothing when nobody listens; else the errors of LocalClient::connect.
[[nodiscard]] Result<std::optional<client::LocalClient>> connect_to_holder(
    const std::string& directory
);

/// For an error of opening a store or its socket: out of reach, whatever the reason.
[[nodiscard]] Error out_of_reach(Error error);

/// An empty directory answers as an empty store does.
[[nodiscard]] Result<json::value>
ask(const Config& config, const std::string& method, const json::object& params);

/// What a changing verb does where there is no store yet.
enum class WithoutStore : std::uint8_t { refuse, make };

[[nodiscard]] Result<json::value> change(
    const Config& config,
    const std::string& method,
    const json::object& params,
    WithoutStore without = WithoutStore::refuse
);

}  // namespace hal9::app
