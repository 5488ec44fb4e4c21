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
    return behaviour;
}

json::object combine() {
    return {
        {"n", {{"sum", "/n"}}},
        {"children", {{"count", "children"}}},
        {"ids", {{"collect", "/id"}, {"top", 20}}},
        {"distinct", {{"count_distinct", "/n"}}},
        {"last", {{"last", "/n"}}},
    };
}

/// The same aggregates over the results of counted children, written a second time on purpose.
json::value fold(const std::vector<json::value>& results) {
    std::int64_t sum = 0;
    json::array ids;
    std::set<std::int64_t> distinct;
    json::value last = nullptr;
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
        if (const json::value* id = object->if_contains("id"); id != nullptr && ids.size() < 20) {
            ids.push_back(*id);
        }
    }
    return json::object{
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
        const std::uint32_t emissions = neuron.many ? neuron.behaviour.emissions(x) : 1;
        if (neuron.forward.empty()) {
            json::array list;
            for (std::uint32_t i = 0; i < emissions; ++i) {
                list.push_back(payload(neuron.behaviour.emitted(x, i)));
            }
            return neuron.many ? json::value(list) : list.front();
        }
        std::vector<json::value> results;
        json::object by_name;
        for (std::uint32_t i = 0; i < emissions; ++i) {
            for (const std::size_t child : neuron.forward) {
                auto result = run(child, neuron.behaviour.emitted(x, i));
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

    static json::value substitute() { return json::object{{"n", 7}}; }

    Expected expected;

private:
    static json::value payload(std::uint64_t x) {
        return json::object{{"x", x}, {"n", x % 1000}, {"id", x}};
    }

    /// Whether all its attempts fail, those after an operator's redrive included.
    static bool fails(const SimNeuron& neuron, std::uint64_t x) {
        const Behaviour& behaviour = neuron.behaviour;
        if (behaviour.is_poison(x) || behaviour.throws_on(x) || behaviour.fails_for_good(x)) {
            return true;
        }
        const bool hangs = behaviour.hangs_on(x) && neuron.asynchronous;
        const std::uint32_t failing = behaviour.failing_attempts(x);
        const bool redriven = neuron.parks && Behaviour::redriven_once(x);
        // A redrive is counted like the failure before it, and gives as many attempts again.
        const std::uint32_t attempts = redriven ? 2 * neuron.attempts + 1 : neuron.attempts;
        if (behaviour.waits_on(x)) {
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

}  // namespace

Workload Workload::random(Random& random, double harshness) {
    Workload workload;
    const std::size_t layers = 2 + random.below(4);
    std::vector<std::vector<std::size_t>> of_layer(layers);
    for (std::size_t layer = 0; layer < layers; ++layer) {
        const std::size_t count = layer == 0 ? 1 : 1 + random.below(2);
        for (std::size_t i = 0; i < count; ++i) {
            SimNeuron neuron;
            neuron.name = str("n", layer, "_", i);
            neuron.many = random.chance(0.5);
            neuron.asynchronous = random.chance(0.35);
            neuron.behaviour = random_behaviour(random, harshness);
            neuron.on_error = static_cast<SimNeuron::OnError>(random.below(3));
            neuron.parks = random.chance(0.2 * harshness);
            neuron.attempts = 1 + static_cast<std::uint32_t>(random.below(5));
            neuron.concurrency = 1 + static_cast<std::uint32_t>(random.below(8));
            of_layer[layer].push_back(workload.neurons.size());
            workload.neurons.push_back(std::move(neuron));
        }
    }
    for (std::size_t layer = 0; layer + 1 < layers; ++layer) {
        for (std::size_t i = 0; i < of_layer[layer].size(); ++i) {
            SimNeuron& neuron = workload.neurons[of_layer[layer][i]];
            for (std::size_t j = 0; j < of_layer[layer + 1].size(); ++j) {
                // Everything below is reached by somebody: the neuron in the same place, or the
                // first.
                const bool needed = j == i || i == 0;
                if (needed || random.chance(0.3)) {
                    neuron.forward.push_back(of_layer[layer + 1][j]);
                }
            }
            neuron.many &= !neuron.forward.empty() || random.chance(0.3);
        }
    }
    return workload;
}

bool Workload::has_deadlines() const {
    return std::ranges::any_of(neurons, [](const SimNeuron& neuron) {
        return neuron.deadline_ms().has_value();
    });
}

std::string Workload::definition() const {
    json::object map;
    for (const SimNeuron& neuron : neurons) {
        const std::size_t layer = static_cast<std::size_t>(neuron.name[1] - '0');
        json::object settings = to_settings(neuron.behaviour);
        settings["at_once"] = neuron.concurrency;
        json::object object{
            {"layer", str("L", 9 - layer)},
            {"kind", str("sim.", neuron.asynchronous ? "async_" : "", neuron.many ? "many" : "one")
            },
            {"settings", std::move(settings)},
            {"retry", {{"attempts", neuron.attempts}, {"base", "20ms"}, {"max", "8s"}}},
            {"concurrency", neuron.concurrency},
            {"timeout", "3s"},
            {"on_exhausted", neuron.parks ? "park" : "fail"},
        };
        if (const auto deadline = neuron.deadline_ms()) {
            object["deadline"] = str(*deadline, "ms");
        }
        json::array forward;
        for (const std::size_t child : neuron.forward) {
            forward.push_back(json::value(neurons[child].name));
        }
        if (!forward.empty()) {
            object["forward"] = forward;
            if (neuron.many) {
                object["combine"] = combine();
            }
            switch (neuron.on_error) {
                case SimNeuron::OnError::fail:
                    object["on_child_error"] = "fail";
                    break;
                case SimNeuron::OnError::skip:
                    object["on_child_error"] = "skip";
                    break;
                case SimNeuron::OnError::value:
                    object["on_child_error"] = json::object{{"value", Interpreter::substitute()}};
                    break;
            }
        }
        map[neuron.name] = std::move(object);
    }
    return json::serialize(json::object{
        {"hal9", 1},
        {"name", "simulated"},
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
