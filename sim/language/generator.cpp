#include "sim/language/generator.hpp"

#include "hal9/base/random.hpp"
#include "hal9/base/text.hpp"
#include "hal9/definition/parse.hpp"
#include "sim/language/folds.hpp"
#include "sim/language/kind_catalog.hpp"
#include "sim/language/kind_writer.hpp"
#include "sim/language/policies.hpp"
#include "sim/language/predicates.hpp"
#include "sim/language/templates.hpp"
#include "sim/language/values.hpp"
#include "sim/language/writer.hpp"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <utility>

namespace hal9::sim::language {
namespace {

/// A neuron that is written, with what came through it.
struct Grown {
    std::string name;
    int layer = 1;
    std::optional<json::value> result;
};

class Grower {
public:
    /// All outlive it; `callee` is null where no other network may be called.
    Grower(Random& random, const json::value& root, const Plan& plan, const Callee* callee)
        : writer_(random, root),
          root_(root),
          plan_(plan),
          callee_(callee),
          neurons_max_(1 + random.below(11)) {}

    json::object network(std::string name) {
        json::object out{{"hal9", 1}, {"name", name}};
        name_ = std::move(name);
        any_layer_ = writer_.chance(0.15);
        constexpr double signals = 120;
        const Grown start =
            grow(root_, static_cast<int>(4 + writer_.below(6)), {.signals = signals, .depth = 0});
        out["start"] = start.name;
        result_ = start.result.value_or(nullptr);
        out["neurons"] = std::move(neurons_);
        write_head(writer_, out);
        if (any_layer_) {
            out["layer_rule"] = "any";
        }
        return out;
    }

    /// What it makes of its sample, as far as that is known.
    [[nodiscard]] const json::value& result() const { return result_; }

private:
    /// How much may still grow from here.
    struct Room {
        double signals = 0;
        int depth = 0;
    };

    struct From {
        const Grown& grown;
        Room room;
    };

    // ---- one neuron

    /// By value: `grown_` moves while more grow.
    Grown grow(
        const json::value& payload,
        int layer,
        Room room,
        std::optional<WrittenKind> given = std::nullopt
    ) {
        Grown grown{.name = new_name(), .layer = layer, .result = std::nullopt};
        const WrittenKind written = given ? *std::move(given) : choose_kind(payload);
        json::object neuron{{"layer", str("L", layer)}, {"kind", written.kind}};
        if (!written.settings.empty()) {
            neuron["settings"] = written.settings;
        }
        write_keep(neuron, payload);
        write_key(neuron, payload);
        const auto emissions = sample_emissions(neuron, written, payload);
        std::vector<Writer::SampleChild> children;
        if (says_when(written.kind)) {
            write_forgetting(neuron, emissions.front(), {grown, room}, children);
        } else if (written.kind == "json.route" && may_recur(payload)) {
            write_recursion(neuron, {grown, room}, children);
        } else {
            write_forward(neuron, payload, emissions, {grown, room}, children);
        }
        if (neuron.at("kind") == "json.route" && !recurs(neuron)) {
            write_routes(neuron, emissions.front(), payload);
        }
        write_result(neuron, written, emissions, children, grown);
        write_then(neuron, payload, {grown, room});
        write_policies(writer_, neuron);
        neurons_[grown.name] = std::move(neuron);
        grown_.push_back(grown);
        return grown;
    }

    WrittenKind choose_kind(const json::value& payload) {
        if (callee_ != nullptr && writer_.chance(0.12)) {
            return write_call(writer_, *callee_, payload);
        }
        if (may_recur(payload) && writer_.chance(0.15)) {
            return {"json.route", {}, {}};
        }
        return write_kind(writer_, payload);
    }

    std::string new_name() {
        ++count_;
        return str(writer_.one_of({"a", "b", "c", "m", "x", "z"}), count_);
    }

