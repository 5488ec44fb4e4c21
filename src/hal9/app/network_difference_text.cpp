// How a NetworkDifference is printed.
#include "hal9/app/network_difference.hpp"
#include "hal9/app/tables.hpp"
#include "hal9/base/text.hpp"

#include <algorithm>
#include <utility>

namespace hal9::app {
namespace {

using Kind = NeuronChange::Kind;

constexpr std::string_view indent = "    ";
constexpr std::size_t names_max = 8;
constexpr std::size_t value_width_min = 12;

std::string_view to_string(Kind kind) {
    switch (kind) {
        case Kind::added:
            return "added";
        case Kind::removed:
            return "removed";
        case Kind::changed:
            return "changed";
    }
    return "";
}

json::array members_json(const std::vector<MemberChange>& changes) {
    json::array out;
    for (const MemberChange& change : changes) {
        json::object member{{"member", change.member}};
        if (change.before) {
            member["before"] = *change.before;
        }
        if (change.after) {
            member["after"] = *change.after;
        }
        if (!change.neurons.empty()) {
            member["neurons"] = json::array(change.neurons.begin(), change.neurons.end());
        }
        out.push_back(std::move(member));
    }
    return out;
}

std::string_view words_of(Effect effect, bool other_kind) {
    switch (effect) {
        case Effect::work:
            return other_kind ? "is of another kind" : "does something else";
        case Effect::flow:
            return "sends its signals elsewhere";
        case Effect::result:
            return "combines in another way";
        case Effect::state:
            return "keeps its state in another way";
        case Effect::policy:
            return "has other limits";
    }
    return "";
}

/// `/settings/text` as people say it.
std::string name_of(const MemberChange& change) {
    return printable(std::string_view(change.member).substr(1));
}

/// Names as a sentence has them, not too many.
std::string listed(const std::vector<std::string>& names) {
    std::string out;
    for (std::size_t i = 0; i < std::min(names.size(), names_max); ++i) {
        out += str(i == 0 ? "" : ", ", printable(names[i]));
    }
    return names.size() > names_max ? str(out, " and ", names.size() - names_max, " more") : out;
}

std::string values_text(const MemberChange& change, std::size_t columns) {
    const std::string before =
        change.before ? printable(readable_json(*change.before)) : std::string();
    const std::string after =
        change.after ? printable(readable_json(*change.after)) : std::string();
    const std::string name = str(indent, name_of(change));
    const std::size_t room = columns - std::min(columns, indent.size() * 2 + 2);
    if (!change.before || !change.after) {
        const std::string line = str(name, change.before ? ": was " : ": ");
        const std::size_t left = columns - std::min(columns, width_of(line));
        return str(
            line,
            clipped(change.before ? before : after, std::max(left, value_width_min)),
            "\n"
        );
    }
    if (const std::string line = str(name, ": ", before, " -> ", after);
        width_of(line) <= columns) {
        return line + "\n";
    }
    return str(
        name,
        ":\n",
        indent,
        indent,
        "- ",
        clipped_to_difference(before, after, room),
        "\n",
        indent,
        indent,
        "+ ",
        clipped_to_difference(after, before, room),
        "\n"
    );
}

std::string members_text(const std::vector<MemberChange>& changes, std::size_t columns) {
    std::string out;
    for (const MemberChange& change : changes) {
        out += values_text(change, columns);
        if (!change.neurons.empty()) {
            out += str(indent, indent, "counts for ", listed(change.neurons), "\n");
        }
    }
    return out;
}

/// Of one that was added or removed: `L3, text.extract`.
std::string layer_and_kind(const NeuronChange& change) {
    std::string out;
    for (const std::string_view wanted : {"/layer", "/kind"}) {
        const auto found = std::ranges::find(change.members, wanted, &MemberChange::member);
        if (found != change.members.end()) {
            const json::value& value = found->after ? *found->after : *found->before;
            const json::string* const text = value.if_string();
            out += str(out.empty() ? "" : ", ", text == nullptr ? "" : printable(*text));
        }
    }
    return out;
}

std::string neuron_text(const NeuronChange& change, std::size_t columns) {
    const std::string name = printable(change.neuron);
    if (change.kind != Kind::changed) {
        const bool added = change.kind == Kind::added;
        return str(added ? "+ " : "- ", name, ": ", layer_and_kind(change), "\n");
    }
    const bool other_kind =
        std::ranges::find(change.members, "/kind", &MemberChange::member) != change.members.end();
    std::string effects;
    for (const Effect effect : change.effects) {
        effects += str(effects.empty() ? "" : ", ", words_of(effect, other_kind));
    }
    return str("~ ", name, ": ", effects, "\n", members_text(change.members, columns));
}

}  // namespace

json::object to_json(const NetworkDifference& difference) {
    json::array neurons;
    for (const NeuronChange& change : difference.neurons) {
        json::array effects;
        for (const Effect effect : change.effects) {
            effects.emplace_back(to_string(effect));
        }
        neurons.push_back(json::object{
            {"neuron", change.neuron},
            {"change", to_string(change.kind)},
            {"members", members_json(change.members)},
            {"effects", std::move(effects)},
        });
    }
    return {
        {"equal", difference.is_empty()},
        {"network", members_json(difference.network)},
        {"neurons", std::move(neurons)},
        {"affected", json::array(difference.affected.begin(), difference.affected.end())},
    };
}

std::string to_text(const NetworkDifference& difference, std::size_t columns) {
    std::string out;
    if (!difference.network.empty()) {
        out += "~ the network\n" + members_text(difference.network, columns);
    }
    for (const NeuronChange& change : difference.neurons) {
        out += neuron_text(change, columns);
    }
    if (!difference.affected.empty()) {
        out +=
            str("\nUnchanged, with results that may differ: ", listed(difference.affected), "\n");
    }
    return out;
}

}  // namespace hal9::app
