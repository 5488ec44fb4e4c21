#include "hal9/app/network_difference.hpp"

#include "hal9/app/network_graph.hpp"
#include "hal9/base/text.hpp"
#include "hal9/definition/placed_document.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <set>
#include <utility>

namespace hal9::app {
namespace {

using Kind = NeuronChange::Kind;

struct MemberEffect {
    std::string_view member;
    Effect effect;
};

/// Members that are not here change the work.
constexpr std::array<MemberEffect, 16> member_effects{{
    {"forward", Effect::flow},
    {"then", Effect::flow},
    {"keep", Effect::flow},
    {"combine", Effect::result},
    {"join", Effect::result},
    {"on_child_error", Effect::result},
    {"key", Effect::state},
    {"key_ttl", Effect::state},
    {"layer", Effect::policy},
    {"on_exhausted", Effect::policy},
    {"retry", Effect::policy},
    {"timeout", Effect::policy},
    {"deadline", Effect::policy},
    {"concurrency", Effect::policy},
    {"priority", Effect::policy},
    {"needs", Effect::policy},
}};

Effect effect_of(std::string_view pointer) {
    const std::string_view member = pointer.substr(1, pointer.find('/', 1) - 1);
    const auto known = std::ranges::find(member_effects, member, &MemberEffect::member);
    return known == member_effects.end() ? Effect::work : known->effect;
}

const json::object& members_of(const json::value& value) {
    static const json::object none;
    const json::object* const object = value.if_object();
    return object == nullptr ? none : *object;
}

/// Objects member by member, all else as a whole.
void compare_members(  // NOLINT(misc-no-recursion): as deep as a definition may be
    const json::object& before,
    const json::object& after,
    const std::string& parent,
    std::vector<MemberChange>& out
) {
    std::set<std::string_view> names;
    for (const auto* const side : {&before, &after}) {
        for (const auto& member : *side) {
            names.insert(member.key());
        }
    }
    for (const std::string_view name : names) {
        const json::value* const old_value = before.if_contains(name);
        const json::value* const new_value = after.if_contains(name);
        std::string pointer = definition::pointer_to(parent, name);
        if (old_value != nullptr && new_value != nullptr && old_value->is_object() &&
            new_value->is_object()) {
            compare_members(old_value->get_object(), new_value->get_object(), pointer, out);
        } else if (old_value == nullptr || new_value == nullptr || *old_value != *new_value) {
            MemberChange change{.member = std::move(pointer)};
            change.before = old_value == nullptr ? std::nullopt : std::optional(*old_value);
            change.after = new_value == nullptr ? std::nullopt : std::optional(*new_value);
            out.push_back(std::move(change));
        }
    }
}

/// All but the neurons; without `defaults` there are none of them.
json::object network_members(const json::value& network) {
    json::object out = members_of(network);
    out.erase("neurons");
    out.emplace("defaults", json::object{});
    return out;
}

const json::object& neurons_of(const json::value& network) {
    const json::value* const neurons = members_of(network).if_contains("neurons");
    static const json::value none;
    return members_of(neurons == nullptr ? none : *neurons);
}

NeuronChange compare_neuron(std::string name, const json::value* before, const json::value* after) {
    NeuronChange change{.neuron = std::move(name)};
    change.kind = before == nullptr  ? Kind::added
                  : after == nullptr ? Kind::removed
                                     : Kind::changed;
    static const json::value none;
    compare_members(
        members_of(before == nullptr ? none : *before),
        members_of(after == nullptr ? none : *after),
        "",
        change.members
    );
    std::set<Effect> effects;
    for (const MemberChange& member : change.members) {
        effects.insert(effect_of(member.member));
    }
    if (change.kind == Kind::changed) {
        change.effects.assign(effects.begin(), effects.end());
    }
    return change;
}

/// `/timeout` of `/defaults/timeout`; nothing for all else.
std::string_view default_member(const MemberChange& change) {
    constexpr std::string_view defaults = "/defaults";
    const std::string_view pointer = change.member;
    const bool is_default = pointer.starts_with(defaults) && pointer.size() > defaults.size();
    return is_default ? pointer.substr(defaults.size()) : std::string_view();
}

/// What `defaults` says counts for the neurons that do not say it themselves.
void name_neurons(MemberChange& change, const json::value& after) {
    const std::string_view pointer = default_member(change);
    if (pointer.empty()) {
        return;
    }
    const std::string_view member = pointer.substr(1, pointer.find('/', 1) - 1);
    for (const auto& [name, neuron] : neurons_of(after)) {
        if (!members_of(neuron).contains(member)) {
            change.neurons.emplace_back(name);
        }
    }
}

bool changes_results(const NeuronChange& change) {
    return std::ranges::any_of(change.effects, [](Effect effect) {
        return effect != Effect::policy;
    });
}

/// Those whose results may be others, and that did not change themselves.
std::vector<std::string>
find_affected(const json::value& after, const NetworkDifference& difference) {
    const NetworkGraph graph = read_graph(after, {});
    std::set<std::string> others;
    std::set<std::string> listed;
    for (const MemberChange& change : difference.network) {
        if (!change.neurons.empty() && effect_of(default_member(change)) != Effect::policy) {
            others.insert(change.neurons.begin(), change.neurons.end());
        }
    }
    for (const NeuronChange& change : difference.neurons) {
        listed.insert(change.neuron);
        if (changes_results(change)) {
            others.insert(change.neuron);
        }
    }
    for (bool grown = true; std::exchange(grown, false);) {
        for (const NetworkGraph::Edge& edge : graph.edges) {
            const std::string& from = graph.neurons[edge.from].name;
            if (others.contains(graph.neurons[edge.to].name) && others.insert(from).second) {
                grown = true;
            }
        }
    }
    std::vector<std::string> affected;
    std::ranges::set_difference(others, listed, std::back_inserter(affected));
    return affected;
}

}  // namespace

std::string_view to_string(Effect effect) noexcept {
    switch (effect) {
        case Effect::work:
            return "work";
        case Effect::flow:
            return "flow";
        case Effect::result:
            return "result";
        case Effect::state:
            return "state";
        case Effect::policy:
            return "policy";
    }
    return "";
}

NetworkDifference compare(const json::value& before, const json::value& after) {
    NetworkDifference out;
    compare_members(network_members(before), network_members(after), "", out.network);
    for (MemberChange& change : out.network) {
        name_neurons(change, after);
    }
    std::map<std::string, std::pair<const json::value*, const json::value*>> neurons;
    for (const auto& [name, neuron] : neurons_of(before)) {
        neurons[name].first = &neuron;
    }
    for (const auto& [name, neuron] : neurons_of(after)) {
        neurons[name].second = &neuron;
    }
    for (const auto& [name, both] : neurons) {
        NeuronChange change = compare_neuron(name, both.first, both.second);
        if (!change.members.empty()) {
            out.neurons.push_back(std::move(change));
        }
    }
    out.affected = find_affected(after, out);
    return out;
}

}  // namespace hal9::app
