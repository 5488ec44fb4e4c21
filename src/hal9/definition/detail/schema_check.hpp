// Checks a part of a definition (settings) or a payload against a JSON Schema, and says what is
// wrong in the language's own words, at the place of the value.
//
// Beside what draft 7 says: unknown members get the nearest right name; `"x-pattern": true` marks
// text that RE2 must accept; `"x-template": false` text that takes no ${}; `"x-predicate": true` a
// predicate, `"x-schema": true` a JSON Schema. A string with ${} satisfies any schema, since its
// value is known only at the call.
#pragma once

#include "hal9/definition/detail/schema_validator.hpp"
#include "hal9/definition/detail/tree.hpp"
#include "hal9/model/limits.hpp"

#include <string>
#include <string_view>

namespace hal9::definition::detail {

struct SchemaUse {
    const json::value* schema;
    const SchemaValidator* validator;
    bool templates = false;  ///< strings may hold ${}
    std::string root;        ///< what the whole instance is called: "settings of neuron "a""
    std::string member;      ///< what a member of it is called, before its name: "setting"
    std::string of;          ///< and behind: " of neuron "a""
};

void check_against(
    const SchemaUse& use,
    const TreeNode& instance,
    const Limits& limits,
    Faults& faults
);

/// The subschema of a local reference ("#/definitions/x"), else the schema itself; nullptr when it
/// leads nowhere.
[[nodiscard]] const json::value*
follow_reference(const json::value& root, const json::value& schema);

/// A tree without places, for payloads.
[[nodiscard]] TreeNode to_node(const json::value& value);

}  // namespace hal9::definition::detail
