#include "hal9/definition/detail/schema_words.hpp"

#include "hal9/base/text.hpp"
#include "hal9/definition/detail/fields.hpp"
#include "hal9/definition/detail/pointer.hpp"
#include "hal9/definition/detail/schema_check.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace hal9::definition::detail {
namespace {

constexpr int references_max = 16;
constexpr int choices_depth_max = 4;

bool has_type(const TreeNode& node, std::string_view type) {
    if (type == "array") {
        return node.is_list();
    }
    if (type == "integer") {
        return node.kind == TreeNode::Kind::scalar &&
               (node.scalar.is_int64() || node.scalar.is_uint64());
    }
    return node.type_name() == type;
}

/// True as well where the schema says nothing of types.
bool may_have(const json::value& schema, const TreeNode& node) {
    const json::object* object = schema.if_object();
    const json::value* type = object == nullptr ? nullptr : object->if_contains("type");
    if (type == nullptr) {
        return true;
    }
    if (const json::string* one = type->if_string()) {
        return has_type(node, *one);
    }
    const json::array* several = type->if_array();
    return several == nullptr || std::ranges::any_of(*several, [&](const json::value& one) {
               return one.is_string() && has_type(node, one.get_string());
           });
}

const json::array* alternatives(const json::object& schema) {
    for (const std::string_view key : {"oneOf", "anyOf"}) {
        if (const json::value* found = schema.if_contains(key)) {
            return found->if_array();
        }
    }
    return nullptr;
}

/// The schema of one element or member, looking through alternatives.
const json::value* below(const json::object& schema, const std::string& step, bool list) {
    if (list) {
        const json::value* items = schema.if_contains("items");
        const json::array* each = items == nullptr ? nullptr : items->if_array();
        if (each == nullptr) {
            return items;
        }
        std::size_t index = each->size();
        std::from_chars(step.data(), step.data() + step.size(), index);
        return index < each->size() ? &(*each)[index] : nullptr;
    }
    const json::value* properties = schema.if_contains("properties");
    if (properties != nullptr && properties->is_object()) {
        if (const json::value* property = properties->get_object().if_contains(step)) {
            return property;
        }
    }
    return schema.if_contains("additionalProperties");
}

std::string join(const std::vector<std::string>& words) {
    std::string out;
    for (std::size_t i = 0; i < words.size(); ++i) {
        out += str(i == 0 ? "" : i + 1 == words.size() ? " or " : ", ", words[i]);
    }
    return out;
}

std::string words_of_type(std::string_view type) {
    if (type == "integer") {
        return "a whole number";
    }
    if (type == "array") {
        return "a list";
    }
    return str(type == "object" ? "an " : type == "null" ? "" : "a ", type);
}

std::string words_of_types(const json::value& type) {
    std::vector<std::string> words;
    if (const json::string* one = type.if_string()) {
        words.push_back(words_of_type(*one));
    } else if (const json::array* several = type.if_array()) {
        for (const json::value& each : *several) {
            if (each.is_string()) {
                words.push_back(words_of_type(each.get_string()));
            }
        }
    }
    return join(words);
}

std::string words_of_bounds(const json::object& schema) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 10> bounds{{
        {"minimum", "at least "},
        {"maximum", "at most "},
        {"exclusiveMinimum", "above "},
        {"exclusiveMaximum", "below "},
        {"minLength", "characters at least "},
        {"maxLength", "characters at most "},
        {"minItems", "elements at least "},
        {"maxItems", "elements at most "},
        {"minProperties", "keys at least "},
        {"maxProperties", "keys at most "},
    }};
    std::string out;
    for (const auto& [key, words] : bounds) {
        if (const json::value* bound = schema.if_contains(key)) {
            out += str(", ", words, json::serialize(*bound));
        }
    }
    if (const json::value* pattern = schema.if_contains("pattern")) {
        out += str(", matching ", json::serialize(*pattern));
    }
    if (const json::value* excluded = schema.if_contains("not")) {
        out += str(", not what fits ", json::serialize(*excluded));
    }
    if (const json::value* condition = schema.if_contains("if")) {
        out += str(", what its schema asks if it fits ", json::serialize(*condition));
    }
    if (const json::value* contained = schema.if_contains("contains")) {
        out += str(", elements of which one fits ", json::serialize(*contained));
    }
    return out;
}

}  // namespace

