// A catalog of kinds for tests of the language: shaped like the real ones, which are in neurons/.
#pragma once

#include "hal9/model/kind.hpp"

#include <array>

namespace hal9::definition {

[[nodiscard]] inline KindCatalog test_kinds() {
    static const std::array<KindDescription, 8> kinds{{
        {
            .name = "delay",
            .summary = "waits",
            .settings_schema = R"({"type": "object", "additionalProperties": false,
                "properties": {"for": {"type": "string"}, "times": {"type": "integer", "minimum": 1, "maximum": 9}}})",
            .output_schema = "{}",
        },
        {
            .name = "drop",
            .summary = "emits nothing",
            .settings_schema = R"({"type": "object", "additionalProperties": false})",
            .output_schema = "{}",
            .emits = Emits::none,
        },
        {
            .name = "files.list",
            .summary = "lists files",
            .settings_schema =
                R"({"type": "object", "additionalProperties": false, "required": ["directory"],
                "properties": {"directory": {"type": "string"}, "match": {"type": "string"},
                               "links": {"enum": ["skip", "follow"]}}})",
            .output_schema = "{}",
            .emits = Emits::many,
            .form = HandlerForm::asynchronous,
            .capability = "files.read",
        },
        {
            .name = "files.read",
            .summary = "reads a file",
            .settings_schema =
                R"({"type": "object", "additionalProperties": false, "required": ["path"],
                "properties": {"path": {"type": "string"}, "decompress": {"enum": ["auto", "none"]}}})",
            .output_schema = "{}",
            .form = HandlerForm::asynchronous,
            .capability = "files.read",
        },
        {
            .name = "text.any",
            .summary = "needs one of two",
            .settings_schema =
                R"({"type": "object", "additionalProperties": false, "required": ["text"],
                "anyOf": [{"required": ["one"]}, {"required": ["each"]}],
                "properties": {"text": {"type": "string"}, "one": {}, "each": {}}})",
            .output_schema = "{}",
        },
        {
            .name = "text.cut",
            .summary = "needs just one of two",
            .settings_schema =
                R"({"type": "object", "additionalProperties": false, "required": ["text"],
                "oneOf": [{"required": ["before"]}, {"required": ["after"]}],
                "dependencies": {"head": ["before"]},
                "properties": {"text": {"type": "string"}, "before": {"type": "string"},
                               "after": {"type": "string"}, "head": {"enum": ["keep"]},
                               "names": {"type": "array", "minItems": 1, "items": {"type": "string"}}}})",
            .output_schema = "{}",
        },
        {
            .name = "text.extract",
            .summary = "extracts fields",
            .settings_schema =
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
                    "rows": {"type": "string"}}})",
            .output_schema = "{}",
        },
        {
            .name = "text.split",
            .summary = "splits text",
            .settings_schema =
                R"({"type": "object", "additionalProperties": false, "required": ["text"],
                "properties": {"text": {"type": "string"},
                               "before": {"type": "string", "x-pattern": true},
                               "limit": {"type": ["integer", "null"], "minimum": 1}}})",
            .output_schema = "{}",
            .emits = Emits::many,
        },
    }};
    return kinds;
}

}  // namespace hal9::definition
