// Network: a definition, checked and compiled, as the runtime works with it.
//
// Made by parse.hpp from YAML or JSON; immutable afterwards, so any number of threads may read it.
// Neurons are numbered in the order of their names, which makes the numbers a function of the
// version.
#pragma once

#include "hal9/base/clock.hpp"
#include "hal9/base/json.hpp"
#include "hal9/definition/combine.hpp"
#include "hal9/definition/settings.hpp"
#include "hal9/model/ids.hpp"
#include "hal9/model/kind.hpp"
#include "hal9/model/limits.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hal9::definition {

struct RetryPolicy {
    std::uint16_t attempts = NeuronDefaults{}.attempts;
    Duration base = NeuronDefaults{}.retry_base;
    Duration max = NeuronDefaults{}.retry_max;
};

/// What a failed child means for its parent.
struct OnChildError {
    enum class Rule : std::uint8_t { fail, skip, value };
    Rule rule = Rule::fail;
    json::value value;  ///< stands in for the result of a failed child, with Rule::value
};

enum class OnExhausted : std::uint8_t { fail, park };

struct Neuron {
    std::string name;
    std::uint8_t layer = 1;
    std::string kind;
    Emits emits = Emits::one;              ///< copied from the kind
    HandlerForm form = HandlerForm::pure;  ///< copied from the kind
    Settings settings;
    std::vector<NeuronIndex> forward;
    std::optional<Combine> combine;  ///< present exactly where emits is many with forward
    OnChildError on_child_error;
    OnExhausted on_exhausted = OnExhausted::fail;
    RetryPolicy retry;
    std::uint32_t concurrency = NeuronDefaults{}.concurrency;
    Duration timeout = NeuronDefaults{}.timeout;
    std::optional<Duration> deadline;      ///< from the signal's acceptance, children included
    std::optional<std::uint8_t> priority;  ///< of the signals it receives; else inherited
};

struct Network {
    std::string name;
    std::string description;
    std::string hash;          ///< SHA-256 (hex) of `canonical`
    std::string canonical;     ///< RFC 8785 JSON
    json::value input_schema;  ///< null when the definition has no `input`
    NeuronIndex start;
    std::vector<Neuron> neurons;            ///< by name
    std::vector<std::string> capabilities;  ///< classes that its kinds need, sorted

    [[nodiscard]] const Neuron& neuron(NeuronIndex index) const { return neurons[index.value]; }

    [[nodiscard]] std::optional<NeuronIndex> find(std::string_view neuron_name) const;
};

using NetworkPtr = std::shared_ptr<const Network>;  ///< shared by all runs of the version

}  // namespace hal9::definition
