// NetworkGraph: neurons and connections of a definition, as pictures of it need them.
//
// Read from the document rather than from a parsed Network, so that a stored version is shown even
// where this binary lacks one of its kinds. What is not as the language has it is left out.
#pragma once

#include "hal9/base/json.hpp"
#include "hal9/model/kind.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace hal9::app {

struct NetworkGraph {
    struct Neuron {
        std::string name;
        std::string kind;
        int layer = 1;
        bool emits_many = false;  ///< as far as its kind is known
    };

    struct Edge {
        std::size_t from = 0;
        std::size_t to = 0;
        bool then = false;   ///< else forward
        bool maybe = false;  ///< under a condition, or one of several
        std::string when;    ///< the condition, as JSON
        std::string as;      ///< of `then`: the member that the result becomes
    };

    std::string name;
    std::string start;
    std::vector<Neuron> neurons;  ///< by name
    std::vector<Edge> edges;      ///< by neuron, as they stand there; forward before then
};

[[nodiscard]] NetworkGraph read_graph(const json::value& definition, KindCatalog kinds);

/// For Graphviz: `dot -Tsvg`.
[[nodiscard]] std::string to_dot(const NetworkGraph& graph);

}  // namespace hal9::app
