// Predicates: `when` and the like, asked of a value straight from their JSON.
#pragma once

#include "hal9/base/json.hpp"
#include "hal9/base/result.hpp"
#include "sim/language/templates.hpp"

namespace hal9::sim::language {

/// Of one without ${}. invalid_argument where an operator does not take the value beside it.
[[nodiscard]] Result<bool> holds(const json::value& predicate, const json::value& tested);

/// The same with every ${} filled in first, whether or not it decides.
[[nodiscard]] Result<bool>
holds(const json::value& predicate, const json::value& tested, const Scope& scope);

}  // namespace hal9::sim::language
