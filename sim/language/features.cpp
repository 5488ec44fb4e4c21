#include "sim/language/features.hpp"

#include "hal9/base/text.hpp"

#include <array>
#include <cmath>

namespace hal9::sim::language {
namespace {

constexpr std::array wanted = std::to_array<std::string_view>({
    // of the network
    "description",
    "input",
    "input default",
    "layer_rule",
    "durability",
    "learning",
    "defaults",
    // of a neuron
    "settings",
    "keep",
    "forward",
    "forward several",
    "forward to",
    "forward when",
    "forward any_of",
    "forward learn",
    "combine",
    "combine count",
    "combine count_distinct",
    "combine sum",
    "combine min",
    "combine max",
    "combine mean",
    "combine collect",
    "combine first",
    "combine last",
    "combine of",
    "combine distinct",
    "combine order",
    "combine by",
    "combine top",
    "then",
    "then when",
    "then as",
    "join all",
    "join any",
    "join quorum",
    "on_child_error fail",
    "on_child_error skip",
    "on_child_error value",
    "on_exhausted fail",
    "on_exhausted park",
    "concurrency",
    "timeout",
    "deadline",
    "retry",
    "retry attempts",
    "retry base",
    "retry max",
    "priority",
    "key",
    "key_ttl",
    "needs",
    "needs memory",
    "needs cpu",
    "needs tags",
    // values
    "${/}",
    "${/?}",
    "${run:/}",
    "${| json}",
    "${| lines}",
    "${| count}",
    "$${",
    // predicates
    "when eq",
    "when ne",
    "when lt",
    "when le",
    "when gt",
    "when ge",
    "when in",
    "when matches",
    "when exists",
    "when all",
    "when any",
    "when not",
    "when ${}",
    // kinds
    "kind delay",
    "kind fail",
    "kind files.list",
    "kind files.read",
    "kind human",
    "kind json.filter",
    "kind json.map",
    "kind json.route",
    "kind json.split",
    "kind network",
    "kind network itself",
    "kind receive",
    "kind state.update",
    "kind text.check",
    "kind text.extract",
    "kind text.replace",
    "kind text.split",
});

class Collector {
public:
    void network(const json::object& network) {
        for (const auto& [name, value] : network) {
            found.insert(name);
        }
        if (json::serialize(network).find("\"default\"") != std::string::npos) {
            found.insert("input default");
        }
        if (const json::value* const defaults = network.if_contains("defaults")) {
            policies(defaults->as_object());
        }
        for (const auto& [name, each] : network.at("neurons").as_object()) {
            neuron(each.as_object());
            const bool calls = each.at("kind") == "network";
            if (calls && each.at("settings").at("network") == network.at("name")) {
                found.insert("kind network itself");
            }
        }
    }

    std::set<std::string> found;

private:
    void members(std::string_view field, const json::object& object) {
        for (const auto& [name, value] : object) {
            found.insert(str(field, " ", std::string_view(name)));
        }
    }

    void neuron(const json::object& neuron) {
        for (const auto& [name, value] : neuron) {
            found.insert(name);
        }
        found.insert(str("kind ", std::string_view(neuron.at("kind").as_string())));
        if (const json::value* const settings = neuron.if_contains("settings")) {
            templates(*settings);
            if (const json::value* const when = settings->as_object().if_contains("when")) {
                predicate(when->as_object());
            }
        }
        if (const json::value* const forward = neuron.if_contains("forward")) {
            edges(forward->as_array());
        }
        if (const json::value* const combine = neuron.if_contains("combine")) {
            for (const auto& [name, aggregate] : combine->as_object()) {
                members("combine", aggregate.as_object());
            }
        }
        const json::value* const then = neuron.if_contains("then");
        if (then != nullptr && then->is_object()) {
            edge("then", then->as_object());
        }
        if (const json::value* const join = neuron.if_contains("join")) {
            word("join", *join);
        }
        policies(neuron);
    }

    void edges(const json::array& forward) {
        if (forward.size() > 1) {
            found.insert("forward several");
        }
        for (const json::value& entry : forward) {
            if (entry.is_object()) {
                edge("forward", entry.as_object());
            }
        }
    }

    void edge(std::string_view field, const json::object& edge) {
        members(field, edge);
        if (const json::value* const when = edge.if_contains("when")) {
            predicate(when->as_object());
        }
    }

    void policies(const json::object& from) {
        for (const char* const field : {"retry", "needs"}) {
            if (const json::value* const value = from.if_contains(field)) {
                found.insert(field);
                members(field, value->as_object());
            }
        }
        for (const char* const field : {"on_child_error", "on_exhausted"}) {
            if (const json::value* const value = from.if_contains(field)) {
                word(field, *value);
            }
        }
    }

    /// "join any", "join quorum": a word, or an object with one member.
    void word(std::string_view field, const json::value& value) {
        const std::string_view word = value.is_string()
                                          ? std::string_view(value.get_string())
                                          : std::string_view(value.as_object().begin()->key());
        found.insert(str(field, " ", word));
    }

    void predicate(const json::object& predicate) {
        for (const auto& [name, value] : predicate) {
            if (name == "at") {
                continue;
            }
            found.insert(str("when ", std::string_view(name)));
            if (name == "not") {
                this->predicate(value.as_object());
            } else if (name == "all" || name == "any") {
                for (const json::value& part : value.as_array()) {
                    this->predicate(part.as_object());
                }
            } else if (json::serialize(value).find("${") != std::string::npos) {
                found.insert("when ${}");
                templates(value);
            }
        }
    }

    void templates(const json::value& value) {
        const std::string text = json::serialize(value);
        for (std::size_t at = text.find("${"); at != std::string::npos; at = text.find("${", at)) {
            if (at > 0 && text[at - 1] == '$') {
                found.insert("$${");
                at += 2;
                continue;
            }
            const std::size_t end = text.find('}', at);
            one_template(std::string_view(text).substr(at + 2, end - at - 2));
            at = end;
        }
    }

    void one_template(std::string_view inside) {
        found.insert(inside.starts_with("run:") ? "${run:/}" : "${/}");
        const std::size_t bar = inside.find('|');
        if (inside.substr(0, bar).find('?') != std::string_view::npos) {
            found.insert("${/?}");
        }
        for (const char* const filter : {"json", "lines", "count"}) {
            if (bar != std::string_view::npos &&
                inside.find(filter, bar) != std::string_view::npos) {
                found.insert(str("${| ", filter, "}"));
            }
        }
    }
};

}  // namespace

std::set<std::string> features_of(const Case& story) {
    Collector collector;
    for (const json::object& network : story.networks) {
        collector.network(network);
    }
    return collector.found;
}

std::span<const std::string_view> wanted_features() {
    return wanted;
}

void Shares::add(const std::set<std::string>& features) {
    ++networks;
    for (const std::string& feature : features) {
        ++with[feature];
    }
}

double Shares::of(std::string_view feature) const {
    const auto found = with.find(std::string(feature));
    return found == with.end() ? 0
                               : static_cast<double>(found->second) / static_cast<double>(networks);
}

std::string to_text(const Shares& shares) {
    std::string out;
    for (const std::string_view feature : wanted) {
        const auto tenths = std::lround(shares.of(feature) * 1000);
        const std::string share = str(tenths / 10, ".", tenths % 10);
        out +=
            str(feature,
                std::string(feature.size() < 28 ? 28 - feature.size() : 1, ' '),
                share,
                " %\n");
    }
    return out;
}

}  // namespace hal9::sim::language