    void write_keep(json::object& neuron, const json::value& payload) {
        const json::object* const members = payload.if_object();
        if (members == nullptr || members->empty() || !writer_.chance(0.5)) {
            return;
        }
        json::array names;
        for (const auto& [name, value] : *members) {
            if (writer_.chance(0.5)) {
                names.emplace_back(name);
            }
        }
        if (writer_.chance(0.1)) {
            names.emplace_back("missing");
        }
        if (!names.empty()) {
            neuron["keep"] = std::move(names);
        }
    }

    void write_key(json::object& neuron, const json::value& payload) {
        if (neuron.at("kind") != "state.update" && !writer_.chance(0.04)) {
            return;
        }
        neuron["key"] = writer_.key(payload);
        if (writer_.chance(0.5)) {
            neuron["key_ttl"] = json::value(writer_.one_of({"400d", "1000d"}));
        }
    }

    /// What it emits for the sample, as far as it emits: a failure may be the first attempt's only.
    std::vector<json::value> sample_emissions(
        const json::object& neuron,
        const WrittenKind& written,
        const json::value& payload
    ) {
        std::vector<json::value> out;
        const auto settings = fill(written.settings, {payload, root_});
        if (says_when(written.kind)) {
            out.push_back(said(written.kind, settings ? settings->as_object() : json::object()));
        } else if (written.emits) {
            out.push_back(*written.emits);
        } else if (written.kind == "json.filter" || written.kind == "json.route") {
            const json::value* const value =
                settings ? settings->as_object().if_contains("value") : nullptr;
            out.push_back(value == nullptr ? payload : *value);
        } else {
            const auto emitted =
                settings ? emit({written.kind, settings->as_object(), payload, {}, 0, 0})
                         : Result<std::vector<Emitted>>({});
            if (!emitted) {
                out.push_back(payload);
            }
            for (const Emitted& each : emitted.value_or(std::vector<Emitted>())) {
                out.push_back(each.value);
            }
        }
        for (json::value& value : out) {
            copy_members(neuron.if_contains("keep"), payload, value);
        }
        return out;
    }

    // ---- people

    static bool says_when(std::string_view kind) { return kind == "human" || kind == "receive"; }

    /// What the plan says, without the time, at which nothing that is generated may point.
    json::value said(std::string_view kind, const json::object& settings) {
        const bool asks = kind == "human";
        const auto member = [&](const char* name) {
            const json::value* const found = settings.if_contains(name);
            return found == nullptr ? json::value() : *found;
        };
        const json::value name = member("name");
        const auto said = asks ? plan_.answers(member("question"), member("form"))
                               : plan_.sends(name.is_string() ? name.as_string() : "never");
        return {
            {asks ? "answer" : "message", said ? said->value : json::value()},
            {"by", said ? said->by : "nobody"},
        };
    }

    /// One child, which makes something of what was said and drops the time.
    void write_forgetting(
        json::object& neuron,
        const json::value& emission,
        From from,
        std::vector<Writer::SampleChild>& children
    ) {
        WrittenKind map{"json.map", {{"value", writer_.value(emission)}}, {}};
        const Grown child = grow(
            emission,
            layer_below(from.grown.layer, false),
            {from.room.signals, from.room.depth + 1},
            std::move(map)
        );
        neuron["forward"] = json::array{json::value(child.name)};
        children.push_back({child.name, child.result.value_or(nullptr)});
    }

    // ---- edges

    [[nodiscard]] bool may_lead(int from, int to, bool then) const {
        const int below = from - to;
        return any_layer_ || below == 0 || below == 1 || (then && below == -1);
    }

    int layer_below(int from, bool then) {
        if (any_layer_) {
            return static_cast<int>(1 + writer_.below(9));
        }
        const int layer =
            from - static_cast<int>(writer_.below(2)) + (then && writer_.chance(0.3) ? 1 : 0);
        return std::clamp(layer, 1, 9);
    }

