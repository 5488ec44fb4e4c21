// RunSession: one run watched to its end, in this process or in the one that holds the store.
#pragma once

#include "hal9/app/config.hpp"
#include "hal9/app/exit_codes.hpp"
#include "hal9/base/json.hpp"

#include <string>

namespace hal9::app {

struct SessionOptions {
    Config config;
    bool json = false;
    bool quiet = false;
};

/// Starts a run (parameters of run.start), shows progress, prints the result.
[[nodiscard]] ExitCode run_session(const SessionOptions& options, const json::object& request);
/// Goes on with a run; of one that has ended prints the result again.
[[nodiscard]] ExitCode resume_session(const SessionOptions& options, const std::string& run);

}  // namespace hal9::app
