#include "sim/workload.hpp"

#include "hal9/base/text.hpp"
#include "sim/kinds.hpp"

#include <algorithm>
#include <set>

namespace hal9::sim {
namespace {

std::uint32_t share(Random& random, double harshness, std::uint32_t per_mille) {
    return random.chance(0.3 * harshness) ? static_cast<std::uint32_t>(random.below(per_mille + 1))
                                          : 0;
}

Behaviour random_behaviour(Random& random, double harshness) {
    Behaviour behaviour;
    behaviour.salt = random.next() >> 16U;
    behaviour.fan = 1 + static_cast<std::uint32_t>(random.below(random.chance(0.2) ? 60 : 8));
    behaviour.transient = share(random, 2 * harshness, 300);
    behaviour.permanent = share(random, harshness, 100);
    behaviour.throws = share(random, harshness, 60);
    behaviour.hangs = share(random, harshness, 100);
    behaviour.waits = share(random, harshness, 200);
    behaviour.poison = random.chance(0.1 * harshness) ? 20 : 0;
    behaviour.receives =
        random.chance(0.15) ? 1 + static_cast<std::uint32_t>(random.below(300)) : 0;
    behaviour.asks = random.chance(0.15) ? 1 + static_cast<std::uint32_t>(random.below(400)) : 0;
    return behaviour;
}

json::object combine() {
    return {
        {"x", {{"last", "/x"}}},
        {"n", {{"sum", "/n"}}},
        {"children", {{"count", "children"}}},
        {"ids", {{"collect", "/id"}, {"top", 20}}},
        {"distinct", {{"count_distinct", "/n"}}},
        {"last", {{"last", "/n"}}},
    };
}

/// Of a neuron whose join counts some children only: which, is chance.
json::object combine_some() {
    return {{"children", {{"count", "children"}}}};
}

/// The same aggregates over the results of counted children, written a second time on purpose.
json::value fold(const std::vector<json::value>& results) {
    std::int64_t sum = 0;
    json::array ids;
    std::set<std::int64_t> distinct;
    json::value last = nullptr;
    json::value last_x = nullptr;
    for (const json::value& result : results) {
        const json::object* object = result.if_object();
        if (object == nullptr) {
            continue;
        }
        if (const json::value* n = object->if_contains("n")) {
            sum += n->to_number<std::int64_t>();
            distinct.insert(n->to_number<std::int64_t>());
            last = *n;
        }
        if (const json::value* x = object->if_contains("x")) {
            last_x = *x;
        }
        if (const json::value* id = object->if_contains("id"); id != nullptr && ids.size() < 20) {
            ids.push_back(*id);
        }
    }
    return json::object{
        {"x", last_x},
        {"n", sum},
        {"children", results.size()},
        {"ids", ids},
        {"distinct", distinct.size()},
        {"last", last},
    };
}

class Interpreter {
public:
    explicit Interpreter(const Workload& workload) : workload_(workload) {}

    /// The result of one signal, or nothing where it fails.
    std::optional<json::value>
    run(std::size_t index, std::uint64_t x) {  // NOLINT(misc-no-recursion)
        const SimNeuron& neuron = workload_.neurons[index];
        ++expected.signals;
        if (fails(neuron, x)) {
            expected.any_failure = true;
            return std::nullopt;
        }
        auto own = result_of(neuron, x);
        if (!own || !neuron.then) {
            return own;
        }
        return go_on(neuron, *std::move(own));
    }

    static json::value substitute() { return json::object{{"n", 7}}; }

    Expected expected;

private:
    /// With what the signal of `then` gives.
    std::optional<json::value>
    go_on(const SimNeuron& neuron, json::value own) {  // NOLINT(misc-no-recursion)
        json::value signal = own;
        std::optional<json::value> result;
        const json::object* const object = signal.if_object();
        if (object == nullptr || !object->contains("x") || !object->at("x").is_number()) {
            ++expected.signals;
            expected.any_failure = true;  // the handler finds no number and throws
        } else {
            result = run(*neuron.then, object->at("x").to_number<std::uint64_t>());
        }
        if (!result && neuron.on_error == SimNeuron::OnError::fail) {
            return std::nullopt;
        }
        if (!result && neuron.on_error == SimNeuron::OnError::skip) {
            return own;
        }
        json::value next = result ? *std::move(result) : substitute();
        if (!neuron.then_as) {
            return next;
        }
        if (!own.is_object()) {
            return std::nullopt;
        }
        own.as_object()["next"] = std::move(next);
        return own;
    }

