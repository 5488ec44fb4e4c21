#include "hal9/app/detail/network_layout.hpp"

#include "hal9/app/tables.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <tuple>
#include <utility>

namespace hal9::app::detail {
namespace {

constexpr int gap = 3;          // between neurons of a row
constexpr int passing_gap = 2;  // beside a line that passes
constexpr int aside_gap = 7;    // where an arrow stands between them
constexpr int spread_max = 4;
constexpr int sweeps = 8;

using Edge = NetworkGraph::Edge;

/// Neurons side by side with arrows between them, or a line that passes: it is moved as one.
struct Group {
    std::vector<std::size_t> spots;
    double wanted = 0;  ///< its place in the order of the row, later that of its left end
    double pull = 0;    ///< how many connections want it there
};

class Layouter {
public:
    Layouter(const NetworkGraph& graph, int width_max) : graph_(graph), width_max_(width_max) {}

    /// Rows that are too wide are broken into several, wide ones into `spread` more.
    NetworkLayout lay_out(int spread) {
        place_in_rows(spread);
        make_nets();
        make_room_for_pins();
        connect();
        for (int sweep = 0; sweep < sweeps; ++sweep) {
            order_rows(sweep % 2 == 0);
        }
        for (int sweep = 0; sweep < sweeps; ++sweep) {
            move_rows(sweep % 2 == 0);
        }
        finish();
        return std::move(out_);
    }

private:
    // --- rows

    [[nodiscard]] bool is_inside_layer(const Edge& edge) const {
        return graph_.neurons[edge.from].layer == graph_.neurons[edge.to].layer;
    }

    /// How many rows below the first of its layer a neuron stands: below what forwards to it there.
    [[nodiscard]] std::vector<std::size_t> depths_in_layers() const {
        std::vector<std::size_t> depths(graph_.neurons.size(), 0);
        bool changed = true;  // connections have no cycle: it ends by itself
        for (std::size_t round = 0; changed && round < depths.size(); ++round) {
            changed = false;
            for (const Edge& edge : graph_.edges) {
                const std::size_t least = depths[edge.from] + (edge.then ? 0 : 1);
                if (is_inside_layer(edge) && depths[edge.to] < least) {
                    depths[edge.to] = least;
                    changed = true;
                }
            }
        }
        return depths;
    }

    /// Neurons in the order in which a signal meets them, those it never meets last.
    [[nodiscard]] std::vector<std::size_t> order_of_discovery() const {
        std::vector<std::size_t> order;
        std::vector<bool> seen(graph_.neurons.size(), false);
        const auto visit = [&](std::size_t first) {
            if (!seen[first]) {
                seen[first] = true;
                order.push_back(first);
            }
        };
        for (std::size_t i = 0; i < seen.size(); ++i) {
            if (graph_.neurons[i].name == graph_.start) {
                visit(i);
            }
        }
        for (std::size_t i = 0, rest = 0; rest < seen.size();) {
            if (i == order.size()) {
                visit(rest++);
                continue;
            }
            const std::size_t from = order[i++];
            for (const Edge& edge : graph_.edges) {
                if (edge.from == from) {
                    visit(edge.to);
                }
            }
        }
        return order;
    }

    [[nodiscard]] int text_width(std::size_t neuron) const {
        const auto& [name, kind, layer, many] = graph_.neurons[neuron];
        return static_cast<int>(std::max(width_of(name), width_of(kind)));
    }

    [[nodiscard]] int width_of_group(const Group& group) const {
        int width = aside_gap * (static_cast<int>(group.spots.size()) - 1);
        for (const std::size_t spot : group.spots) {
            width += out_.spots[spot].width;
        }
        return width;
    }

