"""The part of JSON Schema (draft 7) that docs/reference/cli uses, and no more: a word it does not know is an error."""

import json
import pathlib
import re

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "docs/reference/cli"
SAID_ONLY = {"$schema", "$id", "title", "description", "examples", "definitions"}
TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "null": type(None),
}


def load(name):
    return json.loads((FOLDER / f"{name}.schema.json").read_text(encoding="utf-8"))


def has_type(value, name):
    if name == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if name == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])


def check_ref(value, reference, root, place):
    file, _, pointer = reference.partition("#")
    root = load(file.removesuffix(".schema.json")) if file else root
    target = root
    for part in filter(None, pointer.split("/")):
        target = target[part]
    yield from faults(value, target, root, place)


def check_type(value, names, _root, place):
    names = [names] if isinstance(names, str) else names
    if not any(has_type(value, name) for name in names):
        yield f"{place}: {value!r} is no {' or '.join(names)}"


def check_enum(value, allowed, _root, place):
    if value not in allowed:
        yield f"{place}: {value!r} is none of {allowed}"


def check_const(value, only, _root, place):
    if value != only:
        yield f"{place}: {value!r} is not {only!r}"


def check_pattern(value, pattern, _root, place):
    if isinstance(value, str) and not re.search(pattern, value):
        yield f"{place}: {value!r} does not match {pattern}"


def check_minimum(value, low, _root, place):
    if isinstance(value, (int, float)) and value < low:
        yield f"{place}: {value} is below {low}"


def check_required(value, names, _root, place):
    if isinstance(value, dict):
        for name in names:
            if name not in value:
                yield f"{place}: {name} is missing"


def check_items(value, schema, root, place):
    if isinstance(value, list):
        for index, element in enumerate(value):
            yield from faults(element, schema, root, f"{place}[{index}]")


def check_any(value, schemas, root, place):
    if all(list(faults(value, schema, root, place)) for schema in schemas):
        yield f"{place}: {value!r} fits none of {len(schemas)} shapes"


def check_object(value, schema, root, place):
    if not isinstance(value, dict):
        return
    known = schema.get("properties", {})
    rest = schema.get("additionalProperties", True)
    for name, member in value.items():
        if name in known:
            yield from faults(member, known[name], root, f"{place}.{name}")
        elif rest is False:
            yield f"{place}: {name} is not in the schema"
        elif rest is not True:
            yield from faults(member, rest, root, f"{place}.{name}")


RULES = {
    "$ref": check_ref,
    "type": check_type,
    "enum": check_enum,
    "const": check_const,
    "pattern": check_pattern,
    "minimum": check_minimum,
    "required": check_required,
    "items": check_items,
    "anyOf": check_any,
}


def faults(value, schema, root, place="$"):
    """What is wrong with the value."""
    if isinstance(schema, bool):
        if not schema:
            yield f"{place}: nothing is allowed here"
        return
    for word, rule in schema.items():
        if word in RULES:
            yield from RULES[word](value, rule, root, place)
        elif word not in SAID_ONLY and word not in ("properties", "additionalProperties"):
            raise ValueError(f"schema.py does not know `{word}`")
    if "properties" in schema or "additionalProperties" in schema:
        yield from check_object(value, schema, root, place)


def check(value, name):
    """The faults of the value under docs/reference/cli/NAME.schema.json."""
    schema = load(name)
    return list(faults(value, schema, schema))
