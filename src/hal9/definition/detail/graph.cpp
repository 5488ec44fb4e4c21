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

/// Where the neuron names its target.
Place place_of_connection(const ReadNeuron& from, std::string_view target) {
    for (const TreeNode& entry : from.forward->elements) {
        const json::string* name = entry.if_string();
        if (name != nullptr && *name == target) {
            return entry.place;
        }
    }
    return from.forward->place;
}

/// Nothing where the entry is wrong in itself.
const json::string* read_entry(const TreeNode& entry, const std::string& what, Faults& faults) {
    if (const json::string* name = entry.if_string()) {
        return name;
    }
    const bool later =
        entry.is_object() && (entry.find("to") != nullptr || entry.find("any_of") != nullptr);
    faults.add(
        entry.place,
        later ? str("conditions and choices in ",
                    what,
                    " are not in this version; allowed: the name of a neuron")
              : str(what, " holds a ", entry.type_name(), "; allowed: the name of a neuron")
    );
    return nullptr;
}

void read_forward(
    std::span<ReadNeuron> neurons,
    ReadNeuron& from,
    const Limits& limits,
    Faults& faults
) {
    const TreeNode& forward = *from.forward;
    const std::string what = str("\"forward\" of ", what_of_neuron(from.neuron.name));
    if (!forward.is_list()) {
        faults.add(
            forward.place,
            str(what,
                " is a ",
                forward.type_name(),
                "; allowed: a list of neurons, for example [next]")
        );
        return;
    }
    if (forward.elements.size() > limits.forward_max) {
        faults.add(
            forward.place,
            str(what,
                " has ",
                forward.elements.size(),
                " neurons; allowed: ",
                limits.forward_max,
                " (forward_max)")
        );
        return;
    }
    for (const TreeNode& entry : forward.elements) {
        if (read_entry(entry, what, faults) == nullptr) {
            continue;
        }
        const auto target = read_neuron_name(entry, what, neurons, faults);
        if (!target) {
            continue;
        }
        if (std::ranges::find(from.neuron.forward, *target) != from.neuron.forward.end()) {
            faults.add(
                entry.place,
                str(what,
                    " names ",
                    quoted(neurons[target->value].neuron.name),
                    " twice; once is enough")
            );
            continue;
        }
        from.neuron.forward.push_back(*target);
    }
    if (from.kind != nullptr && from.kind->emits == Emits::none && !forward.elements.empty()) {
        faults.add(
            forward.place,
            str(what, ": its kind ", from.kind->name, " emits nothing to forward; remove `forward`")
        );
    }
}

void check_layers(std::span<const ReadNeuron> neurons, const ReadNeuron& from, Faults& faults) {
    for (const NeuronIndex index : from.neuron.forward) {
        const ReadNeuron& to = neurons[index.value];
        const int below = from.neuron.layer - to.neuron.layer;
        if (!from.has_layer || !to.has_layer || below == 0 || below == 1 || faults.full()) {
            continue;
        }
        const int distance = std::abs(below);
        faults.add(
            place_of_connection(from, to.neuron.name),
            str(what_of_neuron(from.neuron.name),
                " forwards to ",
                quoted(to.neuron.name),
                ", which is ",
                in_words(distance),
                distance == 1 ? " layer " : " layers ",
                below > 0 ? "below" : "above",
                " (L",
                static_cast<int>(from.neuron.layer),
                " -> L",
                static_cast<int>(to.neuron.layer),
                "); allowed: the same or the next lower layer")
        );
    }
}

/// Depth-first through the connections: every edge once, without recursion.
class PathCheck {
public:
    PathCheck(std::span<const ReadNeuron> neurons, Faults& faults)
        : neurons_(neurons), faults_(&faults), states_(neurons.size()), heights_(neurons.size()) {}

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
            const auto& forward = neurons_[step.neuron].neuron.forward;
            if (step.next == forward.size()) {
                leave();
                continue;
            }
            const std::size_t to = forward[step.next++].value;
            if (states_[to] == State::open) {
                report_cycle(to);
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
        path_.pop_back();
        if (!path_.empty()) {
            raise(path_.back().neuron, heights_[neuron] + 1);
        }
    }

    void raise(std::size_t neuron, std::size_t height) {
        heights_[neuron] = std::max(heights_[neuron], height);
    }

    void report_cycle(std::size_t back_to) {
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
            place_of_connection(closing, neurons_[back_to].neuron.name),
            str("a cycle: ",
                names,
                length > shown_max ? "… -> " : "",
                neurons_[back_to].neuron.name,
                "; connections lead down, remove one of them")
        );
    }

    std::span<const ReadNeuron> neurons_;
    Faults* faults_;
    std::vector<State> states_;
    std::vector<std::size_t> heights_;
    std::vector<Step> path_;
    bool acyclic_ = true;
};

void check_reached(std::span<const ReadNeuron> neurons, NeuronIndex start, Faults& faults) {
    std::vector<bool> reached(neurons.size());
    std::vector<NeuronIndex> open{start};
    reached[start.value] = true;
    while (!open.empty()) {
        const NeuronIndex at = open.back();
        open.pop_back();
        for (const NeuronIndex to : neurons[at.value].neuron.forward) {
            if (!reached[to.value]) {
                reached[to.value] = true;
                open.push_back(to);
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

std::optional<NeuronIndex> find_neuron(std::span<const ReadNeuron> neurons, std::string_view name) {
    const auto found = std::ranges::lower_bound(neurons, name, {}, [](const ReadNeuron& read) {
        return std::string_view(read.neuron.name);
    });
    if (found == neurons.end() || found->neuron.name != name) {
        return std::nullopt;
    }
    return NeuronIndex{static_cast<std::uint16_t>(found - neurons.begin())};
}

std::optional<NeuronIndex> read_neuron_name(
    const TreeNode& node,
    std::string_view what,
    std::span<const ReadNeuron> neurons,
    Faults& faults
) {
    const auto name = read_text(node, what, faults);
    if (!name) {
        return std::nullopt;
    }
    const auto found = find_neuron(neurons, *name);
    if (!found && !faults.full()) {
        std::vector<std::string_view> names;
        for (const ReadNeuron& read : neurons) {
            names.emplace_back(read.neuron.name);
        }
        faults.add(
            node.place,
            str(what, " names the unknown neuron ", quoted(*name), suggestion(*name, names))
        );
    }
    return found;
}

void read_connections(std::span<ReadNeuron> neurons, const Limits& limits, Faults& faults) {
    for (ReadNeuron& from : neurons) {
        if (from.forward != nullptr) {
            read_forward(neurons, from, limits, faults);
        }
    }
}

void check_graph(std::span<const ReadNeuron> neurons, const GraphRules& rules, Faults& faults) {
    if (!rules.any_layer) {
        for (const ReadNeuron& from : neurons) {
            check_layers(neurons, from, faults);
        }
    }
    PathCheck paths(neurons, faults);
    const bool acyclic = paths.run();
    if (!rules.start) {
        return;
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
}

}  // namespace hal9::definition::detail
