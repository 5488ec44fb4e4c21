// Policies: the fields of a random neuron and network that say how, not what: errors, retries,
// limits, priorities.
#pragma once

#include "sim/language/writer.hpp"

namespace hal9::sim::language {

/// Of a neuron whose kind and edges are written.
void write_policies(Writer& writer, json::object& neuron);

/// Of the network.
void write_head(Writer& writer, json::object& out);

}  // namespace hal9::sim::language
