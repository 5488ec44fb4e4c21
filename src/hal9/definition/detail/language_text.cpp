#include "hal9/definition/detail/language_text.hpp"

namespace hal9::definition::detail {

const std::string_view language_text = R"json({
  "$schema": "http://json-schema.org/draft-07/schema#",
  "title": "HAL9 network",
  "description": "A network of neurons, in the definition language of HAL9.",
  "type": "object",
  "required": ["hal9", "name", "start", "neurons"],
  "additionalProperties": false,
  "properties": {
    "hal9": {"const": 1, "description": "The version of the language."},
    "name": {"$ref": "#/definitions/name", "description": "The network's name. Applying a changed definition makes a new version of the network of that name."},
    "description": {"type": "string", "description": "What it is for, in words for people."},
    "input": {"$ref": "#/definitions/json_schema", "description": "JSON Schema (draft 7) of the root signal's payload. Its defaults are filled in."},
    "start": {"$ref": "#/definitions/name", "description": "The neuron that receives the root signal."},
    "neurons": {
      "type": "object",
      "description": "The neurons by name.",
      "minProperties": 1,
      "maxProperties": "=neurons_max",
      "propertyNames": {"pattern": "^[A-Za-z0-9_-]{1,64}$"},
      "additionalProperties": {"$ref": "#/definitions/neuron"}
    },
    "layer_rule": {"enum": ["any"], "description": "any: connections may lead to any layer."},
    "durability": {"enum": ["durable"], "description": "durable: every signal is on disk before it counts. The only one there is yet."},
    "learning": {"enum": ["off", "observe", "on"], "description": "Accepted; connections do not learn yet."},
    "defaults": {
      "type": "object",
      "description": "What holds for all neurons that do not say otherwise.",
      "additionalProperties": false,
      "properties": {
        "concurrency": {"$ref": "#/definitions/concurrency"},
        "timeout": {"$ref": "#/definitions/timeout"},
        "deadline": {"$ref": "#/definitions/deadline"},
        "retry": {"$ref": "#/definitions/retry"},
        "priority": {"$ref": "#/definitions/priority"},
        "on_child_error": {"$ref": "#/definitions/on_child_error"},
        "on_exhausted": {"$ref": "#/definitions/on_exhausted"}
      }
    }
  },
  "definitions": {
    "neuron": {
      "type": "object",
      "required": ["layer", "kind"],
      "additionalProperties": false,
      "properties": {
        "layer": {"enum": ["L1", "L2", "L3", "L4", "L5", "L6", "L7", "L8", "L9"], "description": "L1 (reflexive) to L9 (universal). `forward` leads to the same layer or the next lower one; `then` may also go one up."},
        "kind": {"type": "string", "description": "What the neuron is."},
        "settings": {"type": "object", "description": "How its kind works here. Strings may hold ${/pointer} into the signal's payload."},
        "keep": {"type": "array", "uniqueItems": true, "items": {"type": "string", "minLength": 1}, "description": "Names of members of the payload that are copied into each emitted object (the emitted value wins), and into the signal of `then`."},
        "forward": {"type": "array", "maxItems": "=forward_max", "items": {"$ref": "#/definitions/forward_entry"}, "description": "Whom its emissions go to. Each emission goes to every entry whose condition holds."},
        "combine": {
          "type": "object",
          "minProperties": 1,
          "additionalProperties": {"$ref": "#/definitions/aggregate"},
          "description": "How the children's results become its own: an object of named aggregates. For a kind that emits many and forwards."
        },
        "then": {"$ref": "#/definitions/then"},
        "join": {"$ref": "#/definitions/join"},
        "on_child_error": {"$ref": "#/definitions/on_child_error"},
        "on_exhausted": {"$ref": "#/definitions/on_exhausted"},
        "key": {"type": "string", "pattern": "\\$\\{.+\\}", "description": "Makes it a keyed neuron: signals with the same key run one at a time, across all runs and versions. A value of the payload, as in ${/id}."},
        "key_ttl": {"$ref": "#/definitions/duration", "description": "How long a key's state is kept after its last change; for ever if left out."},
        "concurrency": {"$ref": "#/definitions/concurrency"},
        "timeout": {"$ref": "#/definitions/timeout"},
        "deadline": {"$ref": "#/definitions/deadline"},
        "retry": {"$ref": "#/definitions/retry"},
        "priority": {"$ref": "#/definitions/priority"},
        "needs": {
          "type": "object",
          "description": "What the node must offer by its configuration (node.memory, node.cpus, node.tags); else the definition is refused where it is applied or run.",
          "additionalProperties": false,
          "properties": {
            "memory": {"type": "string", "pattern": "^(0|[0-9]+(B|KiB|MiB|GiB|TiB))$", "description": "A size with its unit, for example 2GiB."},
            "cpu": {"type": "number", "exclusiveMinimum": 0, "description": "Processors."},
            "tags": {"type": "array", "uniqueItems": true, "items": {"type": "string", "minLength": 1}, "description": "For example [gpu]."}
          }
        }
      },
      "dependencies": {"key_ttl": ["key"]}
    },
    "name": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$", "description": "1 to 64 letters, digits, `_` or `-`."},
    "neuron_name": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$", "description": "The name of a neuron."},
    "forward_entry": {
      "type": ["string", "object"],
      "description": "A neuron, or {to, when}, or {any_of, when, learn}.",
      "pattern": "^[A-Za-z0-9_-]{1,64}$",
      "additionalProperties": false,
      "if": {"type": "object"},
      "then": {"oneOf": [{"required": ["to"]}, {"required": ["any_of"]}]},
      "dependencies": {"learn": ["any_of"]},
      "properties": {
        "to": {"$ref": "#/definitions/neuron_name", "description": "The neuron that the emission goes to."},
        "any_of": {"type": "array", "minItems": 1, "maxItems": "=forward_max", "uniqueItems": true, "items": {"$ref": "#/definitions/neuron_name"}, "description": "One of these neurons: the first, until connections learn."},
        "when": {"$ref": "#/definitions/predicate", "description": "Only what this holds of is sent. `at` points into the emitted value."},
        "learn": {"enum": ["off", "observe", "on"], "description": "Accepted; connections do not learn yet."}
      }
    },
    "then": {
      "type": ["string", "object"],
      "description": "A neuron that the result goes on to: the result, combined or not, becomes one signal to it, and what it returns takes its place.",
      "pattern": "^[A-Za-z0-9_-]{1,64}$",
      "additionalProperties": false,
      "required": ["to"],
      "properties": {
        "to": {"$ref": "#/definitions/neuron_name", "description": "The neuron that the result goes on to."},
        "when": {"$ref": "#/definitions/predicate", "description": "Where this does not hold of it, the result stays."},
        "as": {"type": "string", "minLength": 1, "description": "The member of the result that takes what comes back; without it that is the whole result."}
      }
    },
    "join": {
      "description": "How many children must succeed: all (if not said), any (one), or {quorum: N}. Once enough have, the others are cancelled.",
      "oneOf": [
        {
          "type": "object",
          "required": ["quorum"],
          "additionalProperties": false,
          "properties": {
            "quorum": {"type": "integer", "minimum": 1, "maximum": "=quorum_max", "description": "So many children must succeed."}
          }
        },
        {"type": "string", "enum": ["all", "any"]}
      ]
    },
    "on_child_error": {
      "description": "What a failed child means. fail (if not said): the error climbs. skip: that child counts for nothing. {value: X}: X stands for its result.",
      "oneOf": [
        {
          "type": "object",
          "required": ["value"],
          "additionalProperties": false,
          "properties": {"value": {"description": "Stands for the result of a failed child."}}
        },
        {"type": "string", "enum": ["fail", "skip"]}
      ]
    },
    "on_exhausted": {"enum": ["fail", "park"], "description": "After the last attempt. fail (if not said): the error climbs. park: an operator redrives or discards it."},
    "concurrency": {"type": "integer", "minimum": 1, "maximum": 100000, "default": "=concurrency", "description": "Steps at once in this process."},
    "timeout": {"$ref": "#/definitions/duration", "default": "=timeout", "description": "Of one attempt of a kind that waits for the outside."},
    "deadline": {"$ref": "#/definitions/duration", "description": "From the moment the signal is there, children included; never later than the parent's."},
    "priority": {"type": "integer", "minimum": 0, "maximum": "=priority_max", "description": "Of the signals it receives, the highest first; the parent's if left out."},
    "retry": {
      "type": "object",
      "description": "Which errors pass is told by their kind: rate_limited, timeout, unavailable and resource_exhausted are tried again, after pauses that grow from `base` by doubling, with full jitter.",
      "additionalProperties": false,
      "properties": {
        "attempts": {"type": "integer", "minimum": 1, "maximum": "=attempts_max", "default": "=attempts", "description": "In all."},
        "base": {"$ref": "#/definitions/duration", "default": "=retry_base", "description": "The first pause at most."},
        "max": {"$ref": "#/definitions/duration", "default": "=retry_max", "description": "Any pause at most."}
      }
    },
    "duration": {"type": "string", "pattern": "^[0-9]+(us|ms|s|m|h|d)$", "description": "A duration with its unit, for example 30s, 250ms or 5m."},
    "template": {"type": "string", "pattern": "\\$\\{", "description": "A text with ${}: ${/p} a value of the signal's payload, ${/p?} null where there is none, ${run:/p} of the root signal's, ${/p | json}, ${/p | lines}, ${/p | count}; $${ is a plain ${."},
    "pointer": {"type": "string", "pattern": "^(/([^~/]|~[01])*)*$", "description": "A JSON Pointer (RFC 6901), for example /name. \"\" is the whole value."},
    "predicate": {
      "type": "object",
      "description": "A condition: {at: POINTER, OPERATOR: VALUE}, {all: [...]}, {any: [...]} or {not: ...}.",
      "additionalProperties": false,
      "properties": {
        "at": {"$ref": "#/definitions/pointer", "description": "A JSON Pointer (RFC 6901) to what is compared, for example /name. \"\" is the whole value."},
        "eq": {"description": "Equal to this; 1 equals 1.0."},
        "ne": {"description": "Not equal to this, or not there."},
        "lt": {"description": "Below this: null < boolean < number < string < array < object."},
        "le": {"description": "Below or equal to this."},
        "gt": {"description": "Above this."},
        "ge": {"description": "Above or equal to this."},
        "in": {"description": "One of this list.", "anyOf": [{"type": "array"}, {"$ref": "#/definitions/template"}]},
        "matches": {"type": "string", "description": "A string of which this RE2 pattern matches a part."},
        "exists": {"description": "true: there is a value. false: there is none.", "anyOf": [{"type": "boolean"}, {"$ref": "#/definitions/template"}]},
        "all": {"type": "array", "minItems": 1, "items": {"$ref": "#/definitions/predicate"}, "description": "Every one of these holds."},
        "any": {"type": "array", "minItems": 1, "items": {"$ref": "#/definitions/predicate"}, "description": "At least one of these holds."},
        "not": {"$ref": "#/definitions/predicate"}
      },
      "oneOf": [
        {"required": ["at", "eq"]},
        {"required": ["at", "ne"]},
        {"required": ["at", "lt"]},
        {"required": ["at", "le"]},
        {"required": ["at", "gt"]},
        {"required": ["at", "ge"]},
        {"required": ["at", "in"]},
        {"required": ["at", "matches"]},
        {"required": ["at", "exists"]},
        {"required": ["all"], "maxProperties": 1},
        {"required": ["any"], "maxProperties": 1},
        {"required": ["not"], "maxProperties": 1}
      ]
    },
    "selection": {"type": "string", "pattern": "^(children|(/([^~/]|~[01])*)*)$", "description": "`children`, or a pointer into each child's result: \"\" is the whole result, * enters a list, and one that leads nowhere contributes nothing."},
    "aggregate": {
      "type": "object",
      "description": "Exactly one of count, count_distinct, sum, min, max, mean, collect, first and last, and what narrows it. Results are taken in the order of emission.",
      "additionalProperties": false,
      "properties": {
        "count": {"$ref": "#/definitions/selection", "description": "How many there are: of `children`, or of what a pointer selects in their results."},
        "count_distinct": {"$ref": "#/definitions/selection", "description": "How many different ones there are."},
        "sum": {"$ref": "#/definitions/selection", "description": "The sum of the numbers that a pointer selects in the children's results."},
        "min": {"$ref": "#/definitions/selection", "description": "The least that a pointer selects in the children's results."},
        "max": {"$ref": "#/definitions/selection", "description": "The greatest that a pointer selects in the children's results."},
        "mean": {"$ref": "#/definitions/selection", "description": "The mean of the numbers that a pointer selects in the children's results."},
        "collect": {"$ref": "#/definitions/selection", "description": "A list of all that a pointer selects in the children's results; * enters a list."},
        "first": {"$ref": "#/definitions/selection", "description": "The first that a pointer selects in the children's results."},
        "last": {"$ref": "#/definitions/selection", "description": "The last that a pointer selects in the children's results."},
        "of": {"$ref": "#/definitions/neuron_name", "description": "Only the children of this neuron."},
        "distinct": {"type": ["array", "string"], "minItems": 1, "maxItems": 16, "items": {"$ref": "#/definitions/pointer"}, "pattern": "^(/([^~/]|~[01])*)*$", "description": "Keeps the first of those that are equal at these pointers, read in the element that the last * of the operation enters, else in the child's result."},
        "order": {"type": ["array", "string"], "minItems": 1, "maxItems": 16, "items": {"$ref": "#/definitions/order_key"}, "pattern": "^-?(/([^~/]|~[01])*)*$", "description": "Sorts by these pointers; - descending, null last, then null < boolean < number < string < array < object."},
        "by": {"$ref": "#/definitions/pointer", "description": "A list of {key, count, value}, a row for each value at this pointer into the element that the last * of the operation enters, else into the child's result: most first, then by key."},
        "top": {"type": "integer", "minimum": 1, "maximum": 1000000000, "description": "Only the first so many: of `collect`, or of the rows of `by`."}
      },
      "oneOf": [
        {"required": ["count"]},
        {"required": ["count_distinct"]},
        {"required": ["sum"]},
        {"required": ["min"]},
        {"required": ["max"]},
        {"required": ["mean"]},
        {"required": ["collect"]},
        {"required": ["first"]},
        {"required": ["last"]}
      ],
      "if": {"required": ["top"]},
      "then": {"anyOf": [{"required": ["collect"]}, {"required": ["by"]}]}
    },
    "order_key": {"type": "string", "pattern": "^-?(/([^~/]|~[01])*)*$", "description": "A JSON Pointer, with - before it for descending."},
    "json_schema": {
      "type": "object",
      "description": "A JSON Schema (draft 7), without references and without patterns of names.",
      "not": {"anyOf": [{"required": ["$ref"]}, {"required": ["$id"]}, {"required": ["patternProperties"]}, {"required": ["propertyNames"]}]},
      "properties": {
        "type": {
          "description": "The type of the value, or several.",
          "anyOf": [{"$ref": "#/definitions/json_type"}, {"type": "array", "items": {"$ref": "#/definitions/json_type"}}]
        },
        "title": {},
        "description": {"description": "What the value is, in words for people."},
        "default": {"description": "What is filled in where the value is left out."},
        "enum": {"type": "array", "description": "The values that are allowed."},
        "const": {"description": "The only value that is allowed."},
        "properties": {"type": "object", "additionalProperties": {"$ref": "#/definitions/json_subschema"}, "description": "Of an object: the schemas of its members."},
        "required": {"type": "array", "items": {"type": "string"}, "description": "Of an object: the members that must be there."},
        "additionalProperties": {"$ref": "#/definitions/json_subschema", "description": "Of an object: the schema of all other members; false for none."},
        "dependencies": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}, "description": "Of an object: the members that a member needs beside it."},
        "minProperties": {"type": "integer", "minimum": 0},
        "maxProperties": {"type": "integer", "minimum": 0},
        "items": {
          "description": "Of a list: the schema of its elements, or of each by its position.",
          "anyOf": [{"$ref": "#/definitions/json_subschema"}, {"type": "array", "items": {"$ref": "#/definitions/json_subschema"}}]
        },
        "additionalItems": {"$ref": "#/definitions/json_subschema"},
        "contains": {"$ref": "#/definitions/json_subschema", "description": "Of a list: what one of its elements fits."},
        "minItems": {"type": "integer", "minimum": 0},
        "maxItems": {"type": "integer", "minimum": 0},
        "uniqueItems": {"type": "boolean"},
        "minLength": {"type": "integer", "minimum": 0},
        "maxLength": {"type": "integer", "minimum": 0},
        "pattern": {"type": "string", "description": "Of a string: an RE2 pattern that matches a part of it."},
        "format": {"description": "Says what the string is; it is not checked."},
        "minimum": {"type": "number"},
        "maximum": {"type": "number"},
        "exclusiveMinimum": {"type": "number"},
        "exclusiveMaximum": {"type": "number"},
        "multipleOf": {"type": "number", "exclusiveMinimum": 0},
        "allOf": {"$ref": "#/definitions/json_subschemas"},
        "anyOf": {"$ref": "#/definitions/json_subschemas"},
        "oneOf": {"$ref": "#/definitions/json_subschemas"},
        "not": {"$ref": "#/definitions/json_subschema"},
        "if": {"$ref": "#/definitions/json_subschema"},
        "then": {"$ref": "#/definitions/json_subschema"},
        "else": {"$ref": "#/definitions/json_subschema"},
        "definitions": {"type": "object", "additionalProperties": {"$ref": "#/definitions/json_subschema"}}
      }
    },
    "json_subschema": {"anyOf": [{"$ref": "#/definitions/json_schema"}, {"type": "boolean"}]},
    "json_subschemas": {"type": "array", "minItems": 1, "items": {"$ref": "#/definitions/json_subschema"}},
    "json_type": {"enum": ["object", "array", "string", "number", "integer", "boolean", "null"]}
  }
})json";

}  // namespace hal9::definition::detail
