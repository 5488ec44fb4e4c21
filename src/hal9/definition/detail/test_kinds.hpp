// A catalog of kinds for tests of the language: shaped like the real ones, which are in neurons/.
#pragma once

#include "hal9/model/kind.hpp"

#include <array>

namespace hal9::definition {

inline constexpr const char* delay_schema =
    R"({"type": "object", "additionalProperties": false,
                "properties": {"for": {"type": "string"}, "times": {"type": "integer", "minimum": 1, "maximum": 9}}})";

inline constexpr const char* drop_schema = R"({"type": "object", "additionalProperties": false})";

inline constexpr const char* files_list_schema =
    R"({"type": "object", "additionalProperties": false, "required": ["directory"],
                "properties": {"directory": {"type": "string"}, "match": {"type": "string"},
                               "links": {"enum": ["skip", "follow"]}}})";

inline constexpr const char* files_read_schema =
    R"({"type": "object", "additionalProperties": false, "required": ["path"],
                "properties": {"path": {"type": "string"}, "decompress": {"enum": ["auto", "none"]}}})";

inline constexpr const char* human_schema =
    R"({"type": "object", "additionalProperties": false, "required": ["question"],
                "properties": {"question": {}, "form": {"type": "object", "x-schema": true}}})";

inline constexpr const char* json_filter_schema =
    R"({"type": "object", "additionalProperties": false, "required": ["value", "when"],
                "properties": {"value": {}, "when": {"type": "object", "x-predicate": true}}})";

inline constexpr const char* text_any_schema =
    R"({"type": "object", "additionalProperties": false, "required": ["text"],
                "anyOf": [{"required": ["one"]}, {"required": ["each"]}],
                "properties": {"text": {"type": "string"}, "one": {}, "each": {}}})";

inline constexpr const char* text_cut_schema =
    R"({"type": "object", "additionalProperties": false, "required": ["text"],
                "oneOf": [{"required": ["before"]}, {"required": ["after"]}],
                "dependencies": {"head": ["before"]},
                "properties": {"text": {"type": "string"}, "before": {"type": "string"},
                               "after": {"type": "string"}, "head": {"enum": ["keep"]},
                               "names": {"type": "array", "minItems": 1, "items": {"type": "string"}}}})";

inline constexpr const char* text_extract_schema =
    R"({"type": "object", "additionalProperties": false, "required": ["text"],
                "definitions": {"pattern": {"type": "string", "x-pattern": true, "x-template": false}},
                "properties": {
                    "text": {"type": "string"},
                    "one": {"type": "object", "additionalProperties": {"oneOf": [
                        {"$ref": "#/definitions/pattern"},
                        {"type": "object", "additionalProperties": false, "required": ["find"],
                         "properties": {"find": {"$ref": "#/definitions/pattern"},
                                        "as": {"enum": ["number", "rfc5322"]}}}]}},
                    "each": {"type": "object", "additionalProperties": {"$ref": "#/definitions/pattern"}},
                    "rows": {"type": "string"}}})";

inline constexpr const char* text_split_schema =
    R"({"type": "object", "additionalProperties": false, "required": ["text"],
                "properties": {"text": {"type": "string"},
                               "before": {"type": "string", "x-pattern": true},
                               "limit": {"type": ["integer", "null"], "minimum": 1}}})";

[[nodiscard]] inline KindCatalog test_kinds() {
    static const std::array<KindDescription, 10> kinds{{
        {
            .name = "delay",
            .summary = "waits",
            .settings_schema = delay_schema,
            .output_schema = "{}",
        },
        {
            .name = "drop",
            .summary = "emits nothing",
            .settings_schema = drop_schema,
            .output_schema = "{}",
            .emits = Emits::none,
        },
        {
            .name = "files.list",
            .summary = "lists files",
            .settings_schema = files_list_schema,
            .output_schema = "{}",
            .emits = Emits::many,
            .form = HandlerForm::asynchronous,
            .capability = "files.read",
        },
        {
            .name = "files.read",
            .summary = "reads a file",
            .settings_schema = files_read_schema,
            .output_schema = "{}",
            .form = HandlerForm::asynchronous,
            .capability = "files.read",
        },
        {
            .name = "human",
            .summary = "asks",
            .settings_schema = human_schema,
            .output_schema = "{}",
        },
        {
            .name = "json.filter",
            .summary = "lets through",
            .settings_schema = json_filter_schema,
            .output_schema = "{}",
        },
        {
            .name = "text.any",
            .summary = "needs one of two",
            .settings_schema = text_any_schema,
            .output_schema = "{}",
        },
        {
            .name = "text.cut",
            .summary = "needs just one of two",
            .settings_schema = text_cut_schema,
            .output_schema = "{}",
        },
        {
            .name = "text.extract",
            .summary = "extracts fields",
            .settings_schema = text_extract_schema,
            .output_schema = "{}",
        },
        {
            .name = "text.split",
            .summary = "splits text",
            .settings_schema = text_split_schema,
            .output_schema = "{}",
            .emits = Emits::many,
        },
    }};
    return kinds;
}

}  // namespace hal9::definition
