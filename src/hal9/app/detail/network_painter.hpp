// NetworkPainter: a layout as text, its lines led through the channels between the rows.
//
// In a channel each net has a column for every spot it touches and, where these are not in one
// line, a row of its own, its track, found by the left-edge algorithm (Hashimoto and Stevens 1971).
#pragma once

#include "hal9/app/detail/network_layout.hpp"
#include "hal9/app/network_graph.hpp"

#include <optional>
#include <string>

namespace hal9::app::detail {

/// Nothing where two nets would have to lie in the same column, one above the other and the other
/// above the one.
[[nodiscard]] std::optional<std::string>
paint(const NetworkGraph& graph, const NetworkLayout& layout);

}  // namespace hal9::app::detail
