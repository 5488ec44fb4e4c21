// NetworkLayout: where neurons stand in a text drawing, and which rows their connections pass.
//
// Layered drawing after Sugiyama, Tagawa and Toda (1981): rows follow the layers, L9 on top; within
// a row neurons are ordered so that they stand near what they are connected to, then moved towards
// it. Connections of one style that lead from all of some neurons to all of some others are one
// line, a net, which may pass rows on its way.
#pragma once

#include "hal9/app/detail/text_canvas.hpp"
#include "hal9/app/network_graph.hpp"

#include <compare>
#include <cstddef>
#include <map>
#include <optional>
#include <vector>

namespace hal9::app::detail {

/// What stands in a row: a neuron, or the place where a net passes.
struct Spot {
    std::optional<std::size_t> neuron;
    std::size_t row = 0;
    int width = 1;
    int left = 0;

    [[nodiscard]] int middle() const { return left + width / 2; }
};

struct Net {
    struct Target {
        std::size_t neuron = 0;
        bool maybe = false;

        friend auto operator<=>(const Target&, const Target&) = default;
    };

    /// The spots it touches above and below one channel, the space between two rows.
    struct Pins {
        std::vector<std::size_t> above;
        std::vector<std::size_t> below;
    };

    std::vector<std::size_t> sources;
    std::vector<Target> targets;
    LineStyle style = LineStyle::plain;
    std::map<std::size_t, Pins> channels;  ///< channel n lies under row n
};

/// An arrow along a row, to the spot that is next.
struct Aside {
    std::size_t from = 0;  ///< spots
    std::size_t to = 0;
    bool maybe = false;
};

struct NetworkLayout {
    std::vector<Spot> spots;
    std::vector<std::vector<std::size_t>> rows;  ///< spots, from left to right
    std::vector<int> layers;                     ///< of each row
    std::vector<Net> nets;
    std::vector<Aside> asides;
    int width = 0;

    [[nodiscard]] const Spot& spot_of(std::size_t neuron) const { return spots[neuron]; }
};

/// Nothing when it cannot be as narrow as that.
[[nodiscard]] std::optional<NetworkLayout> lay_out(const NetworkGraph& graph, int width_max);

}  // namespace hal9::app::detail
