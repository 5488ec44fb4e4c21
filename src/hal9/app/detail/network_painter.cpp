#include "hal9/app/detail/network_painter.hpp"

#include "hal9/app/tables.hpp"
#include "hal9/base/text.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <set>
#include <utility>

namespace hal9::app::detail {
namespace {

constexpr int label_width = 4;  // "L6  "
constexpr int row_height = 2;   // name and kind
constexpr int shift_max = 3;    // how far a pin may move out of another's way

/// Where a net meets a spot, at one side of a channel.
struct Pin {
    std::size_t net = 0;
    std::size_t spot = 0;
    bool above = false;
    int column = 0;
    bool arrow = false;
    bool maybe = false;
};

struct Channel {
    std::vector<Pin> pins;
    std::map<std::size_t, int> tracks;  ///< of the nets that need one
    int height = 1;
};

class Painter {
public:
    Painter(const NetworkGraph& graph, const NetworkLayout& layout)
        : graph_(graph), layout_(layout), channels_(layout.rows.size()) {}

    std::optional<std::string> paint() {
        for (std::size_t net = 0; net < layout_.nets.size(); ++net) {
            for (const auto& [channel, pins] : layout_.nets[net].channels) {
                add_pins(channels_[channel], net, pins);
            }
        }
        for (Channel& channel : channels_) {
            choose_columns(channel);
            straighten(channel);
            if (!choose_tracks(channel)) {
                return std::nullopt;
            }
        }
        draw();
        return canvas_.text();
    }

private:
    // --- columns

    void add_pins(Channel& channel, std::size_t net, const Net::Pins& pins) const {
        for (const bool above : {true, false}) {
            for (const std::size_t spot : above ? pins.above : pins.below) {
                Pin pin{.net = net, .spot = spot, .above = above};
                const auto& targets = layout_.nets[net].targets;
                const auto target = std::ranges::find(targets, spot, &Net::Target::neuron);
                if (target != targets.end()) {
                    pin.arrow = true;
                    pin.maybe = target->maybe;
                }
                channel.pins.push_back(pin);
            }
        }
    }

    [[nodiscard]] const Spot& spot_of(const Pin& pin) const { return layout_.spots[pin.spot]; }

    /// Where the other ends of its net are in this channel.
    [[nodiscard]] int aim_of(const Pin& pin, const Channel& channel) const {
        int sum = 0;
        int count = 0;
        for (const Pin& other : channel.pins) {
            if (other.net == pin.net && &other != &pin) {
                sum += spot_of(other).middle();
                ++count;
            }
        }
        return count == 0 ? spot_of(pin).middle() : sum / count;
    }

    /// Those of one spot side by side in the order of their aims, around its middle.
    void choose_columns(Channel& channel) const {
        std::map<std::pair<std::size_t, bool>, std::vector<std::pair<int, Pin*>>> sides;
        for (Pin& pin : channel.pins) {
            sides[{pin.spot, pin.above}].emplace_back(aim_of(pin, channel), &pin);
        }
        for (auto& [side, pins] : sides) {
            std::ranges::stable_sort(pins, {}, [](const auto& pin) { return pin.first; });
            const auto count = static_cast<int>(pins.size());
            const Spot& spot = layout_.spots[side.first];
            const int space = spot.width > 4 * (count - 1) ? 4 : 2;
            int column = spot.middle() - space * (count - 1) / 2;
            for (const auto& [aim, pin] : pins) {
                pin->column = column;
                column += space;
            }
        }
    }

    /// Whether the pin may stand there: within its neuron, apart from the others of its side.
    [[nodiscard]] bool may_move(const Pin& pin, int column, const Channel& channel) const {
        const Spot& spot = spot_of(pin);
        const bool inside = spot.neuron && column >= spot.left && column < spot.left + spot.width;
        return inside && std::ranges::all_of(channel.pins, [&](const Pin& other) {
                   return &other == &pin || other.spot != pin.spot || other.above != pin.above ||
                          std::abs(other.column - column) > 1;
               });
    }

