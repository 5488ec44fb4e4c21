#include "hal9/definition/detail/graph.hpp"

#include "hal9/base/text.hpp"
#include "hal9/definition/detail/fields.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace hal9::definition::detail {
namespace {

std::string_view in_words(int number) {
    static constexpr std::array<std::string_view, 9>
        words{"no", "one", "two", "three", "four", "five", "six", "seven", "eight"};
    return words.at(static_cast<std::size_t>(number));
}

/// One connection of any sort, and where it is written.
struct Edge {
    NeuronIndex to;
    bool then = false;
};

std::vector<Edge> edges_of(const Neuron& from) {
    std::vector<Edge> edges;
    for (const Connection& connection : from.forward) {
        for (const NeuronIndex candidate : connection.candidates) {
            edges.push_back({candidate, false});
        }
    }
    if (from.then) {
        edges.push_back({from.then->to, true});
    }
    return edges;
}

/// Where the target is named in a part of a definition, if it is.
const TreeNode*
find_name(const TreeNode& node, std::string_view target) {  // NOLINT(misc-no-recursion)
    const json::string* name = node.if_string();
    if (name != nullptr && *name == target) {
        return &node;
    }
    for (const TreeNode& element : node.elements) {
        if (const TreeNode* found = find_name(element, target)) {
            return found;
        }
    }
    for (const TreeNode::Member& member : node.members) {
        const bool names_neurons = member.name == "to" || member.name == "any_of";
        if (const TreeNode* found = names_neurons ? find_name(member.node, target) : nullptr) {
            return found;
        }
    }
    return nullptr;
}

Place place_of(const ReadNeuron& from, const Edge& edge, std::string_view target) {
    const TreeNode& part = edge.then ? *from.then : *from.forward;
    const TreeNode* const found = find_name(part, target);
    return found == nullptr ? part.place : found->place;
}

void check_layers(std::span<const ReadNeuron> neurons, const ReadNeuron& from, Faults& faults) {
    for (const Edge& edge : edges_of(from.neuron)) {
        const ReadNeuron& to = neurons[edge.to.value];
        const int below = from.neuron.layer - to.neuron.layer;
        const bool allowed = below == 0 || below == 1 || (edge.then && below == -1);
        if (!from.has_layer || !to.has_layer || allowed || faults.full()) {
            continue;
        }
        const int distance = std::abs(below);
        faults.add(
            place_of(from, edge, to.neuron.name),
            str(what_of_neuron(from.neuron.name),
                edge.then ? " goes on with " : " forwards to ",
                quoted(to.neuron.name),
                ", which is ",
                in_words(distance),
                distance == 1 ? " layer " : " layers ",
                below > 0 ? "below" : "above",
                " (L",
                static_cast<int>(from.neuron.layer),
                " -> L",
                static_cast<int>(to.neuron.layer),
                "); allowed: ",
                edge.then ? "the same layer, the next lower or the next higher one"
                          : "the same or the next lower layer")
        );
    }
}

/// Depth-first through the connections: every edge once, without recursion.
class PathCheck {
public:
    PathCheck(std::span<const ReadNeuron> neurons, Faults& faults)
        : neurons_(neurons), faults_(&faults), states_(neurons.size()), heights_(neurons.size()) {
        for (const ReadNeuron& read : neurons) {
            edges_.push_back(edges_of(read.neuron));
        }
    }

    /// True when no cycle was found.
    bool run() {
        for (std::size_t i = 0; i < neurons_.size(); ++i) {
            if (states_[i] == State::fresh) {
                walk(i);
            }
        }
        return acyclic_;
    }

    /// Connections on the longest way down.
    [[nodiscard]] std::size_t height(NeuronIndex neuron) const { return heights_[neuron.value]; }

    /// Each behind all that it leads to.
    [[nodiscard]] std::vector<NeuronIndex> take_order() { return std::move(order_); }

private:
    enum class State : std::uint8_t { fresh, open, done };

    struct Step {
        std::size_t neuron;
        std::size_t next = 0;
    };

