#include "hal9/definition/detail/shape.hpp"

#include "hal9/base/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace hal9::definition::detail {
namespace {

struct TypeName {
    Types::Type type;
    std::string_view word;   ///< of JSON Schema
    std::string_view words;  ///< of the language's messages
};

constexpr std::array<TypeName, 6> type_names{{
    {Types::null, "null", "null"},
    {Types::boolean, "boolean", "a boolean"},
    {Types::number, "number", "a number"},
    {Types::string, "string", "a string"},
    {Types::list, "array", "a list"},
    {Types::object, "object", "an object"},
}};

/// Only as much as fits.
ShapePtr make(Shape shape) {
    if (!std::ranges::is_sorted(shape.members, {}, &Shape::Member::name)) {
        std::ranges::sort(shape.members, {}, &Shape::Member::name);
    }
    const auto size = [](const ShapePtr& part) { return part ? part->parts : 1; };
    shape.parts = 1 + (shape.elements ? size(shape.elements) : 0);
    for (const Shape::Member& member : shape.members) {
        shape.parts += size(member.shape);
    }
    if (shape.parts > Shape::parts_max) {
        shape.elements = nullptr;
        for (Shape::Member& member : shape.members) {
            member.shape = nullptr;
        }
        shape.parts = 1 + shape.members.size();
    }
    if (shape.parts > Shape::parts_max) {
        shape.members.clear();
        shape.closed = false;
        shape.parts = 1;
    }
    return std::make_shared<const Shape>(std::move(shape));
}

/// What an object of one of the two may have as this member, if the other says nothing of it.
void add_members(const Shape& from, const Shape& other, std::vector<Shape::Member>& out) {
    for (const Shape::Member& member : from.members) {
        if (other.find(member.name) == nullptr && other.closed) {
            out.push_back(member);
        }
    }
}

void join_objects(const Shape& a, const Shape& b, Shape& out) {
    for (const Shape::Member& member : a.members) {
        if (const Shape::Member* same = b.find(member.name)) {
            out.members.push_back({member.name, either(member.shape, same->shape)});
        }
    }
    add_members(a, b, out.members);
    add_members(b, a, out.members);
    out.closed = a.closed && b.closed;
}

Types types_in(const json::object& schema) {
    Types types = Types::all();
    if (const json::value* type = schema.if_contains("type")) {
        types = Types::listed(*type);
    }
    if (const json::value* constant = schema.if_contains("const")) {
        types = types & Types::of(*constant);
    }
    const json::value* values = schema.if_contains("enum");
    if (values != nullptr && values->is_array()) {
        Types listed = Types::none();
        for (const json::value& value : values->get_array()) {
            listed = listed | Types::of(value);
        }
        types = types & listed;
    }
    return types.empty() ? Types::all() : types;
}

}  // namespace

Types Types::named(std::string_view word) {
    if (word == "integer") {
        return number;
    }
    const auto* const found = std::ranges::find(type_names, word, &TypeName::word);
    return found == type_names.end() ? all() : Types(found->type);
}

Types Types::listed(const json::value& words) {
    if (const json::string* word = words.if_string()) {
        return named(*word);
    }
    const json::array* several = words.if_array();
    Types types = several == nullptr ? all() : none();
    for (std::size_t i = 0; several != nullptr && i < several->size(); ++i) {
        const json::string* word = (*several)[i].if_string();
        types = types | (word == nullptr ? all() : named(*word));
    }
    return types;
}

Types Types::of(const json::value& value) {
    return named(json_type_name(value));
}

std::string in_words(Types types) {
    std::vector<std::string_view> words;
    for (const TypeName& name : type_names) {
        if (types.has(name.type)) {
            words.push_back(name.words);
        }
    }
    std::string out;
    for (std::size_t i = 0; i < words.size(); ++i) {
        out += str(i == 0 ? "" : i + 1 == words.size() ? " or " : ", ", words[i]);
    }
    return out;
}

const Shape::Member* Shape::find(std::string_view name) const {
    const auto found = std::ranges::lower_bound(members, name, {}, [](const Member& member) {
        return std::string_view(member.name);
    });
    return found == members.end() || found->name != name ? nullptr : &*found;
}

ShapePtr shape_of(Types types) {
    return make({.types = types});
}

ShapePtr object_of(std::vector<Shape::Member> members) {
    return make({.types = Types::object, .members = std::move(members), .closed = true});
}

ShapePtr list_of(ShapePtr elements) {
    return make({.types = Types::list, .elements = std::move(elements)});
}