    /// A new neuron, or one that is there; none where there is neither room nor choice.
    std::optional<Grown>
    target(const json::value& payload, From from, const json::array& taken, bool then) {
        std::vector<Grown> there;
        for (const Grown& grown : grown_) {
            const bool is_taken = std::ranges::find(taken, json::value(grown.name)) != taken.end();
            if (!is_taken && may_lead(from.grown.layer, grown.layer, then)) {
                there.push_back(grown);
            }
        }
        const bool room = count_ < neurons_max_ && from.room.depth < 5;
        if (!there.empty() && (!room || writer_.chance(0.15))) {
            return there[writer_.below(there.size())];
        }
        if (!room) {
            return std::nullopt;
        }
        return grow(
            payload,
            layer_below(from.grown.layer, then),
            {from.room.signals, from.room.depth + 1}
        );
    }

    void write_forward(
        json::object& neuron,
        const json::value& payload,
        const std::vector<json::value>& emissions,
        From from,
        std::vector<Writer::SampleChild>& children
    ) {
        const double copies = std::max<double>(1, static_cast<double>(emissions.size()));
        std::uint64_t entries = writer_.chance(0.7) ? 1 : 2 + writer_.below(2);
        from.room.signals /= copies * static_cast<double>(entries);
        if (from.room.signals < 1 || emissions.empty() || !writer_.chance(0.8)) {
            return;
        }
        json::array forward;
        json::array taken;
        for (; entries > 0; --entries) {
            const json::value& emission = emissions[writer_.below(emissions.size())];
            write_entry(payload, emission, from, {forward, taken, children, emissions.size() > 1});
        }
        if (!forward.empty()) {
            neuron["forward"] = std::move(forward);
        }
    }

    struct Entries {
        json::array& forward;
        json::array& taken;
        std::vector<Writer::SampleChild>& children;
        bool siblings = false;  ///< each entry gets several
    };

    void write_entry(
        const json::value& payload,
        const json::value& emission,
        From from,
        Entries entries
    ) {
        const bool counts = entries.siblings && count_ < neurons_max_ && writer_.chance(0.3);
        const auto first = counts ? grow(
                                        emission,
                                        layer_below(from.grown.layer, false),
                                        {from.room.signals, from.room.depth + 1},
                                        write_counter(writer_, emission)
                                    )
                                  : target(emission, from, entries.taken, false);
        if (!first) {
            return;
        }
        entries.taken.emplace_back(first->name);
        entries.children.push_back({first->name, first->result.value_or(nullptr)});
        json::object entry;
        if (writer_.chance(0.15)) {
            json::array any_of{json::value(first->name)};
            if (const auto second = target(emission, from, entries.taken, false)) {
                any_of.emplace_back(second->name);
                entries.taken.emplace_back(second->name);
            }
            entry["any_of"] = std::move(any_of);
            if (writer_.chance(0.6)) {
                entry["learn"] = json::value(writer_.one_of({"on", "observe", "off"}));
            }
        }
        if (writer_.chance(0.25)) {
            entry["when"] = writer_.predicate(emission, payload);
        }
        if (entry.empty() && writer_.chance(0.9)) {
            entries.forward.emplace_back(first->name);
            return;
        }
        if (!entry.contains("any_of")) {
            entry["to"] = first->name;
        }
        entries.forward.emplace_back(std::move(entry));
    }

    // ---- recursion

    [[nodiscard]] bool may_recur(const json::value& payload) const {
        return root_.as_object().contains("left") && payload.is_object() && !recurs_;
    }

    static bool recurs(const json::object& neuron) {
        const json::value* const settings = neuron.if_contains("settings");
        return settings != nullptr && settings->as_object().contains("routes");
    }