    /// Chains of `then` inside one row, broken where they are too long for one.
    [[nodiscard]] std::vector<Group> chains(const std::vector<std::size_t>& depths) const {
        std::map<std::size_t, std::size_t> next;
        std::set<std::size_t> reached;
        for (const Edge& edge : graph_.edges) {
            const bool beside = edge.then && is_inside_layer(edge) &&
                                depths[edge.from] == depths[edge.to] && edge.from != edge.to;
            if (beside && reached.insert(edge.to).second) {
                next[edge.from] = edge.to;
            }
        }
        std::vector<Group> groups;
        for (const std::size_t neuron : order_of_discovery()) {
            if (reached.contains(neuron)) {
                continue;
            }
            groups.emplace_back().spots.push_back(neuron);
            for (auto at = next.find(neuron); at != next.end(); at = next.find(at->second)) {
                groups.back().spots.push_back(at->second);
                if (width_of_group(groups.back()) > width_max_) {
                    groups.back().spots.pop_back();
                    groups.emplace_back().spots.push_back(at->second);
                }
            }
        }
        return groups;
    }

    void place_in_rows(int spread) {
        const auto depths = depths_in_layers();
        for (std::size_t i = 0; i < graph_.neurons.size(); ++i) {
            out_.spots.push_back({.neuron = i, .width = text_width(i)});
        }
        std::map<std::pair<int, std::size_t>, std::vector<Group>> by_depth;
        for (Group& group : chains(depths)) {
            const std::size_t first = group.spots.front();
            by_depth[{-graph_.neurons[first].layer, depths[first]}].push_back(std::move(group));
        }
        for (auto& [place, groups] : by_depth) {
            int width = 0;
            for (const Group& group : groups) {
                width += width_of_group(group) + gap;
            }
            const int room = width_max_ + gap;
            const int more = 2 * width > room ? spread : 0;
            const auto count = static_cast<std::size_t>((width + room - 1) / room) +
                               static_cast<std::size_t>(more);
            const std::size_t first = groups_.size();
            groups_.resize(first + std::min(count, groups.size()));
            for (std::size_t i = 0; i < groups.size(); ++i) {
                groups_[first + i % (groups_.size() - first)].push_back(std::move(groups[i]));
            }
            out_.layers.resize(groups_.size(), -place.first);
        }
        for (std::size_t row = 0; row < groups_.size(); ++row) {
            for (const Group& group : groups_[row]) {
                for (const std::size_t spot : group.spots) {
                    out_.spots[spot].row = row;
                }
            }
        }
    }

    // --- nets

    /// An arrow between the two, when they are neighbours in one group.
    [[nodiscard]] bool is_aside(const Edge& edge) const {
        if (!edge.then) {
            return false;
        }
        const auto& groups = groups_[out_.spots[edge.from].row];
        return std::ranges::any_of(groups, [&edge](const Group& group) {
            const auto at = std::ranges::find(group.spots, edge.from);
            return at != group.spots.end() && std::next(at) != group.spots.end() &&
                   *std::next(at) == edge.to;
        });
    }

    void make_nets() {
        enum class Way : std::uint8_t { up, level, down };

        std::map<std::tuple<std::size_t, LineStyle, Way>, std::vector<Net::Target>> by_source;
        for (const Edge& edge : graph_.edges) {
            if (is_aside(edge)) {
                out_.asides.push_back({edge.from, edge.to, edge.maybe});
                continue;
            }
            const std::size_t from = out_.spots[edge.from].row;
            const std::size_t to = out_.spots[edge.to].row;
            const Way way = from < to ? Way::down : from > to ? Way::up : Way::level;
            const bool many = graph_.neurons[edge.from].emits_many;
            const LineStyle style = edge.then ? LineStyle::dashed
                                    : many    ? LineStyle::twofold
                                              : LineStyle::plain;
            by_source[{edge.from, style, way}].push_back({edge.to, edge.maybe});
        }
        std::map<std::tuple<LineStyle, Way, std::vector<Net::Target>>, Net> nets;
        for (auto& [key, targets] : by_source) {
            const auto& [source, style, way] = key;
            std::ranges::sort(targets);
            Net& net = nets[{style, way, targets}];
            net.style = style;
            net.sources.push_back(source);
            net.targets = std::move(targets);
        }
        for (auto& [key, net] : nets) {
            route(net);
            out_.nets.push_back(std::move(net));
        }
    }

