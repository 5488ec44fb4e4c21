#include "hal9/definition/detail/schema_walk.hpp"

#include "hal9/base/text.hpp"
#include "hal9/definition/detail/fields.hpp"
#include "hal9/definition/detail/input_schema.hpp"
#include "hal9/definition/detail/patterns.hpp"
#include "hal9/definition/detail/predicate_tree.hpp"
#include "hal9/definition/detail/schema_words.hpp"
#include "hal9/definition/settings.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace hal9::definition::detail {
namespace {

bool flag(const json::object& schema, std::string_view key, bool otherwise) {
    const json::value* value = schema.if_contains(key);
    return value != nullptr && value->is_bool() ? value->get_bool() : otherwise;
}

}  // namespace

bool is_template(const TreeNode& node) {
    const json::string* text = node.if_string();
    return text != nullptr && Settings::has_template(*text);
}

bool holds_template(const TreeNode& node) {  // NOLINT(misc-no-recursion)
    return is_template(node) || std::ranges::any_of(node.elements, holds_template) ||
           std::ranges::any_of(node.members, [](const TreeNode::Member& member) {
               return holds_template(member.node);
           });
}

void SchemaWalk::walk(
    const json::value& schema,
    const TreeNode& node
) {  // NOLINT(misc-no-recursion)
    const json::value* target = follow_reference(*use_->schema, schema);
    const json::object* object = target == nullptr ? nullptr : target->if_object();
    if (object == nullptr || faults_->full()) {
        return;
    }
    if (use_->templates && flag(*object, "x-predicate", false)) {
        walk_predicate(node);
        return;
    }
    if (use_->templates && flag(*object, "x-schema", false)) {
        walk_schema(node);
        return;
    }
    if (node.if_string() != nullptr) {
        walk_string(*object, node);
    } else if (node.is_list()) {
        walk_list(*object, node);
    } else if (node.is_object()) {
        walk_object(*object, node);
        check_choices(*object, node);
        check_dependencies(*object, node);
    }
    walk_alternatives(*object, node);
}

std::string SchemaWalk::what_of(std::span<const std::string> path) const {
    if (path.empty()) {
        return use_->root;
    }
    std::string name;
    for (const std::string& step : path) {
        name += str(name.empty() ? "" : "/", step);
    }
    return str(use_->member, " ", quoted(name), use_->of);
}

void SchemaWalk::report(Place place, std::string message) {
    faults_->add(place, std::move(message));
    reported_.insert(path_);
}

void SchemaWalk::walk_string(const json::object& schema, const TreeNode& node) {
    const std::string_view text = *node.if_string();
    if (use_->templates && is_template(node)) {
        if (!flag(schema, "x-template", true)) {
            report(node.place, str(what_of(path_), " takes no ${}; write the value itself"));
        }
        return;
    }
    if (flag(schema, "x-pattern", false)) {
        if (const std::string fault = fault_of_pattern(text, *limits_); !fault.empty()) {
            report(node.place, str(what_of(path_), ": ", fault));
        }
    }
    if (const json::value* pattern = schema.if_contains("pattern");
        pattern != nullptr && pattern->is_string() && !matches(text, pattern->get_string())) {
        report(
            node.place,
            str(what_of(path_),
                " is ",
                quoted(text),
                "; allowed: what matches ",
                quoted(pattern->get_string()))
        );
    }
}

/// A predicate is a language of its own, with ${} at places of its own.
void SchemaWalk::walk_predicate(const TreeNode& node) {
    const std::size_t before = faults_->size();
    check_predicate(node, what_of(path_), *limits_, *faults_, Placeholders::checked);
    if (faults_->size() != before) {
        reported_.insert(path_);
    }
}

/// A schema in which ${} stands is known at the call.
void SchemaWalk::walk_schema(const TreeNode& node) {
    const std::size_t before = faults_->size();
    if (!holds_template(node)) {
        check_schema(node, what_of(path_), *limits_, *faults_);
    }
    if (faults_->size() != before) {
        reported_.insert(path_);
    }
}

