#include "hal9/definition/detail/input_schema.hpp"

#include "hal9/base/text.hpp"
#include "hal9/definition/detail/fields.hpp"
#include "hal9/definition/detail/patterns.hpp"
#include "hal9/definition/detail/schema_check.hpp"
#include "hal9/definition/detail/schema_validator.hpp"

#include <array>
#include <optional>
#include <string_view>

namespace hal9::definition::detail {
namespace {

constexpr std::array<std::string_view, 7>
    types{"object", "array", "string", "number", "integer", "boolean", "null"};

class SchemaCheck {
public:
    SchemaCheck(std::string_view what, const Limits& limits, Faults& faults)
        : what_(what), limits_(&limits), faults_(&faults) {}

    void check(const TreeNode& schema) {  // NOLINT(misc-no-recursion): as deep as the definition
        if (schema.kind == TreeNode::Kind::scalar && schema.scalar.is_bool()) {
            return;
        }
        if (!schema.is_object()) {
            faults_->add(
                schema.place,
                str("a schema in ",
                    what_,
                    " is a ",
                    schema.type_name(),
                    "; allowed: an object, for example {type: string}")
            );
            return;
        }
        for (const TreeNode::Member& member : schema.members) {
            check_member(member);
        }
        check_default(schema);
    }

private:
    void check_member(const TreeNode::Member& member) {  // NOLINT(misc-no-recursion)
        const std::string_view name = member.name;
        // What valijson 1.0 gets wrong is refused, too: it mixes up the schemas of names, and those
        // of dependencies, with others.
        if (name == "$ref" || name == "$id" || name == "patternProperties" ||
            name == "propertyNames") {
            faults_->add(
                member.place,
                str(quoted(name), " in ", what_, " is not in this version; write the properties out"
                )
            );
        } else if (name == "type") {
            check_type(member.node);
        } else if (name == "pattern") {
            check_pattern(member.node);
        } else if (name == "dependencies") {
            check_dependencies(member.node);
        } else if (name == "properties" || name == "definitions") {
            for (const TreeNode::Member& property : member.node.members) {
                check(property.node);
            }
        } else if (name == "items" || name == "allOf" || name == "anyOf" || name == "oneOf") {
            check_each(member.node);
        } else if (name == "additionalProperties" || name == "additionalItems" ||
                   name == "contains" || name == "not" || name == "if" || name == "then" ||
                   name == "else") {
            check(member.node);
        }
    }

    void check_dependencies(const TreeNode& node) {
        for (const TreeNode::Member& dependency : node.members) {
            if (!dependency.node.is_list()) {
                faults_->add(
                    dependency.node.place,
                    str("a schema in \"dependencies\" in ",
                        what_,
                        " is not in this version; allowed: a list of the keys that ",
                        quoted(dependency.name),
                        " needs")
                );
            }
        }
    }

    void check_each(const TreeNode& node) {  // NOLINT(misc-no-recursion)
        if (!node.is_list()) {
            check(node);
        }
        for (const TreeNode& element : node.elements) {
            check(element);
        }
    }

    void check_type(const TreeNode& node) {
        if (!node.is_list()) {
            static_cast<void>(read_word(node, str("\"type\" in ", what_), types, *faults_));
        }
        for (const TreeNode& element : node.elements) {
            static_cast<void>(read_word(element, str("\"type\" in ", what_), types, *faults_));
        }
    }

    void check_pattern(const TreeNode& node) {
        const auto pattern = read_text(node, str("\"pattern\" in ", what_), *faults_);
        if (!pattern) {
            return;
        }
        if (const std::string fault = fault_of_pattern(*pattern, *limits_); !fault.empty()) {
            faults_->add(node.place, str("\"pattern\" in ", what_, ": ", fault));
        }
    }

    /// A default of the wrong simple type would only be met at a run.
    void check_default(const TreeNode& schema) {
        const TreeNode::Member* given = schema.find("default");
        const TreeNode::Member* type = schema.find("type");
        const json::string* name = type == nullptr ? nullptr : type->node.if_string();
        if (given == nullptr || name == nullptr) {
            return;
        }
        const TreeNode& value = given->node;
        const std::string_view actual = value.is_list() ? "array" : value.type_name();
        const bool whole = *name == "integer" && actual == "number" && !value.scalar.is_double();
        if (actual != std::string_view(*name) && !whole) {
            faults_->add(
                value.place,
                str("\"default\" in ",
                    what_,
                    " is a ",
                    value.type_name(),
                    "; its schema allows: ",
                    std::string_view(*name))
            );
        }
    }

    std::string_view what_;
    const Limits* limits_;
    Faults* faults_;
};

}  // namespace

void check_schema(
    const TreeNode& node,
    std::string_view what,
    const Limits& limits,
    Faults& faults
) {
    const std::size_t before = faults.size();
    if (!node.is_object()) {
        faults.add(
            node.place,
            str(what,
                " is a ",
                node.type_name(),
                "; allowed: a JSON Schema, for example {type: object}")
        );
        return;
    }
    SchemaCheck(what, limits, faults).check(node);
    if (faults.size() != before) {
        return;
    }
    if (const auto compiled = SchemaValidator::compile(to_json(node)); !compiled) {
        faults.add(
            node.place,
            str(what, " is no JSON Schema (draft 7): ", compiled.error().message, "; correct it")
        );
    }
}

void fill_defaults(const json::value& schema, json::value& payload) {  // NOLINT(misc-no-recursion)
    const json::object* object = schema.if_object();
    if (object == nullptr) {
        return;
    }
    const json::value* properties = object->if_contains("properties");
    if (properties != nullptr && properties->is_object() && payload.is_object()) {
        json::object& members = payload.get_object();
        for (const auto& [name, property] : properties->get_object()) {
            if (json::value* present = members.if_contains(name)) {
                fill_defaults(property, *present);
                continue;
            }
            const json::object* about = property.if_object();
            if (const json::value* value =
                    about == nullptr ? nullptr : about->if_contains("default")) {
                fill_defaults(property, members.emplace(name, *value).first->value());
            }
        }
    }
    const json::value* items = object->if_contains("items");
    if (items != nullptr && items->is_object() && payload.is_array()) {
        for (json::value& element : payload.get_array()) {
            fill_defaults(*items, element);
        }
    }
}

}  // namespace hal9::definition::detail
