// RunRequest: what `hal9 run` was asked for, read and checked before anything is touched.
#pragma once

#include "hal9/app/config.hpp"
#include "hal9/base/json.hpp"
#include "hal9/base/result.hpp"

#include <string>
#include <vector>

namespace hal9::app {

struct RunArguments {
    std::string network;             ///< file, or - for standard input
    std::string input;               ///< JSON text, a file, or - ; "" for none
    std::vector<std::string> set;    ///< k=v
    std::vector<std::string> grant;  ///< CLASS=VALUE
    std::string key;
};

/// The parameters of run.start. invalid_argument says which argument is wrong.
[[nodiscard]] Result<json::object>
make_run_request(const Config& config, const RunArguments& arguments);

}  // namespace hal9::app
