// NetworkSource: a network as an argument names it, a version in the store or a file.
#pragma once

#include "hal9/app/config.hpp"
#include "hal9/app/exit_codes.hpp"
#include "hal9/base/json.hpp"

#include <expected>
#include <optional>
#include <string>

namespace hal9::app {

struct NetworkSource {
    std::string label;       ///< the file, or `NAME@HASH`; as messages show it
    std::string canonical;   ///< the definition as RFC 8785 JSON, whose hash is the version's
    json::value definition;  ///< the same, parsed
    std::optional<json::object>
        version;  ///< the answer of network.get, of one that is in the store
};

/// A path that exists, ends in .yaml, .yml or .json, or is `-`, is a definition file; all else the
/// name of a version. What went wrong was said, faults of a file as `hal9 check` says them.
[[nodiscard]] std::expected<NetworkSource, ExitCode>
find_network(const Config& config, const std::string& argument);

}  // namespace hal9::app