const TreeNode* enter(const TreeNode& node, std::string_view step) {
    if (node.is_object()) {
        const TreeNode::Member* member = node.find(step);
        return member == nullptr ? nullptr : &member->node;
    }
    std::size_t index = 0;
    const auto [end, status] = std::from_chars(step.data(), step.data() + step.size(), index);
    return status == std::errc{} && index < node.elements.size() ? &node.elements[index] : nullptr;
}

const json::value* follow_reference(const json::value& root, const json::value& schema) {
    const json::value* at = &schema;
    for (int i = 0; i < references_max; ++i) {
        const json::object* object = at->if_object();
        const json::value* reference = object == nullptr ? nullptr : object->if_contains("$ref");
        if (reference == nullptr || !reference->is_string()) {
            return at;
        }
        const std::string_view text = reference->get_string();
        if (!text.starts_with('#')) {
            return nullptr;
        }
        const auto pointer = Pointer::parse(text.substr(1), false);
        at = pointer ? pointer->find(root) : nullptr;
        if (at == nullptr) {
            return nullptr;
        }
    }
    return nullptr;
}

const json::value*
only_alternative(const json::value& root, const json::object& schema, const TreeNode& node) {
    const json::array* choices = alternatives(schema);
    if (choices == nullptr) {
        return nullptr;
    }
    const json::value* only = nullptr;
    for (const json::value& choice : *choices) {
        const json::value* target = follow_reference(root, choice);
        if (target == nullptr || !may_have(*target, node)) {
            continue;
        }
        if (only != nullptr) {
            return nullptr;
        }
        only = target;
    }
    return only;
}

const json::value*
schema_at(const json::value& root, std::span<const std::string> path, const TreeNode& instance) {
    const json::value* schema = follow_reference(root, root);
    const TreeNode* node = &instance;
    for (const std::string& step : path) {
        const json::object* object = schema == nullptr ? nullptr : schema->if_object();
        if (object == nullptr) {
            return nullptr;
        }
        const json::value* next = below(*object, step, node->is_list());
        if (next == nullptr) {
            const json::value* only = only_alternative(root, *object, *node);
            const json::object* inner = only == nullptr ? nullptr : only->if_object();
            next = inner == nullptr ? nullptr : below(*inner, step, node->is_list());
        }
        schema = next == nullptr ? nullptr : follow_reference(root, *next);
        node = enter(*node, step);
        if (node == nullptr) {
            return nullptr;
        }
    }
    return schema;
}

std::vector<std::string> required_choices(const json::object& schema, std::string_view key) {
    const json::value* choices = schema.if_contains(key);
    if (choices == nullptr || !choices->is_array()) {
        return {};
    }
    std::vector<std::string> names;
    for (const json::value& choice : choices->get_array()) {
        const json::object* only = choice.if_object();
        const json::value* required =
            only == nullptr || only->size() != 1 ? nullptr : only->if_contains("required");
        const json::array* list = required == nullptr ? nullptr : required->if_array();
        if (list == nullptr || list->size() != 1 || !list->front().is_string()) {
            return {};
        }
        names.emplace_back(list->front().get_string());
    }
    return names;
}

std::string allowed_by(
    const json::value& root,
    const json::value& schema,
    int depth
) {  // NOLINT(misc-no-recursion)
    const json::object* object = schema.if_object();
    if (object == nullptr) {
        return {};
    }
    std::vector<std::string> words;
    if (const json::value* constant = object->if_contains("const")) {
        return json::serialize(*constant);
    }
    if (const json::value* values = object->if_contains("enum");
        values != nullptr && values->is_array()) {
        for (const json::value& value : values->get_array()) {
            words.push_back(json::serialize(value));
        }
        return join(words);
    }
    if (const json::array* choices = alternatives(*object)) {
        for (const json::value& choice : *choices) {
            const json::value* target = follow_reference(root, choice);
            if (target == nullptr || depth == choices_depth_max) {
                return {};
            }
            words.push_back(allowed_by(root, *target, depth + 1));
        }
        std::erase(words, "");
        return join(words);
    }
    const json::value* type = object->if_contains("type");
    std::string bounds = words_of_bounds(*object);
    if (type == nullptr) {
        return bounds.empty() ? bounds : bounds.substr(2);
    }
    return words_of_types(*type) + bounds;
}

bool matches(std::string_view text, std::string_view pattern) {
    const RE2 compiled(re2::StringPiece(pattern.data(), pattern.size()), RE2::Quiet);
    return compiled.ok() && RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), compiled);
}

}  // namespace hal9::definition::detail
