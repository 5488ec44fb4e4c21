// The definition language as a JSON Schema, for editors: they complete and check a network as it is
// typed.
//
// The language itself stands in detail/language_text.cpp; what a neuron may have for each kind is
// made from the kinds' descriptions. The schema says less than parse_network() checks: of names,
// cycles and layers it knows nothing. What parse_network() accepts, it accepts too.
#pragma once

#include "hal9/base/json.hpp"
#include "hal9/model/kind.hpp"
#include "hal9/model/limits.hpp"

namespace hal9::definition {

/// JSON Schema (draft 7), whole in itself: it refers to nothing outside.
[[nodiscard]] json::object language_schema(KindCatalog kinds, const Limits& limits = {});

}  // namespace hal9::definition
