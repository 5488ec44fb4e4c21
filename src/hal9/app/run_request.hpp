// RunRequest: what `hal9 run` was asked for, read and checked before anything is touched.
#pragma once

#include "hal9/app/config.hpp"
#include "hal9/base/json.hpp"
#include "hal9/base/result.hpp"
#include "hal9/model/run.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hal9::app {

struct RunArguments {
    std::string network;             ///< file, or - for standard input
    std::string input;               ///< JSON text, a file, or - ; "" for none
    std::vector<std::string> set;    ///< k=v
    std::vector<std::string> grant;  ///< CLASS=VALUE
    std::string key;
    std::vector<std::string> tags;
    std::optional<std::uint8_t> priority;
};

/// The parameters of run.start. invalid_argument says which argument is wrong.
[[nodiscard]] Result<json::object>
make_run_request(const Config& config, const RunArguments& arguments);

/// What the configuration grants to every run, and what the arguments, CLASS=VALUE, grant to this
/// one. invalid_argument.
[[nodiscard]] Result<Grants>
read_grants(const Grants& configured, const std::vector<std::string>& arguments);

/// Adds `tags` where there are some. invalid_argument.
[[nodiscard]] Result<void> add_tags(const std::vector<std::string>& tags, json::object& request);

}  // namespace hal9::app
