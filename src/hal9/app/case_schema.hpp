// CaseSchema: what the cases of one network may say, as a JSON Schema for editors.
//
// It knows the network: the members of its input, its neurons, who asks and what may be answered.
// It accepts whatever case_file.hpp reads.
#pragma once

#include "hal9/base/json.hpp"
#include "hal9/model/kind.hpp"
#include "hal9/model/limits.hpp"

namespace hal9::app {

/// JSON Schema (draft 7), whole in itself. `network` is a definition in canonical form.
[[nodiscard]] json::object
case_schema(const json::value& network, KindCatalog kinds, const Limits& limits = {});

}  // namespace hal9::app
