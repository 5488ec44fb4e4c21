// Where: the filters that lists are asked with, `--where NAME=VALUE`, several of which must hold.
#pragma once

#include "hal9/base/clock.hpp"
#include "hal9/base/json.hpp"
#include "hal9/base/result.hpp"

#include <string>
#include <vector>

namespace hal9::app {

/// The parameters of run.list: state, network, tag, since and until; a time is RFC 3339, or a
/// duration back from `now`. invalid_argument.
[[nodiscard]] Result<json::object>
runs_where(const std::vector<std::string>& arguments, WallTime now);

/// The parameters of signal.list: neuron, state. invalid_argument.
[[nodiscard]] Result<json::object> signals_where(const std::vector<std::string>& arguments);

/// The parameter `where` of dead.list: run, network, neuron, code. invalid_argument.
[[nodiscard]] Result<json::object> letters_where(const std::vector<std::string>& arguments);

}  // namespace hal9::app
