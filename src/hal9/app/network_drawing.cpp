#include "hal9/app/network_drawing.hpp"

#include "hal9/app/detail/network_layout.hpp"
#include "hal9/app/detail/network_painter.hpp"
#include "hal9/app/tables.hpp"
#include "hal9/base/text.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace hal9::app {
namespace {

using Edge = NetworkGraph::Edge;

constexpr std::size_t label_width = 4;
/// Beyond that nobody follows a line.
constexpr std::size_t neurons_drawn_max = 60;

std::string padded(std::string text, std::size_t width) {
    text.resize(text.size() + width - std::min(width, width_of(text)), ' ');
    return text;
}

std::optional<std::string> picture(const NetworkGraph& graph, std::size_t columns) {
    if (graph.neurons.empty() || graph.neurons.size() > neurons_drawn_max ||
        columns <= label_width) {
        return std::nullopt;
    }
    const auto layout = detail::lay_out(graph, static_cast<int>(columns - label_width));
    return layout ? detail::paint(graph, *layout) : std::nullopt;
}

std::string_view arrow_of(const NetworkGraph& graph, const Edge& edge) {
    const bool many = !edge.then && graph.neurons[edge.from].emits_many;
    if (edge.then) {
        return edge.maybe ? "╌▷" : "╌▶";
    }
    return many ? edge.maybe ? "═▷" : "═▶" : edge.maybe ? "─▷" : "─▶";
}

/// `─▶ text, entries ╌▶ rank`, broken into lines of that width.
std::vector<std::string> arrows(const NetworkGraph& graph, std::size_t neuron, std::size_t width) {
    std::vector<std::string> lines(1);
    std::string_view before;
    for (const Edge& edge : graph.edges) {
        if (edge.from != neuron) {
            continue;
        }
        const std::string_view arrow = arrow_of(graph, edge);
        const std::string& name = graph.neurons[edge.to].name;
        const bool same = arrow == before;
        std::string word =
            same ? str(", ", name) : str(before.empty() ? "" : "  ", arrow, " ", name);
        if (!before.empty() && width_of(lines.back()) + width_of(word) > width) {
            word = same ? str("   ", name) : str(arrow, " ", name);
            lines.back() += same ? "," : "";
            lines.emplace_back();
        }
        lines.back() += word;
        before = arrow;
    }
    return lines;
}

std::string list(const NetworkGraph& graph, std::size_t columns) {
    std::size_t names = 0;
    std::size_t kinds = 0;
    for (const NetworkGraph::Neuron& neuron : graph.neurons) {
        names = std::max(names, width_of(neuron.name));
        kinds = std::max(kinds, width_of(neuron.kind));
    }
    const std::size_t indent = label_width + names + 2 + kinds + 2;
    std::string out;
    for (int layer = 9; layer >= 1; --layer) {
        bool first = true;
        for (std::size_t i = 0; i < graph.neurons.size(); ++i) {
            const NetworkGraph::Neuron& neuron = graph.neurons[i];
            if (neuron.layer != layer) {
                continue;
            }
            std::string line = padded(first ? str("L", layer) : "", label_width) +
                               padded(neuron.name, names + 2) + padded(neuron.kind, kinds + 2);
            first = false;
            const std::size_t room = std::max(columns, indent + 24) - indent;
            for (const std::string& part : arrows(graph, i, room)) {
                line += part;
                line.erase(line.find_last_not_of(' ') + 1);
                out += line + "\n";
                line = std::string(indent, ' ');
            }
        }
    }
    return out;
}

/// Of the signs that are there.
std::string legend(const NetworkGraph& graph) {
    const auto has = [&graph](const auto& property) {
        return std::ranges::any_of(graph.edges, property);
    };
    const auto many = [&graph](const Edge& edge) {
        return !edge.then && graph.neurons[edge.from].emits_many;
    };
    std::string out;
    const auto add = [&out](bool is_there, std::string_view text) {
        out += is_there ? str(out.empty() ? "" : "   ", text) : "";
    };
    add(has([&](const Edge& edge) { return !edge.then && !many(edge); }), "─▶ forward");
    add(has(many), "═▶ forward, once for each value");
    add(has([](const Edge& edge) { return edge.then; }), "╌▶ then");
    add(has([](const Edge& edge) { return edge.maybe; }), "▷ maybe: a condition, a choice");
    return out.empty() ? out : str("\n", out, "\n");
}

}  // namespace

std::string draw(NetworkGraph graph, std::size_t columns) {
    for (NetworkGraph::Neuron& neuron : graph.neurons) {
        neuron.name = printable(neuron.name);
        neuron.kind = printable(neuron.kind);
    }
    graph.start = printable(graph.start);
    auto drawn = picture(graph, columns);
    return (drawn ? *std::move(drawn) : list(graph, columns)) + legend(graph);
}

}  // namespace hal9::app