ShapePtr shape_of_value(const json::value& value) {  // NOLINT(misc-no-recursion)
    if (const json::object* object = value.if_object()) {
        std::vector<Shape::Member> members;
        for (const auto& member : *object) {
            members.push_back({std::string(member.key()), shape_of_value(member.value())});
        }
        return object_of(std::move(members));
    }
    if (const json::array* list = value.if_array()) {
        ShapePtr elements = list->empty() ? nullptr : shape_of_value(list->front());
        for (const json::value& element : *list) {
            elements = either(elements, shape_of_value(element));
        }
        return list_of(std::move(elements));
    }
    return shape_of(Types::of(value));
}

ShapePtr shape_of_schema(const json::value& schema) {  // NOLINT(misc-no-recursion)
    const json::object* object = schema.if_object();
    if (object == nullptr || object->contains("$ref")) {
        return nullptr;
    }
    Shape out{.types = types_in(*object)};
    if (out.types.has(Types::object)) {
        const json::value* properties = object->if_contains("properties");
        if (properties != nullptr && properties->is_object()) {
            for (const auto& [name, property] : properties->get_object()) {
                out.members.push_back({std::string(name), shape_of_schema(property)});
            }
        }
        const json::value* others = object->if_contains("additionalProperties");
        out.closed = others != nullptr && others->is_bool() && !others->get_bool() &&
                     !object->contains("patternProperties");
    }
    const json::value* items = object->if_contains("items");
    if (items != nullptr && items->is_object() && out.types.has(Types::list)) {
        out.elements = shape_of_schema(*items);
    }
    return make(std::move(out));
}

ShapePtr either(const ShapePtr& a, const ShapePtr& b) {  // NOLINT(misc-no-recursion)
    if (a == b || a == nullptr) {
        return a;
    }
    if (b == nullptr) {
        return b;
    }
    Shape out{.types = a->types | b->types};
    const bool objects = a->types.has(Types::object);
    if (objects && b->types.has(Types::object)) {
        join_objects(*a, *b, out);
    } else {
        const Shape& from = objects ? *a : *b;
        out.members = from.members;
        out.closed = from.closed;
    }
    const bool lists = a->types.has(Types::list);
    if (lists && b->types.has(Types::list)) {
        out.elements = either(a->elements, b->elements);
    } else {
        out.elements = lists ? a->elements : b->elements;
    }
    return make(std::move(out));
}

ShapePtr with_member(const ShapePtr& shape, std::string_view name, ShapePtr value) {
    if (!shape || !shape->types.has(Types::object)) {
        return shape;
    }
    Shape out = *shape;
    const auto found = std::ranges::find(out.members, name, &Shape::Member::name);
    if (found != out.members.end()) {
        found->shape = either(found->shape, value);
    } else if (out.closed) {
        out.members.push_back({std::string(name), std::move(value)});
    }
    return make(std::move(out));
}

ShapePtr only(const ShapePtr& shape, Types types) {
    if (!shape) {
        return types == Types::all() ? nullptr : shape_of(types);
    }
    Shape out = *shape;
    out.types = out.types & types;
    if (!out.types.has(Types::object)) {
        out.members.clear();
        out.closed = false;
    }
    if (!out.types.has(Types::list)) {
        out.elements = nullptr;
    }
    return make(std::move(out));
}

Types types_of(const ShapePtr& shape) {
    return shape ? shape->types : Types::all();
}

Target member_of(const ShapePtr& shape, std::string_view name) {
    if (!shape) {
        return {.steps = 1};
    }
    const Shape::Member* member = shape->find(name);
    if (!shape->types.has(Types::object) || (member == nullptr && shape->closed)) {
        return {.exists = false, .shape = shape};
    }
    return {.shape = member == nullptr ? nullptr : member->shape, .steps = 1};
}

Target follow(const ShapePtr& shape, std::span<const PointerStep> steps) {
    Target at{.shape = shape};
    for (const PointerStep& step : steps) {
        if (!at.shape) {
            return at;
        }
        const Shape& from = *at.shape;
        const Shape::Member* member = step.each ? nullptr : from.find(step.name);
        const bool in_object =
            !step.each && from.types.has(Types::object) && (member != nullptr || !from.closed);
        const bool in_list = from.types.has(Types::list) && (step.each || step.index != no_index);
        if (!in_object && !in_list) {
            at.exists = false;
            return at;
        }
        const ShapePtr of_object = member == nullptr ? nullptr : member->shape;
        const ShapePtr of_list = from.elements;
        at.shape = !in_list ? of_object : !in_object ? of_list : either(of_object, of_list);
        ++at.steps;
    }
    return at;
}

}  // namespace hal9::definition::detail
