// Network: a definition, checked and compiled, as the runtime works with it.
//
// Made by parse.hpp from YAML or JSON; immutable afterwards, so any number of threads may read it.
// Neurons are numbered in the order of their names, which makes the numbers a function of the
// version.
#pragma once

#include "hal9/base/clock.hpp"
#include "hal9/base/json.hpp"
#include "hal9/definition/combine.hpp"
#include "hal9/definition/predicate.hpp"
#include "hal9/definition/settings.hpp"
#include "hal9/model/ids.hpp"
#include "hal9/model/kind.hpp"
#include "hal9/model/limits.hpp"

#include <algorithm>
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

/// One entry of `forward`: each emission for which `when` holds goes to one of the candidates.
struct Connection {
    /// One; with `any_of` several, of which the first is taken until connections learn.
    std::vector<NeuronIndex> candidates;
    std::optional<When> when;  ///< on what was emitted; absent: always

    [[nodiscard]] NeuronIndex chosen() const { return candidates.front(); }
};

/// The neuron's result becomes one signal to another neuron, whose result takes its place.
struct Then {
    NeuronIndex to;
    std::optional<When>
        when;        ///< on the signal it would be; where it does not hold, the result stays
    std::string as;  ///< the member of the result that takes the other's; "": all of it
};

/// How many children must succeed (signals.md section 3).
struct Join {
    enum class Rule : std::uint8_t { all, any, quorum };
    Rule rule = Rule::all;
    std::uint32_t needed = 0;  ///< with any (1) and quorum
};

/// What a keyed neuron's signals are ordered by, one at a time for each value.
struct Keyed {
    Settings value;               ///< one member, `key`
    std::optional<Duration> ttl;  ///< of a key's state, from its last change
};

/// What the machine must offer.
struct Needs {
    std::uint64_t memory_bytes = 0;
    double cpus = 0;
    std::vector<std::string> tags;
};

/// How the children's results become the neuron's own (network.md section 2, `result`).
enum class ResultShape : std::uint8_t {
    emitted,  ///< there are no children
    child,    ///< the one child's
    by_name,  ///< an object of them by neuron name
    combined,
};

struct Neuron {
    std::string name;
    std::string kind;
    std::uint8_t layer = 1;
    Emits emits = Emits::one;              ///< copied from the kind
    HandlerForm form = HandlerForm::pure;  ///< copied from the kind
    bool needs_root = false;               ///< ${run:} stands somewhere
    bool routes = false;  ///< the kind names a neuron of `forward` for each emission
    OnExhausted on_exhausted = OnExhausted::fail;
    std::optional<std::uint8_t> priority;  ///< of the signals it receives; else inherited
    Settings settings;
    std::vector<std::string> keep;  ///< members of the payload copied into what is emitted
    std::vector<Connection> forward;
    std::optional<Combine> combine;  ///< present exactly where emits is many with forward
    std::optional<Then> then;
    std::optional<Keyed> keyed;
    Needs needs;
    OnChildError on_child_error;
    RetryPolicy retry;
    Duration timeout = NeuronDefaults{}.timeout;
    std::optional<Duration> deadline;  ///< from the signal's acceptance, children included
    Join join;
    std::uint32_t concurrency = NeuronDefaults{}.concurrency;

    [[nodiscard]] ResultShape result_shape() const {
        if (forward.empty()) {
            return ResultShape::emitted;
        }
        if (combine) {
            return ResultShape::combined;
        }
        return routes || forward.size() == 1 ? ResultShape::child : ResultShape::by_name;
    }

    /// Every emission goes to the same neurons.
    [[nodiscard]] bool is_plain() const {
        return !routes && std::ranges::none_of(forward, [](const Connection& connection) {
            return connection.when.has_value();
        });
    }
};

struct Network {
    std::string name;
    std::string description;
    std::string hash;          ///< SHA-256 (hex) of `canonical`
    std::string canonical;     ///< RFC 8785 JSON
    json::value input_schema;  ///< null when the definition has no `input`
    NeuronIndex start;
    std::vector<Neuron> neurons;            ///< by name
    bool needs_root = false;                ///< ${run:} stands somewhere
    bool has_keys = false;                  ///< a neuron is keyed
    std::vector<std::string> capabilities;  ///< classes that its kinds need, sorted

    [[nodiscard]] const Neuron& neuron(NeuronIndex index) const { return neurons[index.value]; }

    [[nodiscard]] std::optional<NeuronIndex> find(std::string_view neuron_name) const;
};

using NetworkPtr = std::shared_ptr<const Network>;  ///< shared by all runs of the version

}  // namespace hal9::definition
