// Files as the command line reads them: whole, bounded, with errors that say what would be right.
#pragma once

#include "hal9/base/result.hpp"

#include <string>

namespace hal9::app {

/// `-` is standard input. not_found, permission_denied (as invalid_argument: the input cannot be
/// read), limit_exceeded beyond `bytes_max`.
[[nodiscard]] Result<std::string> read_whole(const std::string& path, std::size_t bytes_max);

/// Replaces what is in a file that is there; who may read it stays as it was. invalid_argument.
[[nodiscard]] Result<void> write_whole(const std::string& path, const std::string& text);

/// Absolute, links resolved; invalid_argument when there is no such directory.
[[nodiscard]] Result<std::string> real_directory(const std::string& path);

}  // namespace hal9::app
