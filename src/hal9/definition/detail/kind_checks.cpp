#include "hal9/definition/detail/kind_checks.hpp"

#include "hal9/base/text.hpp"
#include "hal9/definition/detail/connections.hpp"
#include "hal9/definition/detail/fields.hpp"
#include "hal9/definition/detail/schema_check.hpp"

#include <algorithm>
#include <utility>

namespace hal9::definition::detail {
namespace {

/// The settings that their schema marks as names of neurons, in the order of the text.
void collect_routes(  // NOLINT(misc-no-recursion): as deep as the schema
    const json::value& schema,
    const TreeNode& node,
    std::vector<const TreeNode*>& out
) {
    const json::object* const rules = schema.if_object();
    if (rules == nullptr) {
        return;
    }
    if (names_a_neuron(*rules)) {
        out.push_back(&node);
    }
    const json::value* const properties = rules->if_contains("properties");
    for (const TreeNode::Member& member : node.members) {
        if (properties == nullptr || !properties->is_object()) {
            break;
        }
        if (const json::value* of = properties->get_object().if_contains(member.name)) {
            collect_routes(*of, member.node, out);
        }
    }
    if (const json::value* const items = rules->if_contains("items")) {
        for (const TreeNode& element : node.elements) {
            collect_routes(*items, element, out);
        }
    }
}

}  // namespace

void KindChecks::compile_settings(ReadNeuron& read, std::span<const ReadNeuron> neurons) {
    const std::string neuron = what_of_neuron(read.neuron.name);
    const std::string what = str("settings of ", neuron);
    TreeNode none;
    none.kind = TreeNode::Kind::object;
    none.place = read.source->place;
    const TreeNode& settings = read.settings == nullptr ? none : *read.settings;
    if (!settings.is_object()) {
        faults_->add(
            settings.place,
            str(what, " are a ", settings.type_name(), "; allowed: an object")
        );
        return;
    }
    const std::size_t faults_before = faults_->size();
    check_templates(settings, neuron);
    if (faults_->full()) {
        return;
    }
    if (read.kind != nullptr) {
        if (const KindSchema* schema = schema_of(*read.kind, read.source->place)) {
            const SchemaUse use{
                .schema = &schema->settings,
                .validator = &schema->validator,
                .templates = true,
                .root = what,
                .member = "setting",
                .of = str(" of ", neuron),
            };
            check_against(use, settings, *limits_, *faults_);
            if (schema->routes) {
                read.neuron.routes = true;
                check_routes(schema->settings, settings, read, neurons);
            }
        }
    }
    if (faults_->size() != faults_before) {
        return;
    }
    auto compiled = Settings::compile(to_json(settings).as_object());
    if (compiled) {
        read.neuron.settings = *std::move(compiled);
    } else {
        faults_->add(settings.place, str(what, ": ", compiled.error().message));
    }
}

/// Every route leads to a neuron of `forward`, and every one of these has a route.
void KindChecks::check_routes(
    const json::value& schema,
    const TreeNode& settings,
    const ReadNeuron& read,
    std::span<const ReadNeuron> neurons
) {
    std::vector<const TreeNode*> routes;
    collect_routes(schema, settings, routes);
    std::vector<NeuronIndex> reached;
    for (const TreeNode* route : routes) {
        const json::string* const name = route->if_string();
        const auto target = name == nullptr ? std::nullopt : find_neuron(neurons, *name);
        if (target && is_child(read.neuron, *target)) {
            reached.push_back(*target);
            continue;
        }
        const std::string allowed = names_of_children(neurons, read.neuron);
        faults_->add(
            route->place,
            str("a route of ",
                what_of_neuron(read.neuron.name),
                " leads to ",
                name == nullptr ? str("a ", route->type_name()) : quoted(*name),
                ", which is not in its `forward`; allowed: ",
                allowed.empty() ? "none, it forwards to nobody" : allowed)
        );
    }
    for (const Connection& connection : read.neuron.forward) {
        const bool has_route = std::ranges::any_of(connection.candidates, [&](NeuronIndex index) {
            return std::ranges::find(reached, index) != reached.end();
        });
        if (!has_route) {
            const std::string& name = neurons[connection.chosen().value].neuron.name;
            faults_->add(
                read.forward->place,
                str(what_of_neuron(read.neuron.name),
                    " forwards to ",
                    quoted(name),
                    ", but no route leads there; add one, or take it out of `forward`")
            );
        }
    }
}

/// Each `${` at the place of its string.
void KindChecks::check_templates(
    const TreeNode& node,
    const std::string& what
) {  // NOLINT(misc-no-recursion)
    if (const json::string* text = node.if_string()) {
        if (const auto checked = Settings::check(*text); !checked) {
            faults_->add(node.place, str("settings of ", what, ": ", checked.error().message));
        }
    }
    for (const TreeNode& element : node.elements) {
        check_templates(element, what);
    }
    for (const TreeNode::Member& member : node.members) {
        if (Settings::has_template(member.name)) {
            faults_->add(
                member.place,
                str("settings of ", what, ": names take no ${}; write it in the value")
            );
        }
        check_templates(member.node, what);
    }
}

const KindSchema* KindChecks::schema_of(const KindDescription& kind, Place place) {
    const auto schema = schemas_->of(kind);
    if (!schema) {
        faults_->add(place, schema.error().message);
        return nullptr;
    }
    return *schema;
}

}  // namespace hal9::definition::detail