    [[nodiscard]] static bool is_free(int column, std::size_t net, const Channel& channel) {
        return std::ranges::none_of(channel.pins, [&](const Pin& other) {
            return other.net != net && other.column == column;
        });
    }

    /// A net between two pins becomes a straight line where it can.
    void straighten(Channel& channel) const {
        for (Pin& upper : channel.pins) {
            const auto count = std::ranges::count(channel.pins, upper.net, &Pin::net);
            const auto lower = std::ranges::find_if(channel.pins, [&](const Pin& pin) {
                return pin.net == upper.net && !pin.above;
            });
            if (!upper.above || count != 2 || lower == channel.pins.end()) {
                continue;
            }
            if (may_move(*lower, upper.column, channel) &&
                is_free(upper.column, upper.net, channel)) {
                lower->column = upper.column;
            } else if (may_move(upper, lower->column, channel) &&
                       is_free(lower->column, upper.net, channel)) {
                upper.column = lower->column;
            }
        }
        for (Pin& pin : channel.pins) {
            step_aside(pin, channel);
        }
    }

    /// Out of the column of another net.
    void step_aside(Pin& pin, const Channel& channel) const {
        if (is_free(pin.column, pin.net, channel)) {
            return;
        }
        for (int shift = 1; shift <= shift_max; ++shift) {
            for (const int column : {pin.column + shift, pin.column - shift}) {
                if (may_move(pin, column, channel) && is_free(column, pin.net, channel)) {
                    pin.column = column;
                    return;
                }
            }
        }
    }

    // --- tracks

    struct Stretch {
        std::size_t net = 0;
        int from = 0;
        int to = 0;
    };

    [[nodiscard]] static std::vector<Stretch> stretches(const Channel& channel) {
        std::map<std::size_t, Stretch> by_net;
        for (const Pin& pin : channel.pins) {
            auto& stretch =
                by_net.try_emplace(pin.net, pin.net, pin.column, pin.column).first->second;
            stretch.from = std::min(stretch.from, pin.column);
            stretch.to = std::max(stretch.to, pin.column);
        }
        std::vector<Stretch> out;
        for (const auto& [net, stretch] : by_net) {
            if (stretch.from < stretch.to) {
                out.push_back(stretch);
            }
        }
        std::ranges::sort(out, {}, &Stretch::from);
        return out;
    }

    /// Pairs of nets of which the first must lie above the second: they share a column.
    [[nodiscard]] static std::set<std::pair<std::size_t, std::size_t>> orders(const Channel& channel
    ) {
        std::set<std::pair<std::size_t, std::size_t>> out;
        for (const Pin& upper : channel.pins) {
            for (const Pin& lower : channel.pins) {
                if (upper.above && !lower.above && upper.net != lower.net &&
                    upper.column == lower.column) {
                    out.emplace(upper.net, lower.net);
                }
            }
        }
        return out;
    }

    [[nodiscard]] static bool choose_tracks(Channel& channel) {
        std::vector<Stretch> left = stretches(channel);
        const auto must_be_above = orders(channel);
        int track = 0;
        for (; !left.empty(); ++track) {
            int end = -2;
            const std::vector<Stretch> before = left;
            std::erase_if(left, [&](const Stretch& stretch) {
                const bool is_next = stretch.from > end + 1 &&
                                     std::ranges::none_of(before, [&](const Stretch& other) {
                                         return must_be_above.contains({other.net, stretch.net});
                                     });
                if (is_next) {
                    channel.tracks[stretch.net] = track;
                    end = stretch.to;
                }
                return is_next;
            });
            if (left.size() == before.size()) {
                return false;
            }
        }
        const bool has_lower =
            std::ranges::any_of(channel.pins, [](const Pin& pin) { return !pin.above; });
        channel.height = channel.pins.empty() ? 1 : 1 + track + (has_lower ? 1 : 0);
        return true;
    }

    // --- drawing

