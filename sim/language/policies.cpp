#include "sim/language/policies.hpp"

#include <utility>

namespace hal9::sim::language {
namespace {

json::value on_child_error(Writer& writer) {
    if (writer.chance(0.5)) {
        return "skip";
    }
    if (writer.chance(0.2)) {
        return "fail";
    }
    json::value value = writer.scalar();
    if (writer.chance(0.5)) {
        value = json::object{{"n", 7}, {"text", writer.words()}, {"list", json::array()}};
    }
    return json::object{{"value", std::move(value)}};
}

json::object retry(Writer& writer) {
    json::object out;
    if (writer.chance(0.9)) {
        out["attempts"] = 1 + writer.below(6);
    }
    if (writer.chance(0.4)) {
        out["base"] = json::value(writer.one_of({"1ms", "100ms", "2s"}));
    }
    if (writer.chance(0.4)) {
        out["max"] = json::value(writer.one_of({"5s", "1m"}));
    }
    return out;
}

json::object needs(Writer& writer) {
    json::object out;
    if (writer.chance(0.7)) {
        out["memory"] = "64MiB";
    }
    if (writer.chance(0.7)) {
        out["cpu"] = 0.5;
    }
    if (writer.chance(0.7)) {
        out["tags"] = json::array{"near"};
    }
    return out;
}

json::object defaults(Writer& writer) {
    json::object out;
    if (writer.chance(0.4)) {
        out["on_child_error"] = on_child_error(writer);
    }
    if (writer.chance(0.25)) {
        out["on_exhausted"] = json::value(writer.one_of({"park", "fail"}));
    }
    if (writer.chance(0.4)) {
        out["retry"] = retry(writer);
    }
    if (writer.chance(0.3)) {
        out["concurrency"] = 1 + writer.below(8);
    }
    if (writer.chance(0.3)) {
        out["timeout"] = "5m";
    }
    if (writer.chance(0.3)) {
        out["deadline"] = "900d";
    }
    if (writer.chance(0.3)) {
        out["priority"] = writer.below(10);
    }
    return out;
}

}  // namespace

void write_policies(Writer& writer, json::object& neuron) {
    const bool joins = neuron.contains("forward") || neuron.contains("then");
    if (joins && writer.chance(0.4)) {
        neuron["on_child_error"] = on_child_error(writer);
    }
    if (writer.chance(neuron.at("kind") == "fail" ? 0.25 : 0.1)) {
        neuron["on_exhausted"] = json::value(writer.one_of({"park", "park", "fail"}));
    }
    if (writer.chance(0.3)) {
        neuron["retry"] = retry(writer);
    }
    if (writer.chance(0.2)) {
        neuron["concurrency"] = 1 + writer.below(4);
    }
    if (writer.chance(0.1)) {
        neuron["timeout"] = json::value(writer.one_of({"10m", "1h"}));
    }
    if (writer.chance(0.1)) {
        neuron["deadline"] = json::value(writer.one_of({"400d", "1000d"}));
    }
    if (writer.chance(0.15)) {
        neuron["priority"] = writer.below(10);
    }
    if (writer.chance(0.1)) {
        neuron["needs"] = needs(writer);
    }
}

void write_head(Writer& writer, json::object& out) {
    if (writer.chance(0.3)) {
        out["description"] = "made from a seed";
    }
    if (writer.chance(0.2)) {
        out["durability"] = "durable";
    }
    if (writer.chance(0.2)) {
        out["learning"] = json::value(writer.one_of({"off", "observe", "on"}));
    }
    if (writer.chance(0.3)) {
        out["defaults"] = defaults(writer);
    }
}

}  // namespace hal9::sim::language
