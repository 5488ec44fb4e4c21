#include "hal9/definition/detail/settings_schema.hpp"

#include "hal9/base/check.hpp"
#include "hal9/base/text.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace hal9::definition::detail {
namespace {

constexpr std::string_view own_definitions = "#/definitions/";

/// What is said of a value wherever it stands, whatever its form.
constexpr std::array<std::string_view, 3> annotations{"title", "description", "default"};

/// Marks that stand for a definition of the language.
constexpr std::array<std::pair<std::string_view, std::string_view>, 2> references{{
    {"x-predicate", "#/definitions/predicate"},
    {"x-neuron", "#/definitions/neuron_name"},
}};

json::object reference_to(std::string_view target) {
    return {{"$ref", target}};
}

bool is_off(const json::object& schema, std::string_view flag) {
    const json::value* value = schema.if_contains(flag);
    return value != nullptr && value->is_bool() && !value->get_bool();
}

class Writer {
public:
    Writer(const KindDescription& kind, json::object& definitions)
        : prefix_(str("settings.", kind.name)), definitions_(&definitions) {}

    json::object write(const json::object& schema) {
        if (const json::value* own = schema.if_contains("definitions")) {
            for (const auto& [name, definition] : own->as_object()) {
                (*definitions_)[name_of(name)] = value(definition);
            }
        }
        return form(schema);
    }

private:
    [[nodiscard]] std::string name_of(std::string_view definition) const {
        return str(prefix_, ".", definition);
    }

    /// Of a value for which a text with ${} may stand.
    json::value value(const json::value& schema) {  // NOLINT(misc-no-recursion)
        const json::object* object = schema.if_object();
        if (object == nullptr) {
            return schema;
        }
        for (const auto& [mark, target] : references) {
            if (object->contains(mark)) {
                return annotated(*object, reference_to(target));
            }
        }
        if (object->contains("x-schema")) {
            return with_template(*object, reference_to("#/definitions/json_schema"));
        }
        json::object out = form(*object);
        if (takes_strings(*object) || is_off(*object, "x-template") || out.contains("$ref")) {
            return out;
        }
        for (const std::string_view annotation : annotations) {
            out.erase(annotation);
        }
        return with_template(*object, std::move(out));
    }

    static json::object annotated(const json::object& schema, json::object out) {
        for (const std::string_view annotation : annotations) {
            if (const json::value* said = schema.if_contains(annotation)) {
                out[annotation] = *said;
            }
        }
        return out;
    }

    static json::object with_template(const json::object& schema, json::object out) {
        return annotated(
            schema,
            {{"anyOf", {std::move(out), reference_to("#/definitions/template")}}}
        );
    }

    /// Any text is valid anyway.
    static bool takes_strings(const json::object& schema) {  // NOLINT(misc-no-recursion)
        if (schema.contains("enum") || schema.contains("const") || schema.contains("pattern")) {
            return false;
        }
        for (const std::string_view key : {"oneOf", "anyOf"}) {
            if (const json::value* choices = schema.if_contains(key)) {
                return std::ranges::any_of(choices->as_array(), [](const json::value& choice) {
                    return choice.is_object() && takes_strings(choice.get_object());
                });
            }
        }
        const json::value* type = schema.if_contains("type");
        if (type == nullptr) {
            return true;
        }
        return *type == "string" ||
               (type->is_array() && std::ranges::find(type->get_array(), json::value("string")) !=
                                        type->get_array().end());
    }

    /// The schema with that of each value in it. Of alternatives none takes ${} by itself: two of
    /// `oneOf` would.
    json::object form(const json::object& schema) {  // NOLINT(misc-no-recursion)
        json::object out;
        for (const auto& [key, said] : schema) {
            if (key.starts_with("x-") || key == "definitions") {
                continue;
            }
            if (key == "$ref") {
                out[key] = str(own_definitions, name_of(local_name(said.as_string())));
            } else if (key == "properties") {
                out[key] = each_value(said.as_object());
            } else if (key == "additionalProperties" || key == "items") {
                out[key] = value(said);
            } else if (key == "oneOf" || key == "anyOf" || key == "allOf") {
                out[key] = each_form(said.as_array());
            } else {
                out[key] = said;
            }
        }
        return out;
    }

    static std::string_view local_name(std::string_view reference) {
        HAL9_ASSERT(reference.starts_with(own_definitions));
        return reference.substr(own_definitions.size());
    }

    json::object each_value(const json::object& schemas) {  // NOLINT(misc-no-recursion)
        json::object out;
        for (const auto& [name, schema] : schemas) {
            out[name] = value(schema);
        }
        return out;
    }

    json::array each_form(const json::array& schemas) {  // NOLINT(misc-no-recursion)
        json::array out;
        for (const json::value& schema : schemas) {
            out.push_back(
                schema.is_object() ? json::value(form(schema.get_object())) : json::value(schema)
            );
        }
        return out;
    }

    std::string prefix_;
    json::object* definitions_;
};

}  // namespace

json::object settings_for_editors(const KindDescription& kind, json::object& definitions) {
    const auto schema = parse_json(kind.settings_schema);
    HAL9_ASSERT(schema && schema->is_object());
    return Writer(kind, definitions).write(schema->get_object());
}

}  // namespace hal9::definition::detail
