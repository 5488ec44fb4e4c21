// RE2 patterns of a definition, within its limits.
#pragma once

#include "hal9/base/result.hpp"
#include "hal9/model/limits.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace hal9::definition::detail {

/// invalid_argument with RE2's own message, limit_exceeded for a pattern that is too long.
[[nodiscard]] Result<std::shared_ptr<const re2::RE2>>
compile_pattern(std::string_view pattern, const Limits& limits);

/// Whether a part of the text matches.
[[nodiscard]] bool matches_part(const re2::RE2& pattern, std::string_view text);

/// The fault of one pattern, or "": what compile_pattern() says.
[[nodiscard]] std::string fault_of_pattern(std::string_view pattern, const Limits& limits);

}  // namespace hal9::definition::detail
