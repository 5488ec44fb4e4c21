#include "hal9/app/case_schema.hpp"

#include "hal9/base/text.hpp"
#include "hal9/definition/language_schema.hpp"

#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace hal9::app {
namespace {

json::object described(std::string_view description, json::object schema = {}) {
    schema["description"] = description;
    return schema;
}

json::object text(std::string_view description) {
    return described(description, {{"type", "string"}});
}

json::object reference(std::string_view definition) {
    return {{"$ref", str("#/definitions/", definition)}};
}

/// Beside a `$ref` a description counts for nothing.
json::object reference(std::string_view definition, std::string_view description) {
    return described(description, {{"allOf", {reference(definition)}}});
}

json::object object_of(json::object properties) {
    return {
        {"type", "object"},
        {"additionalProperties", false},
        {"properties", std::move(properties)},
    };
}

/// The names and descriptions of a schema, without what it forbids: inputs that are refused are
/// worth a case.
json::object only_names(const json::object& schema) {  // NOLINT(misc-no-recursion)
    json::object out;
    for (const std::string_view member : {"description", "default"}) {
        if (const json::value* const value = schema.if_contains(member)) {
            out[member] = *value;
        }
    }
    const json::value* const items = schema.if_contains("items");
    if (items != nullptr && items->is_object()) {
        out["items"] = only_names(items->get_object());
    }
    const json::value* const properties = schema.if_contains("properties");
    if (properties != nullptr && properties->is_object()) {
        json::object names;
        for (const auto& [name, property] : properties->get_object()) {
            names[name] = property.is_object() ? only_names(property.get_object()) : json::object();
        }
        out["properties"] = std::move(names);
    }
    return out;
}

class SchemaWriter {
public:
    SchemaWriter(const json::value& network, json::object language)
        : network_(network.as_object()), language_(std::move(language)) {}

    json::object write() {
        json::object properties = case_properties();
        definitions_["case"] = object_of(properties);
        properties["cases"] = described(
            "Several cases by name. What stands beside this holds for each of them that does not "
            "say it itself.",
            {
                {"type", "object"},
                {"minProperties", 1},
                {"additionalProperties", reference("case")},
            }
        );
        json::object out{{"$schema", "http://json-schema.org/draft-07/schema#"}};
        out["title"] =
            str("Cases of the network ", std::string_view(network_.at("name").as_string()));
        for (auto& member : object_of(std::move(properties))) {
            out[member.key()] = std::move(member.value());
        }
        copy_definitions(out);
        out["definitions"] = std::move(definitions_);
        return out;
    }

private:
    json::object case_properties() {
        define_parts();
        return {
            {"description", text("For people; told when the case fails.")},
            {"input", input()},
            {"earlier",
             described("Inputs of runs that ended before.", {{"type", "array"}, {"items", input()}})
            },
            {"answers", answers()},
            {"messages",
             described(
                 "What is sent to the run.",
                 {{"type", "array"}, {"items", reference("message")}}
             )},
            {"networks",
             described(
                 "Definition files of the networks that it calls, relative to this file.",
                 {{"type", "array"}, {"items", {{"type", "string"}}}}
             )},
            {"files",
             described(
                 "What files.list and files.read see, by absolute path.",
                 {{"type", "object"}, {"additionalProperties", reference("file")}}
             )},
            {"now", text("When it begins, for example 2031-01-14T08:30:00Z.")},
            {"result", described("The whole result.")},
            {"matches", described("A part of the result: objects may have more members.")},
            {"holds", reference("predicate", "A condition on the result.")},
            {"error", reference("error", "What the run fails with.")},
            {"signals", signals()},
            {"took", reference("duration", "How long the run takes on the clock of the case.")},
        };
    }

    void define_parts() {
        json::array codes;
        for (int i = 0; i <= static_cast<int>(ErrorCode::internal); ++i) {
            codes.emplace_back(to_string(static_cast<ErrorCode>(i)));
        }
        definitions_["code"] = {{"enum", std::move(codes)}};
        definitions_["error"] = {
            {"anyOf",
             {reference("code"),
              object_of(
                  {{"code", reference("code")}, {"message", text("A part of the error's message.")}}
              )}}
        };
        definitions_["message"] = object_of({
            {"name", text("Which neuron of kind receive takes it.")},
            {"message", described("What is sent: any JSON.")},
            {"to",
             text(
                 "A network that is called: it goes to a run of it, first to one in which a signal "
                 "waits for the message. The run of the case itself if left out."
             )},
            {"by", text("Who sends it; `somebody` if left out.")},
            {"after", reference("duration", "From the beginning of the run.")},
        });
        definitions_["message"].as_object()["required"] = json::array{"name"};
        json::object file = object_of({
            {"text", text("What it holds.")},
            {"from", text("A file or folder of this machine, relative to this file.")},
            {"error", reference("code")},
        });
        file["minProperties"] = 1;
        file["maxProperties"] = 1;
        definitions_["file"] = {{"anyOf", {json::object{{"type", "string"}}, std::move(file)}}};
        define_count();
    }

