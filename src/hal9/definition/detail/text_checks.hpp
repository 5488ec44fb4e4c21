// What is wrong with a definition as bytes, before anything reads it.
#pragma once

#include "hal9/definition/detail/tree.hpp"
#include "hal9/model/limits.hpp"

#include <string_view>

namespace hal9::definition::detail {

/// Too large, not UTF-8, or with control characters. A byte order mark must be gone.
void check_bytes(std::string_view text, const Limits& limits, Faults& faults);

/// Tabs that indent a line of YAML, unless they are the text of a block scalar.
void check_tabs(std::string_view text, Faults& faults);

}  // namespace hal9::definition::detail