    void draw() {
        std::vector<int> tops;  // of rows
        int y = 0;
        for (const Channel& channel : channels_) {
            tops.push_back(y);
            y += row_height + channel.height;
        }
        for (std::size_t row = 0; row < channels_.size(); ++row) {
            draw_tracks(channels_[row], tops[row] + row_height);
        }
        for (std::size_t row = 0; row < channels_.size(); ++row) {
            draw_pins(channels_[row], tops[row] + row_height);
        }
        for (std::size_t row = 0; row < channels_.size(); ++row) {
            draw_row(row, tops[row]);
        }
        for (const Aside& aside : layout_.asides) {
            draw_aside(aside, tops[layout_.spots[aside.from].row]);
        }
    }

    [[nodiscard]] static int x_of(int column) { return label_width + column; }

    void draw_tracks(const Channel& channel, int top) {
        for (const Stretch& stretch : stretches(channel)) {
            const int y = top + 1 + channel.tracks.at(stretch.net);
            const LineStyle style = layout_.nets[stretch.net].style;
            canvas_.across({x_of(stretch.from), y}, x_of(stretch.to), stretch.net, style);
        }
    }

    void draw_pins(const Channel& channel, int top) {
        static constexpr std::array<std::array<std::string_view, 2>, 2> heads{
            {{"▼", "▲"}, {"▽", "△"}}
        };
        const int bottom = top + channel.height - 1;
        for (const Pin& pin : channel.pins) {
            const auto track = channel.tracks.find(pin.net);
            const int turn = track != channel.tracks.end() ? top + 1 + track->second
                             : pin.above                   ? bottom
                                                           : top;
            const Point end{x_of(pin.column), pin.above ? top : bottom};
            canvas_.down(end, turn, pin.net, layout_.nets[pin.net].style);
        }
        for (const Pin& pin : channel.pins) {
            if (pin.arrow) {
                canvas_.write(
                    {x_of(pin.column), pin.above ? top : bottom},
                    heads[pin.maybe ? 1 : 0][pin.above ? 1 : 0]
                );
            }
        }
    }

    void draw_row(std::size_t row, int top) {
        const bool first = row == 0 || layout_.layers[row - 1] != layout_.layers[row];
        if (first) {
            canvas_.write({0, top}, str("L", layout_.layers[row]));
        }
        for (const std::size_t index : layout_.rows[row]) {
            const Spot& spot = layout_.spots[index];
            if (!spot.neuron) {
                const std::size_t net = net_through(index, row);
                const Point from{x_of(spot.left), top};
                canvas_.down(from, top + row_height - 1, net, layout_.nets[net].style);
                continue;
            }
            const auto& neuron = graph_.neurons[*spot.neuron];
            canvas_.write({start_of(spot, neuron.name), top}, neuron.name);
            canvas_.write({start_of(spot, neuron.kind), top + 1}, neuron.kind);
        }
    }

    [[nodiscard]] std::size_t net_through(std::size_t spot, std::size_t row) const {
        return std::ranges::find(channels_[row].pins, spot, &Pin::spot)->net;
    }

    [[nodiscard]] static int start_of(const Spot& spot, std::string_view text) {
        return x_of(spot.middle() - static_cast<int>(width_of(text)) / 2);
    }

    void draw_aside(const Aside& aside, int y) {
        const Spot& from = layout_.spots[aside.from];
        const Spot& to = layout_.spots[aside.to];
        const std::string& name = graph_.neurons[aside.from].name;
        const int start = start_of(from, name) + static_cast<int>(width_of(name)) + 1;
        const int end = start_of(to, graph_.neurons[aside.to].name) - 2;
        for (int x = start; x < end; ++x) {
            canvas_.write({x, y}, "╌");
        }
        canvas_.write({end, y}, aside.maybe ? "▷" : "▶");
    }

    const NetworkGraph& graph_;
    const NetworkLayout& layout_;
    std::vector<Channel> channels_;  ///< below each row
    TextCanvas canvas_;
};

}  // namespace

std::optional<std::string> paint(const NetworkGraph& graph, const NetworkLayout& layout) {
    return Painter(graph, layout).paint();
}

}  // namespace hal9::app::detail