    void walk(std::size_t from) {
        states_[from] = State::open;
        path_.push_back({.neuron = from});
        while (!path_.empty()) {
            Step& step = path_.back();
            const auto& edges = edges_[step.neuron];
            if (step.next == edges.size()) {
                leave();
                continue;
            }
            const Edge edge = edges[step.next++];
            const std::size_t to = edge.to.value;
            if (states_[to] == State::open) {
                report_cycle(edge);
            } else if (states_[to] == State::fresh) {
                states_[to] = State::open;
                path_.push_back({.neuron = to});
            } else {
                raise(step.neuron, heights_[to] + 1);
            }
        }
    }

    void leave() {
        const std::size_t neuron = path_.back().neuron;
        states_[neuron] = State::done;
        order_.push_back(NeuronIndex{static_cast<std::uint16_t>(neuron)});
        path_.pop_back();
        if (!path_.empty()) {
            raise(path_.back().neuron, heights_[neuron] + 1);
        }
    }

    void raise(std::size_t neuron, std::size_t height) {
        heights_[neuron] = std::max(heights_[neuron], height);
    }

    void report_cycle(const Edge& edge) {
        const std::size_t back_to = edge.to.value;
        acyclic_ = false;
        if (faults_->full()) {
            return;
        }
        constexpr std::size_t shown_max = 20;
        const auto begin = std::ranges::find(path_, back_to, &Step::neuron);
        const auto length = static_cast<std::size_t>(path_.end() - begin);
        std::string names;
        for (std::size_t i = 0; i < std::min(length, shown_max); ++i) {
            names +=
                str(neurons_[(begin + static_cast<std::ptrdiff_t>(i))->neuron].neuron.name, " -> ");
        }
        const ReadNeuron& closing = neurons_[path_.back().neuron];
        faults_->add(
            place_of(closing, edge, neurons_[back_to].neuron.name),
            str("a cycle: ",
                names,
                length > shown_max ? "… -> " : "",
                neurons_[back_to].neuron.name,
                "; connections lead down, remove one of them")
        );
    }

    std::span<const ReadNeuron> neurons_;
    Faults* faults_;
    std::vector<std::vector<Edge>> edges_;
    std::vector<State> states_;
    std::vector<std::size_t> heights_;
    std::vector<Step> path_;
    std::vector<NeuronIndex> order_;
    bool acyclic_ = true;
};

void check_reached(std::span<const ReadNeuron> neurons, NeuronIndex start, Faults& faults) {
    std::vector<bool> reached(neurons.size());
    std::vector<NeuronIndex> open{start};
    reached[start.value] = true;
    while (!open.empty()) {
        const NeuronIndex at = open.back();
        open.pop_back();
        for (const Edge& edge : edges_of(neurons[at.value].neuron)) {
            if (!reached[edge.to.value]) {
                reached[edge.to.value] = true;
                open.push_back(edge.to);
            }
        }
    }
    for (std::size_t i = 0; i < neurons.size(); ++i) {
        if (!reached[i]) {
            faults.add(
                neurons[i].source->place,
                str(what_of_neuron(neurons[i].neuron.name),
                    " cannot be reached from the start ",
                    quoted(neurons[start.value].neuron.name),
                    "; forward to it, or remove it")
            );
        }
    }
}

}  // namespace

std::vector<NeuronIndex>
check_graph(std::span<const ReadNeuron> neurons, const GraphRules& rules, Faults& faults) {
    if (!rules.any_layer) {
        for (const ReadNeuron& from : neurons) {
            check_layers(neurons, from, faults);
        }
    }
    PathCheck paths(neurons, faults);
    const bool acyclic = paths.run();
    if (!rules.start) {
        return paths.take_order();
    }
    if (acyclic && paths.height(*rules.start) > rules.depth_max) {
        faults.add(
            neurons[rules.start->value].source->place,
            str("the longest way down from the start has ",
                paths.height(*rules.start),
                " connections; allowed: ",
                rules.depth_max,
                " (depth_max)")
        );
    }
    check_reached(neurons, *rules.start, faults);
    return paths.take_order();
}

}  // namespace hal9::definition::detail
