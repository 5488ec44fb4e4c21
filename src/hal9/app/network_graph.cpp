#include "hal9/app/network_graph.hpp"

#include "hal9/base/text.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace hal9::app {
namespace {

std::string text_of(const json::object& object, std::string_view name) {
    const json::value* const value = object.if_contains(name);
    const json::string* const text = value == nullptr ? nullptr : value->if_string();
    return text == nullptr ? std::string() : std::string(*text);
}

int layer_in(std::string_view text) {
    const bool fits = text.size() == 2 && text[0] == 'L' && text[1] >= '1' && text[1] <= '9';
    return fits ? text[1] - '0' : 1;
}

class GraphReader {
public:
    GraphReader(const json::object& definition, KindCatalog kinds) {
        graph_.name = text_of(definition, "name");
        graph_.start = text_of(definition, "start");
        const json::value* const neurons = definition.if_contains("neurons");
        if (neurons == nullptr || !neurons->is_object()) {
            return;
        }
        for (const auto& [name, value] : neurons->get_object()) {
            if (const json::object* const neuron = value.if_object()) {
                members_.emplace(name, neuron);
            }
        }
        for (const auto& [name, neuron] : members_) {
            const std::string kind = text_of(*neuron, "kind");
            const KindDescription* const known = find_kind(kinds, kind);
            graph_.neurons.push_back({
                .name = name,
                .kind = kind,
                .layer = layer_in(text_of(*neuron, "layer")),
                .emits_many = known != nullptr && known->emits == Emits::many,
            });
        }
        std::size_t from = 0;
        for (const auto& [name, neuron] : members_) {
            read_edges(*neuron, from++);
        }
    }

    NetworkGraph take() && { return std::move(graph_); }

private:
    void read_edges(const json::object& neuron, std::size_t from) {
        if (const json::value* const forward = neuron.if_contains("forward")) {
            if (const json::array* const entries = forward->if_array()) {
                for (const json::value& entry : *entries) {
                    read_entry(entry, {.from = from});
                }
            }
        }
        if (const json::value* const then = neuron.if_contains("then")) {
            read_entry(*then, {.from = from, .then = true});
        }
    }

    /// NAME, {to, when?, as?} or {any_of: [NAME, …]}.
    void read_entry(const json::value& entry, NetworkGraph::Edge edge) {
        const json::object* const object = entry.if_object();
        if (object == nullptr) {
            add(entry, std::move(edge));
            return;
        }
        if (const json::value* const when = object->if_contains("when")) {
            edge.maybe = true;
            edge.when = json::serialize(*when);
        }
        edge.as = text_of(*object, "as");
        if (const json::value* const to = object->if_contains("to")) {
            add(*to, std::move(edge));
        } else if (const json::value* const any_of = object->if_contains("any_of");
                   any_of != nullptr && any_of->is_array()) {
            edge.maybe = true;
            for (const json::value& to_one : any_of->get_array()) {
                add(to_one, edge);
            }
        }
    }

    void add(const json::value& name, NetworkGraph::Edge edge) {
        const json::string* const text = name.if_string();
        const auto found = text == nullptr ? members_.end() : members_.find(std::string(*text));
        if (found != members_.end()) {
            edge.to = static_cast<std::size_t>(std::distance(members_.begin(), found));
            graph_.edges.push_back(std::move(edge));
        }
    }

    NetworkGraph graph_;
    std::map<std::string, const json::object*> members_;
};

/// Inside a double-quoted string of the DOT language. A backslash would begin an escape of
/// Graphviz's own.
std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        out += c == '"' || c == '\\' ? str('\\', c) : std::string(1, c);
    }
    return out;
}

std::string quoted(std::string_view text) {
    return str('"', escaped(text), '"');
}

std::string dot_attributes(const NetworkGraph::Edge& edge) {
    std::vector<std::string> attributes;
    if (edge.then) {
        attributes.emplace_back("style=dashed");
    }
    if (edge.maybe) {
        attributes.emplace_back("arrowhead=empty");
    }
    std::string label = edge.as.empty() ? "" : "as " + edge.as;
    if (!edge.when.empty()) {
        label += str(label.empty() ? "" : ", ", "when ", edge.when);
    }
    if (!label.empty()) {
        attributes.push_back("label=" + quoted(label));
    }
    std::string out;
    for (const std::string& attribute : attributes) {
        out += str(out.empty() ? " [" : ", ", attribute);
    }
    return out.empty() ? out : out + "]";
}

}  // namespace

NetworkGraph read_graph(const json::value& definition, KindCatalog kinds) {
    const json::object* const object = definition.if_object();
    return object == nullptr ? NetworkGraph{} : GraphReader(*object, kinds).take();
}

std::string to_dot(const NetworkGraph& graph) {
    std::string out = str("digraph ", quoted(graph.name), " {\n");
    out += "  node [shape=box, fontname=\"sans-serif\"];\n  edge [fontname=\"sans-serif\"];\n";
    for (int layer = 9; layer >= 1; --layer) {
        std::string row;
        for (const NetworkGraph::Neuron& neuron : graph.neurons) {
            if (neuron.layer == layer) {
                row +=
                    str("    ",
                        quoted(neuron.name),
                        " [label=\"",
                        escaped(neuron.name),
                        "\\n",
                        escaped(neuron.kind),
                        neuron.name == graph.start ? "\", penwidth=2];\n" : "\"];\n");
            }
        }
        if (!row.empty()) {
            out += str("  subgraph \"L", layer, "\" {\n    rank=same;\n", row, "  }\n");
        }
    }
    for (const NetworkGraph::Edge& edge : graph.edges) {
        const NetworkGraph::Neuron& from = graph.neurons[edge.from];
        out +=
            str("  ",
                quoted(from.name),
                " -> ",
                quoted(graph.neurons[edge.to].name),
                dot_attributes(edge),
                ";\n");
    }
    return out + "}\n";
}

}  // namespace hal9::app