    /// Through which channels and rows it goes.
    void route(Net& net) {
        std::map<std::size_t, std::vector<std::size_t>> sources;  // by row
        std::map<std::size_t, std::vector<std::size_t>> targets;
        for (const std::size_t source : net.sources) {
            sources[out_.spots[source].row].push_back(source);
        }
        for (const Net::Target& target : net.targets) {
            targets[out_.spots[target.neuron].row].push_back(target.neuron);
        }
        const std::size_t first = std::min(sources.begin()->first, targets.begin()->first);
        const std::size_t last = std::max(sources.rbegin()->first, targets.rbegin()->first);
        const bool upwards = sources.rbegin()->first == last && first != last;
        auto& uppers = upwards ? targets : sources;
        auto& lowers = upwards ? sources : targets;
        if (first == last) {
            net.channels[first].above = std::move(sources[first]);
            append(net.channels[first].above, targets[first]);
            return;
        }
        for (std::size_t row = first + 1; row < last; ++row) {
            const std::size_t spot = pass(row);
            lowers[row].push_back(spot);
            uppers[row].push_back(spot);
        }
        for (std::size_t channel = first; channel < last; ++channel) {
            append(net.channels[channel].above, uppers[channel]);
            append(net.channels[channel].below, lowers[channel + 1]);
        }
    }

    static void append(std::vector<std::size_t>& to, const std::vector<std::size_t>& more) {
        to.insert(to.end(), more.begin(), more.end());
    }

    /// A spot of its own in that row.
    std::size_t pass(std::size_t row) {
        const std::size_t spot = out_.spots.size();
        out_.spots.push_back({.neuron = {}, .row = row, .width = 1});
        groups_[row].emplace_back().spots.push_back(spot);
        return spot;
    }

    /// Each net that touches a neuron has a column of its own there, and one between.
    void make_room_for_pins() {
        std::vector<int> above(out_.spots.size(), 0);
        std::vector<int> below(out_.spots.size(), 0);
        for (const Net& net : out_.nets) {
            for (const auto& [channel, pins] : net.channels) {
                for (const std::size_t spot : pins.above) {
                    ++below[spot];
                }
                for (const std::size_t spot : pins.below) {
                    ++above[spot];
                }
            }
        }
        for (std::size_t i = 0; i < out_.spots.size(); ++i) {
            const int pins = std::max(above[i], below[i]);
            out_.spots[i].width = std::max(out_.spots[i].width, 2 * pins - 1);
        }
    }

    // --- order and places

    void connect() {
        above_.resize(out_.spots.size());
        below_.resize(out_.spots.size());
        for (const Net& net : out_.nets) {
            for (const auto& [channel, pins] : net.channels) {
                for (const std::size_t upper : pins.above) {
                    for (const std::size_t lower : pins.below) {
                        above_[lower].push_back(upper);
                        below_[upper].push_back(lower);
                    }
                }
            }
        }
        for (std::size_t row = 0; row < groups_.size(); ++row) {
            line_up(row);
        }
    }

    [[nodiscard]] int gap_before(const Group& left, const Group& right) const {
        const bool passing =
            !out_.spots[left.spots.front()].neuron || !out_.spots[right.spots.front()].neuron;
        return passing ? passing_gap : gap;
    }

    /// Side by side from the left.
    void line_up(std::size_t row) {
        int left = 0;
        const Group* before = nullptr;
        for (const Group& group : groups_[row]) {
            left += before == nullptr ? 0 : gap_before(*before, group);
            left = put(group, left);
            before = &group;
        }
    }

    /// Where it ends.
    int put(const Group& group, int left) {
        for (const std::size_t spot : group.spots) {
            left += spot == group.spots.front() ? 0 : aside_gap;
            out_.spots[spot].left = left;
            left += out_.spots[spot].width;
        }
        return left;
    }

