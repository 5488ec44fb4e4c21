// PredicateTree: a predicate of the language, taken apart; what Predicate and When are made of.
//
// It is read from plain JSON. Faults know the path to the value they are about, from which
// check_predicate() finds the place in the definition.
#pragma once

#include "hal9/base/json.hpp"
#include "hal9/base/result.hpp"
#include "hal9/definition/detail/comparison.hpp"
#include "hal9/definition/detail/pointer.hpp"
#include "hal9/definition/detail/tree.hpp"
#include "hal9/definition/settings.hpp"
#include "hal9/model/limits.hpp"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hal9::definition::detail {

struct PredicateNode {
    enum class Form : std::uint8_t { comparison, all, any, negation };
    Form form = Form::comparison;
    std::vector<PredicateNode> parts;  ///< of all and any; one of a negation
    Pointer at;
    std::optional<Comparison> ready;  ///< of a comparison with a constant
    std::size_t open = 0;             ///< else its number among PredicateTree::open
};

/// A comparison whose value holds ${}.
struct OpenComparison {
    Operator operation = Operator::eq;
    Settings settings;  ///< one member, named as the operator
};

struct PredicateTree {
    PredicateNode root;
    std::vector<OpenComparison> open;  ///< in the order of the text
    Limits limits;                     ///< of patterns that are filled in
};

struct PredicateFault {
    std::vector<std::string> path;  ///< names and indices from the root
    bool at_name = false;           ///< it is about the last name of the path, not the value there
    std::string message;
};

/// Whether ${} is one.
enum class Placeholders : std::uint8_t {
    none,     ///< text like any other
    open,     ///< allowed in the values of comparisons
    checked,  ///< the same, and faulty ones are reported by somebody else
};

[[nodiscard]] std::expected<PredicateTree, std::vector<PredicateFault>>
read_predicate(const json::value& definition, Placeholders placeholders, const Limits& limits);

/// `filled` are the comparisons of PredicateTree::open, with their values.
[[nodiscard]] bool
holds(const PredicateNode& node, const json::value& value, std::span<const Comparison> filled);

/// Reports every fault of a predicate at its place. `what` names it: `"when" of neuron "a"`.
void check_predicate(
    const TreeNode& node,
    std::string_view what,
    const Limits& limits,
    Faults& faults,
    Placeholders placeholders = Placeholders::open
);

}  // namespace hal9::definition::detail
