// The generated part of a kind's page in docs/reference/kinds: what its description says, as
// Markdown.
#pragma once

#include "hal9/base/check.hpp"
#include "hal9/base/json.hpp"
#include "hal9/base/text.hpp"
#include "hal9/model/kind.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hal9::neurons {

/// Markdown about one schema: a table of its members, however deep.
class SchemaTable {
public:
    enum class Of : std::uint8_t { settings, output };

    SchemaTable(const json::object& schema, Of of) : of_(of) { add_members(schema, ""); }

    [[nodiscard]] const std::string& rows() const { return rows_; }

    /// "string", "pattern, no `${}`", "list of strings, at least 1 element"
    static std::string type_of(const json::object& schema) {  // NOLINT(misc-no-recursion)
        std::string words = name_of_type(schema);
        for (const auto& [low, high, unit] : bounds) {
            words += range_of(schema.if_contains(low), schema.if_contains(high), unit);
        }
        const json::value* no_template = schema.if_contains("x-template");
        return no_template != nullptr && !no_template->as_bool() ? words + ", no `${}`" : words;
    }

private:
    struct Bounds {
        std::string_view low;
        std::string_view high;
        std::string_view unit;
    };

    static constexpr std::array<Bounds, 4> bounds{{
        {"minimum", "maximum", ""},
        {"minLength", "maxLength", " character"},
        {"minItems", "maxItems", " element"},
        {"minProperties", "maxProperties", " member"},
    }};

    static std::string
    range_of(const json::value* low, const json::value* high, std::string_view unit) {
        if (low == nullptr && high == nullptr) {
            return {};
        }
        const json::value* last = high == nullptr ? low : high;
        const std::string number = canonical_json(*last);
        const std::string units =
            str(unit, unit.empty() || number == "1" ? std::string_view() : std::string_view("s"));
        return high == nullptr  ? str(", at least ", number, units)
               : low == nullptr ? str(", at most ", number, units)
                                : str(", ", canonical_json(*low), " to ", number, units);
    }

    static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> marks{{
        {"x-pattern", "pattern"},
        {"x-predicate", "predicate"},
        {"x-neuron", "name of a neuron"},
        {"x-schema", "JSON Schema"},
    }};

    static std::string joined(const std::vector<std::string>& words) {
        std::string out;
        for (std::size_t i = 0; i < words.size(); ++i) {
            out += str(i == 0 ? "" : i + 1 == words.size() ? " or " : ", ", words[i]);
        }
        return out;
    }

    static std::string plain_name(std::string_view type) {
        return type == "integer"   ? "whole number"
               : type == "boolean" ? "true or false"
               : type == "array"   ? "list"
                                   : std::string(type);
    }

    static std::string name_of_type(const json::object& schema) {  // NOLINT(misc-no-recursion)
        for (const auto& [mark, name] : marks) {
            if (schema.contains(mark)) {
                return std::string(name);
            }
        }
        std::vector<std::string> words;
        if (const json::value* values = schema.if_contains("enum")) {
            for (const json::value& value : values->as_array()) {
                words.push_back(
                    str("`",
                        value.is_string() ? std::string(value.as_string()) : canonical_json(value),
                        "`")
                );
            }
            return joined(words);
        }
        if (const json::value* choices = schema.if_contains("oneOf")) {
            for (const json::value& choice : choices->as_array()) {
                words.push_back(type_of(choice.as_object()));
            }
            return joined(words);
        }
        const json::value* type = schema.if_contains("type");
        if (type == nullptr) {
            return "any JSON";
        }
        if (const json::array* several = type->if_array()) {
            for (const json::value& one : *several) {
                words.push_back(plain_name(one.as_string()));
            }
            return joined(words);
        }
        if (const json::value* format = schema.if_contains("format")) {
            return str(std::string_view(format->as_string()), " (RFC 3339)");
        }
        const json::value* items = schema.if_contains("items");
        const std::string of = items == nullptr ? "" : str(" of: ", type_of(items->as_object()));
        return plain_name(type->as_string()) + of;
    }

    void add_members(
        const json::object& schema,
        const std::string& prefix
    ) {  // NOLINT(misc-no-recursion)
        if (const json::value* properties = schema.if_contains("properties")) {
            for (const auto& [name, property] : properties->as_object()) {
                add_member(schema, name, property.as_object(), prefix);
            }
        }
        if (const json::value* items = schema.if_contains("items")) {
            add_members(items->as_object(), prefix + "[].");
        }
        if (const json::value* others = schema.if_contains("additionalProperties");
            others != nullptr && others->is_object()) {
            const std::string name = prefix + "NAME";
            rows_ += str("| `", name, "` | ", type_of(others->as_object()), " | ");
            rows_ += of_ == Of::settings ? " | " : "";
            rows_ += str(text_of(others->as_object(), "description"), " |\n");
            add_members(others->as_object(), name + ".");
        }
        if (const json::value* choices = schema.if_contains("oneOf")) {
            for (const json::value& choice : choices->as_array()) {
                add_members(choice.as_object(), prefix);
            }
        }
    }

