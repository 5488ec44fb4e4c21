#include "hal9/definition/language_schema.hpp"

#include "hal9/base/check.hpp"
#include "hal9/base/text.hpp"
#include "hal9/definition/detail/language_text.hpp"
#include "hal9/definition/detail/schema_check.hpp"
#include "hal9/definition/detail/schema_validator.hpp"
#include "hal9/definition/detail/settings_schema.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace hal9::definition {
namespace {

/// What `"=NAME"` stands for.
json::object numbers_of(const Limits& limits) {
    const NeuronDefaults defaults;
    return {
        {"neurons_max", limits.neurons_max},
        {"forward_max", limits.forward_max},
        {"quorum_max", limits.quorum_max},
        {"attempts_max", limits.attempts_max},
        {"priority_max", priority_max},
        {"concurrency", defaults.concurrency},
        {"timeout", format_duration(defaults.timeout)},
        {"attempts", defaults.attempts},
        {"retry_base", format_duration(defaults.retry_base)},
        {"retry_max", format_duration(defaults.retry_max)},
    };
}

void put_numbers(const json::object& numbers, json::value& at) {  // NOLINT(misc-no-recursion)
    if (const json::string* text = at.if_string(); text != nullptr && text->starts_with('=')) {
        at = numbers.at(std::string_view(*text).substr(1));
    } else if (json::array* list = at.if_array()) {
        for (json::value& element : *list) {
            put_numbers(numbers, element);
        }
    } else if (json::object* object = at.if_object()) {
        for (auto& member : *object) {
            put_numbers(numbers, member.value());
        }
    }
}

/// A description beside a `$ref` does not count in draft 7: what is referred to takes its place.
void take_over_described(const json::value& root, json::value& at) {  // NOLINT(misc-no-recursion)
    if (json::array* list = at.if_array()) {
        for (json::value& element : *list) {
            take_over_described(root, element);
        }
        return;
    }
    json::object* object = at.if_object();
    if (object == nullptr) {
        return;
    }
    if (object->contains("$ref") && object->size() > 1) {
        const json::value* target = detail::follow_reference(root, at);
        HAL9_ASSERT(target != nullptr && target->is_object());
        object->erase("$ref");
        for (const auto& [key, said] : target->get_object()) {
            object->emplace(key, said);
        }
    }
    for (auto& member : *object) {
        take_over_described(root, member.value());
    }
}

bool needs_settings(const KindDescription& kind) {
    const auto schema = parse_json(kind.settings_schema);
    const auto validator = schema ? detail::SchemaValidator::compile(*schema)
                                  : Result<detail::SchemaValidator>(fail(schema.error()));
    HAL9_ASSERT(validator);
    const auto errors = validator->check(json::object{});
    return errors && !errors->empty();
}

/// What the kind asks of the rest of its neuron.
json::object neuron_of(const KindDescription& kind) {
    json::array required;
    json::object properties{{"settings", {{"$ref", str("#/definitions/settings.", kind.name)}}}};
    json::object out;
    if (needs_settings(kind)) {
        required.emplace_back("settings");
    }
    if (kind.keyed) {
        required.emplace_back("key");
    }
    if (kind.emits == Emits::many) {
        const json::object forwards{{"properties", {{"forward", {{"minItems", 1}}}}}};
        out["if"] =
            json::object{{"required", {"forward"}}, {"properties", forwards.at("properties")}};
        out["then"] = json::object{{"required", {"combine"}}};
        out["else"] = json::object{{"properties", {{"combine", false}}}};
    } else {
        properties["combine"] = false;
    }
    if (kind.emits == Emits::none) {
        properties["forward"] = json::object{{"maxItems", 0}};
    }
    out["properties"] = std::move(properties);
    if (!required.empty()) {
        out["required"] = std::move(required);
    }
    return out;
}

json::object of_kind(std::string_view name) {
    return {{"required", {"kind"}}, {"properties", {{"kind", {{"const", name}}}}}};
}

void put_kinds(json::value& schema, KindCatalog kinds) {
    json::object& definitions = schema.at("definitions").as_object();
    json::array names;
    json::array by_kind;
    for (const KindDescription& kind : kinds) {
        names.push_back({{"const", kind.name}, {"description", kind.summary}});
        by_kind.push_back({{"if", of_kind(kind.name)}, {"then", neuron_of(kind)}});
        json::object settings = detail::settings_for_editors(kind, definitions);
        settings.emplace("description", str(kind.name, ": ", kind.summary, "."));
        definitions[str("settings.", kind.name)] = std::move(settings);
    }
    json::object& neuron = definitions.at("neuron").as_object();
    neuron.at("properties").at("kind").as_object()["oneOf"] = std::move(names);
    neuron["allOf"] = std::move(by_kind);
}

}  // namespace

json::object language_schema(KindCatalog kinds, const Limits& limits) {
    auto schema = parse_json(detail::language_text);
    HAL9_ASSERT(schema);
    put_numbers(numbers_of(limits), *schema);
    put_kinds(*schema, kinds);
    const json::value as_written = *schema;
    take_over_described(as_written, *schema);
    return std::move(*schema).as_object();
}

}  // namespace hal9::definition
