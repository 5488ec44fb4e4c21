// Templates: `${/pointer}` in the values of a definition, filled in from payloads, read anew from
// the text each time.
#pragma once

#include "hal9/base/json.hpp"
#include "hal9/base/result.hpp"

namespace hal9::sim::language {

/// Where the values of a ${} come from.
struct Scope {
    const json::value& payload;
    const json::value& root;  ///< of the run
};

/// The value with every ${} in its strings replaced. invalid_argument when one names nothing, or
/// something that its filter does not take.
[[nodiscard]] Result<json::value> fill(const json::value& value, const Scope& scope);

}  // namespace hal9::sim::language