    /// As long as something is left, the network runs itself with the rest.
    void
    write_recursion(json::object& neuron, From from, std::vector<Writer::SampleChild>& children) {
        recurs_ = true;
        json::object rest;
        for (const char* const member : {"text", "n", "k", "list"}) {
            rest[member] = str("${run:/", member, "?}");
        }
        json::object value(rest);
        value["left"] = "${run:/left?}";
        json::object sample(root_.as_object());
        const Room room{from.room.signals / 2, from.room.depth + 1};
        const Grown end = grow(sample, layer_below(from.grown.layer, false), room);
        rest["left"] = "${/left/0}";
        WrittenKind call{
            "network",
            {{"network", name_}, {"input", std::move(rest)}},
            end.result.value_or(nullptr)
        };
        const Grown again =
            grow(sample, layer_below(from.grown.layer, false), room, std::move(call));
        neuron["forward"] = json::array{json::value(again.name), json::value(end.name)};
        neuron["settings"] = json::object{
            {"value", std::move(value)},
            {"routes",
             json::array{{{"when", {{"at", "/left/0"}, {"exists", true}}}, {"to", again.name}}}},
            {"otherwise", end.name},
        };
        children.push_back({end.name, end.result.value_or(nullptr)});
    }

    /// One for each neuron of `forward`. Where there is none, nothing is routed.
    void
    write_routes(json::object& neuron, const json::value& emission, const json::value& payload) {
        json::object settings;
        if (const json::value* const given = neuron.if_contains("settings")) {
            settings = given->as_object();
        }
        if (!neuron.contains("forward")) {
            neuron["kind"] = "json.filter";
            settings["when"] = writer_.predicate(emission, payload);
            neuron["settings"] = std::move(settings);
            return;
        }
        json::array routes;
        for (const json::value& name : candidates(neuron.at("forward").as_array())) {
            routes.push_back({{"when", writer_.predicate(emission, payload)}, {"to", name}});
        }
        if (writer_.chance(0.8)) {
            settings["otherwise"] = routes[writer_.below(routes.size())].at("to");
        }
        settings["routes"] = std::move(routes);
        neuron["settings"] = std::move(settings);
    }

    /// The neurons that entries of `forward` may lead to.
    static json::array candidates(const json::array& forward) {
        json::array out;
        for (const json::value& entry : forward) {
            const json::object* const object = entry.if_object();
            if (object != nullptr && object->contains("any_of")) {
                std::ranges::copy(object->at("any_of").as_array(), std::back_inserter(out));
            } else {
                out.push_back(object == nullptr ? entry : object->at("to"));
            }
        }
        return out;
    }

    /// `combine` and `join`, and what the neuron's own result looks like.
    void write_result(
        json::object& neuron,
        const WrittenKind& written,
        const std::vector<json::value>& emissions,
        const std::vector<Writer::SampleChild>& children,
        Grown& grown
    ) {
        const bool many = emits_many(written.kind);
        const bool routes = written.kind == "json.route";
        if (!neuron.contains("forward")) {
            grown.result = many ? json::value(json::array(emissions.begin(), emissions.end()))
                           : emissions.empty() ? json::value()
                                               : emissions.front();
            return;
        }
        if (writer_.chance(0.5)) {
            const std::uint64_t most = many     ? 3
                                       : routes ? 1
                                                : neuron.at("forward").as_array().size();
            neuron["join"] = writer_.chance(0.2) ? json::value("all")
                             : writer_.chance(0.4)
                                 ? json::value("any")
                                 : json::value({{"quorum", 1 + writer_.below(most)}});
        }
        if (many) {
            neuron["combine"] = writer_.combine(children);
            std::vector<ChildResult> results;
            results.reserve(children.size());
            for (const auto& child : children) {
                results.push_back({child.neuron, child.result});
            }
            grown.result = combine(neuron.at("combine").as_object(), results).value_or(nullptr);
        } else if (children.size() == 1 || routes) {
            grown.result = children.front().result;
        } else {
            json::object by_name;
            for (const auto& child : children) {
                by_name[child.neuron] = child.result;
            }
            grown.result = std::move(by_name);
        }
    }

