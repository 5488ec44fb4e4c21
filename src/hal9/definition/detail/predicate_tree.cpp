#include "hal9/definition/detail/predicate_tree.hpp"

#include "hal9/base/text.hpp"
#include "hal9/definition/detail/schema_words.hpp"

#include <algorithm>

namespace hal9::definition::detail {
namespace {

Place place_of(const PredicateFault& fault, const TreeNode& root) {
    const TreeNode* at = &root;
    Place place = root.place;
    for (const std::string& step : fault.path) {
        const TreeNode::Member* member = at->find(step);
        at = enter(*at, step);
        if (at == nullptr) {
            break;
        }
        place = fault.at_name && member != nullptr ? member->place : at->place;
    }
    return place;
}

}  // namespace

bool holds(  // NOLINT(misc-no-recursion): predicate_depth_max
    const PredicateNode& node,
    const json::value& value,
    std::span<const Comparison> filled
) {
    const auto part_holds = [&](const PredicateNode& part) { return holds(part, value, filled); };
    switch (node.form) {
        case PredicateNode::Form::all:
            return std::ranges::all_of(node.parts, part_holds);
        case PredicateNode::Form::any:
            return std::ranges::any_of(node.parts, part_holds);
        case PredicateNode::Form::negation:
            return !part_holds(node.parts.front());
        case PredicateNode::Form::comparison:
            break;
    }
    const Comparison& comparison = node.ready ? *node.ready : filled[node.open];
    return comparison.holds(node.at.find(value));
}

void check_predicate(
    const TreeNode& node,
    std::string_view what,
    const Limits& limits,
    Faults& faults,
    Placeholders placeholders
) {
    const auto read = read_predicate(to_json(node), placeholders, limits);
    if (read) {
        return;
    }
    for (const PredicateFault& fault : read.error()) {
        faults.add(place_of(fault, node), str(what, ": ", fault.message));
    }
}

}  // namespace hal9::definition::detail