    void add_member(  // NOLINT(misc-no-recursion)
        const json::object& schema,
        std::string_view name,
        const json::object& property,
        const std::string& prefix
    ) {
        // `list[].name`, not `list.[].name`.
        const bool in_list = prefix.ends_with(".[].");
        const std::string path =
            str(in_list ? prefix.substr(0, prefix.size() - 4) + "[]." : prefix, name);
        rows_ += str("| `", path, "` | ", type_of(property), " | ");
        if (of_ == Of::settings) {
            const json::value* otherwise = property.if_contains("default");
            rows_ += is_required(schema, name) ? "required"
                     : otherwise != nullptr    ? str("`", canonical_json(*otherwise), "`")
                                               : "";
            rows_ += " | ";
        }
        rows_ += str(text_of(property, "description"), " |\n");
        add_members(property, path + ".");
    }

    static bool is_required(const json::object& schema, std::string_view name) {
        const json::value* required = schema.if_contains("required");
        return required != nullptr && std::ranges::find(required->as_array(), json::value(name)) !=
                                          required->as_array().end();
    }

    static std::string text_of(const json::object& schema, std::string_view key) {
        const json::value* text = schema.if_contains(key);
        std::string out = text == nullptr ? "" : std::string(text->as_string());
        for (std::size_t at = 0; (at = out.find('|', at)) != std::string::npos; at += 2) {
            out.insert(at, 1, '\\');
        }
        return out;
    }

    Of of_;
    std::string rows_;
};

/// "Just one of `a`, `b`." and "`c` needs `a`."
[[nodiscard]] inline std::string rules_between(const json::object& schema) {
    std::string out;
    for (const auto& [key, words] :
         {std::pair("oneOf", "Just one of "), std::pair("anyOf", "At least one of ")}) {
        const json::value* choices = schema.if_contains(key);
        if (choices == nullptr) {
            continue;
        }
        std::string names;
        for (const json::value& choice : choices->as_array()) {
            for (const json::value& name : choice.at("required").as_array()) {
                names += str(names.empty() ? "`" : ", `", std::string_view(name.as_string()), "`");
            }
        }
        out += str(out.empty() ? "" : " ", words, names, ".");
    }
    if (const json::value* dependencies = schema.if_contains("dependencies")) {
        for (const auto& [name, needed] : dependencies->as_object()) {
            for (const json::value& other : needed.as_array()) {
                out +=
                    str(out.empty() ? "`" : " `",
                        std::string_view(name),
                        "` needs `",
                        std::string_view(other.as_string()),
                        "`.");
            }
        }
    }
    return out;
}

[[nodiscard]] inline std::string what_it_is(const KindDescription& kind) {
    std::string out = kind.emits == Emits::many  ? "Emits many values"
                      : kind.emits == Emits::one ? "Emits one value"
                                                 : "Emits nothing";
    out += kind.form == HandlerForm::asynchronous ? ", reads what is outside" : "";
    out += kind.capability.empty() ? "" : str(", needs the capability `", kind.capability, "`");
    out += kind.keyed ? ", needs a `key`" : "";
    return out + str(". Revision ", kind.revision, ".");
}

[[nodiscard]] inline std::string kind_page(const KindDescription& kind) {
    const json::value settings = parse_json(kind.settings_schema).value();
    const json::value output = parse_json(kind.output_schema).value();
    std::string out = str("# ", kind.name, "\n\n", kind.summary, ". ", what_it_is(kind), "\n");
    out += "\n## Settings\n\n| setting | takes | default | meaning |\n|---|---|---|---|\n";
    out += SchemaTable(settings.as_object(), SchemaTable::Of::settings).rows();
    if (const std::string rules = rules_between(settings.as_object()); !rules.empty()) {
        out += str("\n", rules, "\n");
    }
    out += "\n## What it emits\n\n";
    const json::value* description = output.as_object().if_contains("description");
    const std::string rows = SchemaTable(output.as_object(), SchemaTable::Of::output).rows();
    if (description != nullptr) {
        out += str(std::string_view(description->as_string()), "\n");
    } else if (rows.empty()) {
        out += str("A value of the type: ", SchemaTable::type_of(output.as_object()), "\n");
    }
    if (!rows.empty()) {
        out +=
            str(description == nullptr ? "" : "\n", "| member | type | meaning |\n|---|---|---|\n");
        out += rows;
    }
    return out;
}

/// docs/reference/kinds/README.md
[[nodiscard]] inline std::string index_of_kinds(KindCatalog kinds) {
    std::string out = "# Kinds of neurons\n\n| kind | what it does | emits |\n|---|---|---|\n";
    for (const KindDescription& kind : kinds) {
        out +=
            str("| [`",
                kind.name,
                "`](",
                kind.name,
                ".md) | ",
                kind.summary,
                kind.emits == Emits::many  ? " | many |\n"
                : kind.emits == Emits::one ? " | one |\n"
                                           : " | nothing |\n");
    }
    return out;
}

}  // namespace hal9::neurons