    /// Without `then`.
    std::optional<json::value>
    result_of(const SimNeuron& neuron, std::uint64_t x) {  // NOLINT(misc-no-recursion)
        if (neuron.calls) {
            Interpreter called(*workload_.called);
            const auto result = called.run(0, x);
            expected.any_failure |= called.expected.any_failure;
            if (!result) {
                expected.any_failure = true;
                return std::nullopt;
            }
        }
        const std::uint64_t source = neuron.calls ? x : source_of(neuron.behaviour, x);
        const std::uint32_t emissions = neuron.many ? neuron.behaviour.emissions(source) : 1;
        if (neuron.forward.empty()) {
            json::array list;
            for (std::uint32_t i = 0; i < emissions; ++i) {
                list.push_back(payload(neuron.behaviour.emitted(source, i)));
            }
            return neuron.many ? json::value(list) : list.front();
        }
        if (neuron.quorum > 0) {
            return quorum_of(neuron, source, emissions);
        }
        return joined(neuron, source, emissions);
    }

    /// What a person or a message says, or what it was handed.
    static std::uint64_t source_of(const Behaviour& behaviour, std::uint64_t x) {
        if (behaviour.asks_on(x)) {
            return Behaviour::answer_to(x);
        }
        return behaviour.receives_on(x) ? Behaviour::message_of(Behaviour::message_name(x)) : x;
    }

    /// All children, put together.
    std::optional<json::value> joined(  // NOLINT(misc-no-recursion)
        const SimNeuron& neuron,
        std::uint64_t source,
        std::uint32_t emissions
    ) {
        std::vector<json::value> results;
        json::object by_name;
        for (std::uint32_t i = 0; i < emissions; ++i) {
            for (const std::size_t child : neuron.forward) {
                auto result = run(child, neuron.behaviour.emitted(source, i));
                if (!result && neuron.on_error == SimNeuron::OnError::fail) {
                    return std::nullopt;
                }
                if (!result && neuron.on_error == SimNeuron::OnError::value) {
                    result = substitute();
                }
                if (result) {
                    by_name[workload_.neurons[child].name] = *result;
                    results.push_back(*std::move(result));
                }
            }
        }
        if (neuron.many) {
            return fold(results);
        }
        if (neuron.forward.size() > 1) {
            return by_name;
        }
        return results.empty() ? json::value(nullptr) : results.front();
    }

    /// Enough children succeed or they do not; losers make the number of signals no promise.
    std::optional<json::value> quorum_of(  // NOLINT(misc-no-recursion)
        const SimNeuron& neuron,
        std::uint64_t source,
        std::uint32_t emissions
    ) {
        expected.any_failure = true;
        std::uint32_t succeeded = 0;
        for (std::uint32_t i = 0; i < emissions; ++i) {
            for (const std::size_t child : neuron.forward) {
                succeeded += run(child, neuron.behaviour.emitted(source, i)) ? 1 : 0;
            }
        }
        if (succeeded < neuron.quorum) {
            return std::nullopt;
        }
        return json::object{{"children", neuron.quorum}};
    }

    static json::value payload(std::uint64_t x) {
        return json::object{{"x", x}, {"n", x % 1000}, {"id", x}, {"k", x % 4}};
    }