    void define_count() {
        const json::object number{{"type", "integer"}, {"minimum", 0}};
        json::object statuses;
        for (const std::string_view status :
             {"waiting", "parked", "completed", "failed", "cancelled"}) {
            statuses[status] = number;
        }
        definitions_["count"] = {{"anyOf", {number, object_of(std::move(statuses))}}};
    }

    [[nodiscard]] json::object input() const {
        const json::value* const schema = network_.if_contains("input");
        json::object names =
            schema && schema->is_object() ? only_names(schema->get_object()) : json::object();
        names["description"] = "The payload of the root signal.";
        return names;
    }

    [[nodiscard]] const json::object& neurons() const { return network_.at("neurons").as_object(); }

    /// Of the neurons that ask, and of those of other networks, which nobody knows here.
    json::object answers() {
        define_answer("answer", {});
        json::object asking;
        for (const auto& [name, neuron] : neurons()) {
            if (neuron.at("kind").as_string() == "human") {
                const std::string own = str("answer.", std::string_view(name));
                define_answer(own, form_of(neuron.as_object()));
                asking[name] = reference(own);
            }
        }
        json::object out{
            {"type", "object"},
            {"properties", std::move(asking)},
            {"additionalProperties", reference("answer")},
        };
        return described("What people answer, by the neuron that asks.", std::move(out));
    }

    /// As far as it is the same for every signal and stands by itself.
    static json::object form_of(const json::object& neuron) {
        const json::value* const settings = neuron.if_contains("settings");
        const json::value* const form =
            settings ? settings->as_object().if_contains("form") : nullptr;
        const std::string written = form ? json::serialize(*form) : std::string();
        const bool is_plain =
            form && form->is_object() && !written.contains("${") && !written.contains("\"$ref\"");
        return is_plain ? form->get_object() : json::object();
    }

    void define_answer(std::string_view name, json::object form) {
        json::object one = object_of({
            {"answer", described("As the form of the neuron has it.", std::move(form))},
            {"when", reference("predicate", "Fits where this holds of the payload that asks.")},
            {"question", text("Fits where the question contains this.")},
            {"times", described("Fits so many times.", {{"type", "integer"}, {"minimum", 0}})},
            {"by", text("Who answers; `somebody` if left out.")},
            {"after", reference("duration", "How long the question waits for it.")},
        });
        one["required"] = json::array{"answer"};
        json::object list{{"type", "array"}, {"items", one}};
        definitions_[name] = {{"anyOf", {std::move(one), std::move(list)}}};
    }

    [[nodiscard]] json::object signals() const {
        json::object counts;
        for (const auto& [name, neuron] : neurons()) {
            counts[name] = reference("count");
        }
        json::object out{
            {"type", "object"},
            {"properties", std::move(counts)},
            {"additionalProperties", reference("count")},
        };
        return described("How many signals neurons have, in all or by status.", std::move(out));
    }

    /// Parts of the language, with what they refer to.
    void copy_definitions(const json::object& written) {
        std::string referring = json::serialize(written) + json::serialize(definitions_);
        for (bool grown = true; std::exchange(grown, false);) {
            for (const auto& [name, part] : language_.at("definitions").as_object()) {
                const std::string used = str("\"#/definitions/", std::string_view(name), '"');
                if (!definitions_.contains(name) && referring.contains(used)) {
                    definitions_[name] = part;
                    referring += json::serialize(part);
                    grown = true;
                }
            }
        }
    }

    const json::object& network_;
    json::object language_;
    json::object definitions_;
};

}  // namespace

json::object case_schema(const json::value& network, KindCatalog kinds, const Limits& limits) {
    return SchemaWriter(network, definition::language_schema(kinds, limits)).write();
}

}  // namespace hal9::app