    /// Where its neighbours of one side, or of both, would have its left end.
    void look_around(Group& group, bool from_above, bool from_below) const {
        const int left = out_.spots[group.spots.front()].left;
        double sum = 0;
        group.pull = 0;
        for (const std::size_t spot : group.spots) {
            const int offset = out_.spots[spot].middle() - left;
            for (const auto* const neighbours : {&above_[spot], &below_[spot]}) {
                if (!(neighbours == &above_[spot] ? from_above : from_below)) {
                    continue;
                }
                for (const std::size_t other : *neighbours) {
                    sum += out_.spots[other].middle() - offset;
                    ++group.pull;
                }
            }
        }
        group.wanted = group.pull > 0 ? sum / group.pull : left;
        group.pull = std::max(group.pull, 0.01);
    }

    template <class Visit>
    void visit_rows(bool downwards, const Visit& visit) {
        for (std::size_t i = 0; i < groups_.size(); ++i) {
            visit(downwards ? i : groups_.size() - 1 - i);
        }
    }

    void order_rows(bool downwards) {
        visit_rows(downwards, [&](std::size_t row) {
            for (Group& group : groups_[row]) {
                look_around(group, downwards, !downwards);
            }
            std::ranges::stable_sort(groups_[row], {}, &Group::wanted);
            line_up(row);
        });
    }

    /// As near to what they want as their order allows: least squares by pooling those that are in
    /// each other's way (pool adjacent violators).
    void move_rows(bool downwards) {
        struct Pool {
            double sum = 0;
            double pull = 0;
            std::size_t count = 0;
        };

        visit_rows(downwards, [&](std::size_t row) {
            std::vector<Pool> pools;
            std::vector<int> offsets;
            int offset = 0;
            for (Group& group : groups_[row]) {
                if (!offsets.empty()) {
                    const Group& before = groups_[row][offsets.size() - 1];
                    offset += width_of_group(before) + gap_before(before, group);
                }
                offsets.push_back(offset);
                look_around(group, true, true);
                pools.push_back({(group.wanted - offset) * group.pull, group.pull, 1});
                while (pools.size() > 1 && pools.back().sum * pools[pools.size() - 2].pull <
                                               pools[pools.size() - 2].sum * pools.back().pull) {
                    const Pool last = pools.back();
                    pools.pop_back();
                    pools.back().sum += last.sum;
                    pools.back().pull += last.pull;
                    pools.back().count += last.count;
                }
            }
            std::size_t at = 0;
            for (const Pool& pool : pools) {
                const int base = static_cast<int>(std::lround(pool.sum / pool.pull));
                for (std::size_t i = 0; i < pool.count; ++i, ++at) {
                    put(groups_[row][at], base + offsets[at]);
                }
            }
        });
    }

    void finish() {
        int first = std::numeric_limits<int>::max();
        for (const Spot& spot : out_.spots) {
            first = std::min(first, spot.left);
        }
        for (Spot& spot : out_.spots) {
            spot.left -= first;
            out_.width = std::max(out_.width, spot.left + spot.width);
        }
        out_.rows.resize(groups_.size());
        for (std::size_t row = 0; row < groups_.size(); ++row) {
            for (const Group& group : groups_[row]) {
                out_.rows[row].insert(out_.rows[row].end(), group.spots.begin(), group.spots.end());
            }
        }
    }

    const NetworkGraph& graph_;
    int width_max_;
    NetworkLayout out_;
    std::vector<std::vector<Group>> groups_;       ///< by row
    std::vector<std::vector<std::size_t>> above_;  ///< of each spot, what it is connected to
    std::vector<std::vector<std::size_t>> below_;
};

}  // namespace

std::optional<NetworkLayout> lay_out(const NetworkGraph& graph, int width_max) {
    for (int spread = 0; spread < spread_max; ++spread) {
        NetworkLayout layout = Layouter(graph, width_max).lay_out(spread);
        if (layout.width <= width_max) {
            return layout;
        }
    }
    return std::nullopt;
}

}  // namespace hal9::app::detail
