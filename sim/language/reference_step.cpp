#include "sim/language/reference_step.hpp"

#include "sim/language/predicates.hpp"
#include "sim/language/reference_kinds.hpp"
#include "sim/language/values.hpp"

#include <utility>

namespace hal9::sim::language {
namespace {

void keep(const Signal& signal, json::value& into) {
    copy_members(signal.neuron().if_contains("keep"), signal.payload, into);
}

/// The neuron that one entry of `forward` leads to, if it does.
Result<std::optional<std::string>>
target_of(const Signal& signal, const json::value& entry, const Emitted& emitted) {
    if (entry.is_string()) {
        const bool meant = emitted.to.empty() || emitted.to == entry.as_string();
        return meant ? std::optional(std::string(entry.as_string())) : std::nullopt;
    }
    std::optional<std::string> target;
    if (const json::value* const candidates = entry.as_object().if_contains("any_of")) {
        for (const json::value& candidate : candidates->as_array()) {
            const bool meant = emitted.to.empty() || emitted.to == candidate.as_string();
            if (!target && meant) {
                target = candidate.as_string();
            }
        }
    } else if (emitted.to.empty() || emitted.to == entry.at("to").as_string()) {
        target = entry.at("to").as_string();
    }
    const json::value* const when = entry.as_object().if_contains("when");
    if (target && when != nullptr) {
        HAL9_TRY(const bool holds, language::holds(*when, emitted.value, signal.scope()));
        signal.note_filled(json::serialize(*when));
        return holds ? target : std::nullopt;
    }
    return target;
}

Result<std::vector<Child>>
children_of(const Signal& signal, const std::vector<Emitted>& emissions) {
    std::vector<Child> children;
    for (const Emitted& emitted : emissions) {
        for (const json::value& entry : signal.neuron().at("forward").as_array()) {
            HAL9_TRY(const auto target, target_of(signal, entry, emitted));
            if (target) {
                children.push_back({*target, emitted.value});
            }
        }
    }
    return children;
}

/// One attempt, up to what it emits.
Result<std::vector<Emitted>>
emissions_of(const Signal& signal, std::uint32_t attempt, const json::value& state) {
    HAL9_TRY(const json::value settings, settings_of(signal));
    if (signal.answer) {
        signal.note_filled();
        return std::vector<Emitted>{{*signal.answer, {}}};
    }
    HAL9_TRY(
        std::vector<Emitted> emissions,
        emit({
            .kind = std::string(signal.kind()),
            .settings = settings.as_object(),
            .payload = signal.payload,
            .state = state,
            .ordinal = signal.ordinal,
            .attempt = attempt,
        })
    );
    signal.note_filled();
    return emissions;
}

/// What a neuron makes of emissions that go nowhere.
Result<json::value> own_result(const Signal& signal, const std::vector<Emitted>& emissions) {
    if (!emits_many(signal.neuron().at("kind").as_string())) {
        return emissions.empty() ? json::value() : emissions.front().value;
    }
    if (signal.forwards()) {
        return combine(signal.neuron().at("combine").as_object(), {});
    }
    json::array list;
    for (const Emitted& emitted : emissions) {
        list.push_back(emitted.value);
    }
    return list;
}

}  // namespace

Result<json::value> settings_of(const Signal& signal) {
    const json::value* const given = signal.neuron().if_contains("settings");
    return fill(given == nullptr ? json::value(json::object()) : *given, signal.scope());
}

Result<std::optional<ReferenceKey>> key_of(const Signal& signal) {
    const json::value* const key = signal.neuron().if_contains("key");
    if (key == nullptr) {
        return std::nullopt;
    }
    HAL9_TRY(const json::value value, fill(*key, signal.scope()));
    return ReferenceKey{
        .network = std::string(signal.run.network.at("name").as_string()),
        .neuron = signal.name,
        .value = canonical_json(value),
    };
}

Result<Step> step_of(const Signal& signal, std::uint32_t attempt, const json::value& state) {
    HAL9_TRY(std::vector<Emitted> emissions, emissions_of(signal, attempt, state));
    Step step;
    if (signal.changes_state()) {
        step.state = emissions.front().value;
    }
    for (Emitted& emitted : emissions) {
        keep(signal, emitted.value);
    }
    if (signal.forwards()) {
        HAL9_TRY(step.children, children_of(signal, emissions));
    }
    const bool joins = !step.children.empty() || signal.neuron().contains("combine");
    if (joins && step.children.size() < signal.needed()) {
        return fail(ErrorCode::invalid_argument, "fewer children than its join needs");
    }
    if (step.children.empty()) {
        HAL9_TRY(step.result, own_result(signal, emissions));
    }
    return step;
}

Result<std::optional<json::value>> signal_of_then(const Signal& signal, const json::value& result) {
    const json::value* const then = signal.neuron().if_contains("then");
    if (then == nullptr) {
        return std::nullopt;
    }
    json::value next = result;
    keep(signal, next);
    const json::value* const when =
        then->is_object() ? then->as_object().if_contains("when") : nullptr;
    if (when != nullptr) {
        HAL9_TRY(const bool goes_on, holds(*when, next, signal.scope()));
        signal.note_filled(json::serialize(*when));
        if (!goes_on) {
            return std::nullopt;
        }
    }
    return next;
}

Result<json::value> gather(const Signal& signal, const std::vector<ChildResult>& counted) {
    if (const json::value* const combine = signal.neuron().if_contains("combine")) {
        return language::combine(combine->as_object(), counted);
    }
    const bool routes = signal.neuron().at("kind") == "json.route";
    if (routes || signal.neuron().at("forward").as_array().size() == 1) {
        return counted.empty() ? json::value() : counted.back().value;
    }
    json::object by_name;
    for (const ChildResult& child : counted) {
        by_name[child.neuron] = child.value;
    }
    return by_name;
}

}  // namespace hal9::sim::language