    void write_then(json::object& neuron, const json::value& payload, From from) {
        if (!writer_.chance(0.3) || !from.grown.result) {
            return;
        }
        json::value signal = *from.grown.result;
        copy_members(neuron.if_contains("keep"), payload, signal);
        from.room.signals /= 2;
        const auto to = target(signal, from, {}, true);
        if (!to) {
            return;
        }
        json::object then{{"to", to->name}};
        if (writer_.chance(0.35)) {
            then["when"] = writer_.predicate(signal, payload);
        }
        const bool list = emits_many(neuron.at("kind").as_string()) && !neuron.contains("forward");
        if (!list && writer_.chance(from.grown.result->is_object() ? 0.5 : 0.05)) {
            then["as"] = json::value(writer_.one_of({"next", "n", "text"}));
        }
        const bool plain = then.size() == 1 && writer_.chance(0.7);
        neuron["then"] = plain ? json::value(to->name) : json::value(std::move(then));
    }

    Writer writer_;
    const json::value& root_;
    const Plan& plan_;
    const Callee* callee_;
    std::uint64_t neurons_max_;
    std::string name_;
    json::value result_;
    bool any_layer_ = false;
    bool recurs_ = false;
    std::uint64_t count_ = 0;
    json::object neurons_;
    std::vector<Grown> grown_;  ///< all their edges are written
};

/// Some members of the input become defaults of the network's `input` schema.
void move_into_schema(Random& random, json::object& network, json::value& input) {
    json::object properties;
    for (const auto& [name, value] : json::object(input.as_object())) {
        json::object property;
        if (random.chance(0.6)) {
            property["type"] = json_type_name(value);
        }
        if (random.chance(0.4)) {
            property["default"] = value;
            input.as_object().erase(name);
        }
        if (!property.empty()) {
            properties[name] = std::move(property);
        }
    }
    network["input"] = json::object{{"type", "object"}, {"properties", std::move(properties)}};
}

/// A network with an input.
struct Sprout {
    json::object network;
    json::value input;
    json::value result;  ///< as far as it is known
};

/// As it is stored, and as a parser sees it: numbers have the types that texts give them.
json::value as_parsed(const json::value& value) {
    return *parse_json(canonical_json(value));
}

Sprout sprout(Random& random, const std::string& name, const Plan& plan, const Callee* callee) {
    json::value root;
    root = as_parsed(Writer(random, root).input());
    Grower grower(random, root, plan, callee);
    json::object network = grower.network(name);
    json::value input = root;
    if (random.chance(0.4)) {
        move_into_schema(random, network, input);
    }
    return {as_parsed(network).as_object(), as_parsed(input), grower.result()};
}

/// Nothing where the interpreter cannot follow.
std::optional<Generated> grow(std::uint64_t seed) {
    SeededRandom random(seed);
    Generated out;
    out.story.plan.salt = random.next();
    std::optional<Callee> helper;
    std::optional<Sprout> second;
    if (random.chance(0.4)) {
        second = sprout(random, "helper", out.story.plan, nullptr);
        helper = Callee{"helper", second->input.as_object(), second->result};
    }
    Sprout first = sprout(random, "generated", out.story.plan, helper ? &*helper : nullptr);
    out.story.input = std::move(first.input);
    out.story.networks.push_back(std::move(first.network));
    if (second) {
        out.story.networks.push_back(std::move(second->network));
    }
    auto allowed = interpret(out.story);
    if (!allowed) {
        return std::nullopt;
    }
    out.allowed = *std::move(allowed);
    return out;
}

bool may_be_applied(const Generated& generated) {
    return std::ranges::all_of(generated.story.networks, [](const json::object& network) {
        return definition::parse_network(canonical_json(network), kind_catalog()).has_value();
    });
}

Generated first_of(std::uint64_t seed, bool (*is_wanted)(const Generated&)) {
    for (std::uint64_t again = 0;; ++again) {
        auto grown = grow(mix64(mix64(seed) + again));
        if (grown && is_wanted(*grown)) {
            return *std::move(grown);
        }
    }
}

}  // namespace

Generated generate(std::uint64_t seed) {
    return first_of(seed, may_be_applied);
}

Generated generate_unchecked(std::uint64_t seed) {
    return first_of(seed, [](const Generated&) { return true; });
}

}  // namespace hal9::sim::language
