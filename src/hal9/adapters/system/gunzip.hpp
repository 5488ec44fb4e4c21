// Gzip (RFC 1952) in one piece, bounded.
#pragma once

#include "hal9/base/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace hal9::adapters {

/// True when the bytes begin as a gzip member does.
[[nodiscard]] bool is_gzip(std::string_view bytes);

/// All members, one after the other; zero bytes behind the last are padding, anything else there is
/// data_loss, as is a damaged member. limit_exceeded when it expands beyond `bytes_max`: no more
/// than that is allocated for it, and memory that is not written to is not taken.
[[nodiscard]] Result<std::string> gunzip(std::string_view bytes, std::size_t bytes_max);

}  // namespace hal9::adapters