void SchemaWalk::walk_list(
    const json::object& schema,
    const TreeNode& node
) {  // NOLINT(misc-no-recursion)
    const json::value* items = schema.if_contains("items");
    if (items == nullptr) {
        return;
    }
    const json::array* each = items->if_array();
    for (std::size_t i = 0; i < node.elements.size(); ++i) {
        if (each != nullptr && i >= each->size()) {
            return;
        }
        step_into(str(i), each == nullptr ? *items : (*each)[i], node.elements[i]);
    }
}

void SchemaWalk::walk_object(
    const json::object& schema,
    const TreeNode& node
) {  // NOLINT(misc-no-recursion)
    const json::value* properties = schema.if_contains("properties");
    const json::object* known = properties == nullptr ? nullptr : properties->if_object();
    const json::value* others = schema.if_contains("additionalProperties");
    for (const TreeNode::Member& member : node.members) {
        const json::value* below = known == nullptr ? nullptr : known->if_contains(member.name);
        if (below == nullptr && others != nullptr && others->is_bool() && !others->get_bool()) {
            report_unknown(member, known);
        } else if (below != nullptr || others != nullptr) {
            step_into(member.name, below == nullptr ? *others : *below, member.node);
        }
    }
}

void SchemaWalk::walk_alternatives(
    const json::object& schema,
    const TreeNode& node
) {  // NOLINT(misc-no-recursion)
    if (const json::value* all = schema.if_contains("allOf"); all != nullptr && all->is_array()) {
        for (const json::value& part : all->get_array()) {
            walk(part, node);
        }
    }
    if (const json::value* one = only_alternative(*use_->schema, schema, node)) {
        walk(*one, node);
    }
}

void SchemaWalk::step_into(
    std::string step,
    const json::value& schema,
    const TreeNode& node
) {  // NOLINT(misc-no-recursion)
    path_.push_back(std::move(step));
    walk(schema, node);
    path_.pop_back();
}

void SchemaWalk::report_unknown(const TreeNode::Member& member, const json::object* known) {
    std::vector<std::string_view> names;
    if (known != nullptr) {
        for (const auto& property : *known) {
            names.emplace_back(property.key());
        }
    }
    report(
        member.place,
        str("unknown key ",
            quoted(member.name),
            " in ",
            what_of(path_),
            names.empty() ? "; allowed: none" : suggestion(member.name, names))
    );
}

/// `oneOf` or `anyOf` that only says which members must be there.
void SchemaWalk::check_choices(const json::object& schema, const TreeNode& node) {
    for (const bool just_one : {true, false}) {
        const auto names = required_choices(schema, just_one ? "oneOf" : "anyOf");
        std::string all;
        std::vector<std::string> given;
        for (const std::string& name : names) {
            choices_.emplace(path_, name);
            all += str(all.empty() ? "" : ", ", quoted(name));
            if (node.find(name) != nullptr) {
                given.push_back(quoted(name));
            }
        }
        if (!names.empty() && given.empty()) {
            report(
                node.place,
                str(what_of(path_),
                    ": one of ",
                    all,
                    " is missing; add ",
                    just_one ? "just" : "at least",
                    " one of them")
            );
        } else if (just_one && given.size() > 1) {
            report(
                node.place,
                str(what_of(path_),
                    ": ",
                    given[0],
                    " and ",
                    given[1],
                    " exclude each other; keep just one of them")
            );
        }
    }
}

void SchemaWalk::check_dependencies(const json::object& schema, const TreeNode& node) {
    const json::value* dependencies = schema.if_contains("dependencies");
    if (dependencies == nullptr || !dependencies->is_object()) {
        return;
    }
    for (const auto& [name, needed] : dependencies->get_object()) {
        const TreeNode::Member* member = node.find(name);
        const json::array* others = needed.if_array();
        if (member == nullptr || others == nullptr) {
            continue;
        }
        for (const json::value& other : *others) {
            if (other.is_string() && node.find(other.get_string()) == nullptr) {
                report(
                    member->place,
                    str(what_of(path_),
                        ": the key ",
                        quoted(name),
                        " needs the key ",
                        quoted(other.get_string()),
                        "; add it")
                );
            }
        }
    }
}

}  // namespace hal9::definition::detail
