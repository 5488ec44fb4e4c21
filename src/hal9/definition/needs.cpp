#include "hal9/definition/needs.hpp"

#include "hal9/base/text.hpp"
#include "hal9/definition/detail/fields.hpp"
#include "hal9/definition/detail/neuron_reader.hpp"
#include "hal9/definition/detail/read_tree.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace hal9::definition {
namespace {

using detail::TreeNode;

bool has(const Offer& offer, const std::string& tag) {
    return std::ranges::find(offer.tags, tag) != offer.tags.end();
}

bool is_met(const Needs& needs, const Offer& offer) {
    return needs.memory_bytes <= offer.memory_bytes && needs.cpus <= offer.cpus &&
           std::ranges::all_of(needs.tags, [&](const std::string& tag) { return has(offer, tag); });
}

const TreeNode* member(const TreeNode* node, std::string_view name) {
    const TreeNode::Member* const found = node == nullptr ? nullptr : node->find(name);
    return found == nullptr ? nullptr : &found->node;
}

std::string tags_of(const Offer& offer) {
    std::string list;
    for (const std::string& tag : offer.tags) {
        list += str(list.empty() ? "" : ", ", tag);
    }
    return list.empty() ? std::string("no tags") : str("the tags ", list);
}

/// Adds what is not met of one neuron, whose `needs` stand at `node`.
void add_unmet(
    const Neuron& neuron,
    const TreeNode& node,
    const Offer& offer,
    detail::Faults& faults
) {
    const auto place_of = [&node](std::string_view name) {
        const TreeNode* const found = member(&node, name);
        return found == nullptr ? node.place : found->place;
    };
    const std::string what = detail::what_of_neuron(neuron.name);
    if (neuron.needs.memory_bytes > offer.memory_bytes) {
        faults.add(
            place_of("memory"),
            str(what,
                " needs ",
                format_size(neuron.needs.memory_bytes),
                " of memory; this node offers ",
                format_size(offer.memory_bytes),
                " (node.memory in its configuration)")
        );
    }
    if (neuron.needs.cpus > offer.cpus) {
        faults.add(
            place_of("cpu"),
            str(what,
                " needs ",
                neuron.needs.cpus,
                " processors; this node offers ",
                offer.cpus,
                " (node.cpus in its configuration)")
        );
    }
    const TreeNode* const tags = member(&node, "tags");
    for (std::size_t i = 0; i < neuron.needs.tags.size(); ++i) {
        const std::string& tag = neuron.needs.tags[i];
        if (!has(offer, tag)) {
            faults.add(
                tags != nullptr && i < tags->elements.size() ? tags->elements[i].place
                                                             : place_of("tags"),
                str(what,
                    " needs a node with the tag \"",
                    tag,
                    "\"; this one has ",
                    tags_of(offer),
                    " (node.tags in its configuration)")
            );
        }
    }
}

}  // namespace

std::vector<Fault> unmet_needs(
    const Network& network,
    std::string_view text,
    const Offer& offer,
    const Limits& limits
) {
    const auto met = [&offer](const Neuron& neuron) { return is_met(neuron.needs, offer); };
    if (std::ranges::all_of(network.neurons, met)) {
        return {};
    }
    detail::Faults faults;
    const std::optional<TreeNode> root = detail::read_tree(text, limits, faults);
    const TreeNode* const neurons = root ? member(&*root, "neurons") : nullptr;
    for (const Neuron& neuron : network.neurons) {
        if (!met(neuron)) {
            const TreeNode* const needs = member(member(neurons, neuron.name), "needs");
            add_unmet(neuron, needs == nullptr ? TreeNode() : *needs, offer, faults);
        }
    }
    return std::move(faults).take();
}

}  // namespace hal9::definition
