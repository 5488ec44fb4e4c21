// NetworkDrawing: a network as people look at it in a terminal.
//
// Layers are rows, L9 on top, with neurons, their kinds and the arrows between them. What does not
// fit in the width is written as a list of neurons with their arrows instead, one a line.
#pragma once

#include "hal9/app/network_graph.hpp"

#include <cstddef>
#include <string>

namespace hal9::app {

/// Lines of at most `columns` characters, unless a name is longer; and what the signs in it mean.
/// Control characters are escaped.
[[nodiscard]] std::string draw(NetworkGraph graph, std::size_t columns);

}  // namespace hal9::app
