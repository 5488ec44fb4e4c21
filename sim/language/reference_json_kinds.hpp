// Reference kinds whose business is JSON and the state of keys.
#pragma once

#include "sim/language/reference_kinds.hpp"

namespace hal9::sim::language {

using Emissions = Result<std::vector<Emitted>>;

[[nodiscard]] Emissions json_map(const ReferenceCall& call);
[[nodiscard]] Emissions json_split(const ReferenceCall& call);
[[nodiscard]] Emissions json_filter(const ReferenceCall& call);
[[nodiscard]] Emissions json_route(const ReferenceCall& call);
/// Emits the state after the change.
[[nodiscard]] Emissions state_update(const ReferenceCall& call);

}  // namespace hal9::sim::language
