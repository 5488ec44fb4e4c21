// The settings schema of a kind as an editor takes it: with ${} where the language has it.
#pragma once

#include "hal9/base/json.hpp"
#include "hal9/model/kind.hpp"

namespace hal9::definition::detail {

/// A copy of the kind's schema, plain draft 7: what `x-` words say stands in words of the schema,
/// with references to #/definitions/template, predicate, json_schema and neuron_name. Its own
/// definitions go into `definitions`, under names that begin with the kind's.
[[nodiscard]] json::object
settings_for_editors(const KindDescription& kind, json::object& definitions);

}  // namespace hal9::definition::detail
