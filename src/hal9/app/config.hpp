// Config: what an operator decided, read and checked once, passed down in parts.
//
// From the lowest to the highest: defaults, the file (--config, $HAL9_CONFIG, ./hal9.yaml,
// /etc/hal9/hal9.yaml; the first there is), HAL9_SECTION__KEY in the environment, flags. An unknown
// key, a wrong type or a bad unit stops the start with the place and what is allowed. Each value
// remembers where it came from, for `hal9 config show`. The settings stand in config_settings.cpp.
#pragma once

#include "hal9/adapters/system/system_log.hpp"
#include "hal9/base/clock.hpp"
#include "hal9/base/json.hpp"
#include "hal9/base/log.hpp"
#include "hal9/base/result.hpp"
#include "hal9/definition/needs.hpp"
#include "hal9/model/limits.hpp"
#include "hal9/model/run.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hal9::app {

struct Config {
    std::string directory;                                 ///< of the store
    std::size_t file_threads = 2;                          ///< read and unpack files
    std::size_t compute_threads = 1;                       ///< run pure steps on large payloads
    Duration shutdown_timeout = std::chrono::seconds(30);  ///< of steps in flight, for hal9 serve
    Limits limits;
    definition::Offer offer;  ///< of this node; at first the machine's processors and memory
    Grants capabilities;      ///< of every run started under this configuration
    adapters::LogFormat log_format = adapters::LogFormat::logfmt;
    LogLevel log_level = LogLevel::warning;
    std::vector<std::string> origins;  ///< by place in the list of settings
};

/// A flag that stands for a setting.
struct ConfigFlag {
    std::string_view name;  ///< "--data"
    std::string_view setting;
    std::string value;
};

struct ConfigSources {
    std::string file;                      ///< --config; "" for the usual places
    std::vector<std::string> environment;  ///< NAME=VALUE
    std::vector<ConfigFlag> flags;
};

/// invalid_argument: one line for each thing that is wrong.
[[nodiscard]] Result<Config> load_config(const ConfigSources& sources);
/// What is in force where nothing is configured.
[[nodiscard]] Result<Config> load_default_config();
/// The environment of this process.
[[nodiscard]] std::vector<std::string> process_environment();

struct ShownSetting {
    std::string_view name;  ///< "limits.payload_bytes_max"
    json::value value;      ///< as it would stand in the file
    std::string origin;     ///< "default", "hal9.yaml:3:5", "HAL9_LIMITS__PAYLOAD_BYTES_MAX"
};

[[nodiscard]] std::vector<ShownSetting> shown_settings(const Config& config);
/// The same as a text that could be the file, origins as comments.
[[nodiscard]] std::string shown_as_yaml(const std::vector<ShownSetting>& settings);

}  // namespace hal9::app
