// ReferenceStep: one neuron with one signal, read aloud: its key, what an attempt emits, where that
// goes, and what becomes of what comes back.
#pragma once

#include "hal9/base/json.hpp"
#include "hal9/base/result.hpp"
#include "hal9/model/limits.hpp"
#include "sim/language/folds.hpp"
#include "sim/language/interpreter.hpp"
#include "sim/language/key_states.hpp"
#include "sim/language/templates.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace hal9::sim::language {

/// A run as its signals see it.
struct Run {
    const json::object& network;
    const json::value& root;  ///< the payload of its first signal
    std::set<Filled>& filled;
    std::uint64_t& signals;
};

/// A signal with its neuron.
struct Signal {
    const Run& run;
    std::string name;
    json::value payload;
    std::uint32_t ordinal = 0;
    std::string sender = {};   ///< whose child it is; "" of the root signal
    bool then = false;         ///< by `then`
    std::uint64_t family = 1;  ///< the same of all that were released together
    /// What ended its wait for somebody.
    std::optional<json::value> answer = std::nullopt;

    void note_filled(std::string condition = {}) const {
        run.filled.insert(
            {.network = std::string(run.network.at("name").as_string()),
             .from = sender,
             .then = then,
             .to = name,
             .condition = std::move(condition)}
        );
    }

    [[nodiscard]] const json::object& neuron() const {
        return run.network.at("neurons").at(name).as_object();
    }

    [[nodiscard]] Scope scope() const { return {payload, run.root}; }

    /// A field of the neuron, else of `defaults`, else nullptr.
    [[nodiscard]] const json::value* policy(std::string_view field) const {
        if (const json::value* const own = neuron().if_contains(field)) {
            return own;
        }
        const json::value* const defaults = run.network.if_contains("defaults");
        return defaults == nullptr ? nullptr : defaults->as_object().if_contains(field);
    }

    [[nodiscard]] std::uint32_t attempts() const {
        const json::value* const defaults = run.network.if_contains("defaults");
        for (const json::object* const from :
             {&neuron(), defaults == nullptr ? nullptr : &defaults->as_object()}) {
            const json::value* const retry = from == nullptr ? nullptr : from->if_contains("retry");
            if (retry != nullptr && retry->as_object().contains("attempts")) {
                return retry->at("attempts").to_number<std::uint32_t>();
            }
        }
        return NeuronDefaults{}.attempts;
    }

    [[nodiscard]] bool parks() const {
        const json::value* const rule = policy("on_exhausted");
        return rule != nullptr && *rule == "park";
    }

    [[nodiscard]] bool says_on_child_error(std::string_view rule) const {
        const json::value* const given = policy("on_child_error");
        if (given == nullptr) {
            return rule == "fail";
        }
        return given->is_string() ? given->as_string() == rule : rule == "value";
    }

    /// How many children must succeed; 0: all that are not forgiven.
    [[nodiscard]] std::size_t needed() const {
        const json::value* const join = neuron().if_contains("join");
        if (join == nullptr || *join == "all") {
            return 0;
        }
        return *join == "any" ? 1 : join->at("quorum").to_number<std::size_t>();
    }

    [[nodiscard]] std::string_view kind() const { return neuron().at("kind").as_string(); }

    [[nodiscard]] bool waits() const {
        return !answer && (kind() == "human" || kind() == "receive" || kind() == "network");
    }

    [[nodiscard]] bool changes_state() const { return kind() == "state.update"; }

    /// What it emits depends on the state that it finds.
    [[nodiscard]] bool reads_state() const {
        if (!changes_state()) {
            return false;
        }
        const json::value& op = neuron().at("settings").at("op");
        return op == "increment" || op == "merge";
    }

    [[nodiscard]] bool forwards() const {
        const json::value* const forward = neuron().if_contains("forward");
        return forward != nullptr && !forward->as_array().empty();
    }
};

struct Child {
    std::string neuron;
    json::value payload;
};

/// What one attempt came to: children, or the neuron's own result.
struct Step {
    std::vector<Child> children;
    json::value result;
    std::optional<json::value> state;  ///< of its key from now on
};

/// Nothing of a neuron without `key`.
[[nodiscard]] Result<std::optional<ReferenceKey>> key_of(const Signal& signal);

/// Filled in from its payload.
[[nodiscard]] Result<json::value> settings_of(const Signal& signal);

/// One attempt of one that does not wait, with the state of the signal's key.
[[nodiscard]] Result<Step>
step_of(const Signal& signal, std::uint32_t attempt, const json::value& state);

/// The signal that the result becomes; nothing where it does not go on.
[[nodiscard]] Result<std::optional<json::value>>
signal_of_then(const Signal& signal, const json::value& result);

/// The counted children's results, in ordinal order, as the neuron's own.
[[nodiscard]] Result<json::value>
gather(const Signal& signal, const std::vector<ChildResult>& counted);

}  // namespace hal9::sim::language
