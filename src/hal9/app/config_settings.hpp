// The settings of a configuration: name, what is allowed, and how a value gets in and out.
#pragma once

#include "hal9/app/config.hpp"
#include "hal9/base/json.hpp"

#include <span>
#include <string>
#include <string_view>

namespace hal9::app {

struct Setting {
    std::string_view name;  ///< section.key; a key may hold dots
    std::string allowed;    ///< "a size from 1KiB to 16MiB, such as 64KiB"
    /// False when the value is none of what is allowed; nothing has changed then.
    bool (*set)(Config& config, const json::value& value);
    json::value (*get)(const Config& config);
    /// A value that came as text (environment, flag) as it would stand in the file.
    json::value (*from_text)(std::string_view text);
};

/// By section, in the order in which they are shown.
[[nodiscard]] std::span<const Setting> config_settings();

/// "HAL9_CAPABILITIES__FILES_READ"
[[nodiscard]] std::string environment_name(std::string_view setting);
/// "limits" of "limits.depth_max"
[[nodiscard]] std::string_view section_of(std::string_view setting);

}  // namespace hal9::app
