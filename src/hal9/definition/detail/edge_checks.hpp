// Checks the connections: what one neuron sends must have what the next one's ${} ask of it.
//
// A fault is what can never work: a pointer that leads nowhere in any value that comes, a value
// whose type its setting never takes. What is not known before a run is left to the call.
#pragma once

#include "hal9/definition/detail/flows.hpp"
#include "hal9/definition/detail/kind_schemas.hpp"
#include "hal9/definition/detail/tree.hpp"

namespace hal9::definition::detail {

/// Each ${} once, at its place, for the first connection whose values it cannot be filled from.
void check_edges(const ReadNetwork& network, KindSchemas& kinds, Faults& faults);

}  // namespace hal9::definition::detail
