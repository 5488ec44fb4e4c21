// Walking down a directory tree by descriptors.
#pragma once

#include "hal9/base/result.hpp"
#include "hal9/ports/files.hpp"

#include <vector>

namespace hal9::adapters::detail {

/// How deep below the listed directory files are found; limit_exceeded beyond.
inline constexpr std::size_t walk_depth_max = 64;

/// Files::list. Blocks. Only directories in which the pattern can match are entered, each from its
/// open parent, so one that is swapped for a link meanwhile is not followed. What vanishes
/// meanwhile is left out; a directory that may not be read ends the walk with its name.
[[nodiscard]] Result<std::vector<FileEntry>> walk(const ListRequest& request);

}  // namespace hal9::adapters::detail
