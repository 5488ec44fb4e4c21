// Reference files: what lies on the disk of every case, and the kinds that read it.
#pragma once

#include "hal9/base/clock.hpp"
#include "sim/language/reference_json_kinds.hpp"

#include <array>
#include <string_view>

namespace hal9::sim::language {

struct ReferenceFile {
    std::string_view path;
    std::string_view content;
    WallTime modified;
    std::string_view modified_text;
};

/// By path. What is not below `granted_directory` may not be read.
[[nodiscard]] const std::array<ReferenceFile, 6>& reference_files();

constexpr std::string_view granted_directory = "/data";

[[nodiscard]] Emissions files_list(const ReferenceCall& call);
[[nodiscard]] Emissions files_read(const ReferenceCall& call);

}  // namespace hal9::sim::language