    /// Whether all its attempts fail, those after an operator's redrive included.
    static bool fails(const SimNeuron& neuron, std::uint64_t x) {
        const Behaviour& behaviour = neuron.behaviour;
        if (neuron.calls) {
            return behaviour.is_poison(x);
        }
        const bool hangs = behaviour.hangs_on(x) && neuron.asynchronous;
        const std::uint32_t failing = behaviour.failing_attempts(x);
        const bool redriven = neuron.parks && Behaviour::redriven_once(x);
        // A redrive is counted like the failure before it, and gives as many attempts again.
        const std::uint32_t attempts = redriven ? 2 * neuron.attempts + 1 : neuron.attempts;
        if (behaviour.is_poison(x) || behaviour.throws_on(x) || behaviour.fails_for_good(x)) {
            return true;
        }
        if (behaviour.asks_on(x) || behaviour.receives_on(x) || behaviour.waits_on(x)) {
            // The first phase only hangs or waits; attempts and redrives of the second count anew.
            if (hangs && neuron.attempts == 1 && !redriven) {
                return true;
            }
            return failing >= attempts;
        }
        const std::uint32_t first_good = hangs ? std::max(1U, failing) : failing;
        return first_good >= attempts;
    }

    const Workload& workload_;
};

/// Where a neuron stands, as far as it matters for what it is.
struct NeuronPlace {
    bool calls = false;   ///< it may run the other network
    bool simple = false;  ///< no waits, chains and losers
    bool is_leaf = false;
};

SimNeuron some_neuron(Random& random, double harshness, const NeuronPlace& place) {
    SimNeuron neuron;
    neuron.many = random.chance(0.5);
    neuron.asynchronous = random.chance(0.35);
    neuron.behaviour = random_behaviour(random, harshness);
    neuron.behaviour.asks = place.simple ? 0 : neuron.behaviour.asks;
    neuron.behaviour.receives = place.simple ? 0 : neuron.behaviour.receives;
    neuron.on_error = static_cast<SimNeuron::OnError>(random.below(3));
    neuron.parks = random.chance(0.2 * harshness);
    neuron.attempts = 1 + static_cast<std::uint32_t>(random.below(5));
    neuron.concurrency = 1 + static_cast<std::uint32_t>(random.below(8));
    neuron.calls = place.calls && random.chance(0.3);
    neuron.keyed = place.is_leaf && !place.simple && random.chance(0.4);
    neuron.calls &= !neuron.keyed;
    neuron.parks &= !neuron.keyed;
    neuron.many &= !neuron.calls && !neuron.keyed;
    neuron.asynchronous &= !neuron.calls && !neuron.keyed;
    return neuron;
}

/// Everything below is reached by somebody: the neuron in the same place, or the first.
void connect(
    SimNeuron& neuron,
    std::size_t place,
    const std::vector<std::size_t>& below,
    Random& random
) {
    for (std::size_t j = 0; j < below.size(); ++j) {
        const bool needed = j == place || place == 0;
        if (needed || random.chance(0.3)) {
            neuron.forward.push_back(below[j]);
        }
    }
}

/// Some need only a few children, some hand their result on.
void chain(SimNeuron& neuron, const std::vector<std::size_t>& below, Random& random) {
    if (neuron.many && !neuron.forward.empty() && random.chance(0.2)) {
        neuron.quorum = 1 + static_cast<std::uint32_t>(random.below(3));
    }
    if (random.chance(0.25)) {
        neuron.then = below[random.below(below.size())];
        neuron.then_as = !(neuron.many && neuron.forward.empty()) && random.chance(0.5);
    }
}

json::value on_child_error(const SimNeuron& neuron) {
    switch (neuron.on_error) {
        case SimNeuron::OnError::fail:
            return "fail";
        case SimNeuron::OnError::skip:
            return "skip";
        default:
            return json::object{{"value", Interpreter::substitute()}};
    }
}

json::object definition_of(const SimNeuron& neuron, const std::vector<SimNeuron>& neurons) {
    const std::size_t layer = static_cast<std::size_t>(neuron.name[1] - '0');
    json::object settings = to_settings(neuron.behaviour);
    settings["at_once"] = neuron.concurrency;
    json::object object{
        {"layer", str("L", 9 - layer)},
        {"kind",
         neuron.calls ? "sim.call"
         : neuron.keyed
             ? "sim.counter"
             : str("sim.", neuron.asynchronous ? "async_" : "", neuron.many ? "many" : "one")},
        {"settings", std::move(settings)},
        {"retry", {{"attempts", neuron.attempts}, {"base", "20ms"}, {"max", "8s"}}},
        {"concurrency", neuron.concurrency},
        {"timeout", "3s"},
        {"on_exhausted", neuron.parks ? "park" : "fail"},
    };
    if (neuron.keyed) {
        object["key"] = "${/k?}";
    }
    if (const auto deadline = neuron.deadline_ms()) {
        object["deadline"] = str(*deadline, "ms");
    }
    json::array forward;
    for (const std::size_t child : neuron.forward) {
        forward.push_back(json::value(neurons[child].name));
    }
    if (neuron.then) {
        json::object then{{"to", neurons[*neuron.then].name}};
        if (neuron.then_as) {
            then["as"] = "next";
        }
        object["then"] = std::move(then);
    }
    if (!forward.empty()) {
        object["forward"] = forward;
        if (neuron.many) {
            object["combine"] = neuron.quorum > 0 ? combine_some() : combine();
        }
        if (neuron.quorum > 0) {
            object["join"] = json::object{{"quorum", neuron.quorum}};
        }
    }
    object["on_child_error"] = on_child_error(neuron);
    return object;
}

}  // namespace

Workload Workload::random(Random& random, double harshness) {
    if (random.chance(0.3)) {
        auto called = std::make_shared<Workload>(some_layers(random, harshness, false));
        called->name = called_network;
        Workload workload = some_layers(random, harshness, true);
        workload.called = std::move(called);
        return workload;
    }
    return some_layers(random, harshness, false);
}

Workload Workload::some_layers(Random& random, double harshness, bool calls) {
    Workload workload;
    // Half of them without waits, chains and losers: more of what is emitted runs to its end.
    const bool simple = !calls && random.chance(0.5);
    const std::size_t layers = 2 + random.below(4);
    std::vector<std::vector<std::size_t>> of_layer(layers);
    for (std::size_t layer = 0; layer < layers; ++layer) {
        const std::size_t count = layer == 0 ? 1 : 1 + random.below(2);
        for (std::size_t i = 0; i < count; ++i) {
            SimNeuron neuron = some_neuron(random, harshness, {calls, simple, layer + 1 == layers});
            neuron.name = str("n", layer, "_", i);
            of_layer[layer].push_back(workload.neurons.size());
            workload.neurons.push_back(std::move(neuron));
        }
    }
    for (std::size_t layer = 0; layer + 1 < layers; ++layer) {
        for (std::size_t i = 0; i < of_layer[layer].size(); ++i) {
            SimNeuron& neuron = workload.neurons[of_layer[layer][i]];
            connect(neuron, i, of_layer[layer + 1], random);
            neuron.many &= !neuron.forward.empty() || random.chance(0.3);
            if (simple) {
                continue;
            }
            chain(neuron, of_layer[layer + 1], random);
        }
    }
    return workload;
}

const SimNeuron& Workload::neuron(NeuronIndex index) const {
    std::vector<const SimNeuron*> by_name;
    by_name.reserve(neurons.size());
    for (const SimNeuron& neuron : neurons) {
        by_name.push_back(&neuron);
    }
    std::ranges::sort(by_name, {}, &SimNeuron::name);
    return *by_name[index.value];
}

bool Workload::has_deadlines() const {
    return std::ranges::any_of(
               neurons,
               [](const SimNeuron& neuron) { return neuron.deadline_ms().has_value(); }
           ) ||
           (called && called->has_deadlines());
}

std::string Workload::definition() const {
    json::object map;
    for (const SimNeuron& neuron : neurons) {
        map[neuron.name] = definition_of(neuron, neurons);
    }
    return json::serialize(json::object{
        {"hal9", 1},
        {"name", name},
        {"start", neurons.front().name},
        {"neurons", map},
    });
}

Expected Workload::expect(std::uint64_t x) const {
    Interpreter interpreter(*this);
    auto result = interpreter.run(0, x);
    interpreter.expected.result = std::move(result);
    return interpreter.expected;
}

}  // namespace hal9::sim
