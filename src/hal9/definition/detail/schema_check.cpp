#include "hal9/definition/detail/schema_check.hpp"

#include "hal9/base/text.hpp"
#include "hal9/definition/detail/fields.hpp"
#include "hal9/definition/detail/schema_words.hpp"
#include "hal9/definition/settings.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

namespace hal9::definition::detail {
namespace {

using Path = std::vector<std::string>;

bool is_template(const Node& node) {
    const json::string* text = node.if_string();
    return text != nullptr && Settings::has_template(*text);
}

bool holds_template(const Node& node) {  // NOLINT(misc-no-recursion)
    return is_template(node) || std::ranges::any_of(node.elements, holds_template) ||
           std::ranges::any_of(node.members, [](const Node::Member& member) {
               return holds_template(member.node);
           });
}

const Node* enter(const Node& node, const std::string& step) {
    if (node.is_object()) {
        const Node::Member* member = node.find(step);
        return member == nullptr ? nullptr : &member->node;
    }
    std::size_t index = 0;
    const auto [end, status] = std::from_chars(step.data(), step.data() + step.size(), index);
    return status == std::errc{} && index < node.elements.size() ? &node.elements[index] : nullptr;
}

class SchemaWalk {
public:
    SchemaWalk(const SchemaUse& use, const Limits& limits, Faults& faults)
        : use_(&use), limits_(&limits), faults_(&faults) {}

    /// What valijson does not see: unknown members one by one, patterns, templates.
    void walk(const json::value& schema, const Node& node) {  // NOLINT(misc-no-recursion)
        const json::value* target = follow_reference(*use_->schema, schema);
        const json::object* object = target == nullptr ? nullptr : target->if_object();
        if (object == nullptr || faults_->full()) {
            return;
        }
        if (node.if_string() != nullptr) {
            walk_string(*object, node);
        } else if (node.is_list()) {
            walk_list(*object, node);
        } else if (node.is_object()) {
            walk_object(*object, node);
        }
        walk_alternatives(*object, node);
    }

    /// Where faults of its own were found; valijson's about the same place are not repeated.
    [[nodiscard]] const std::set<Path>& reported() const { return reported_; }

    [[nodiscard]] std::string what_of(std::span<const std::string> path) const {
        if (path.empty()) {
            return use_->root;
        }
        std::string name;
        for (const std::string& step : path) {
            name += str(name.empty() ? "" : "/", step);
        }
        return str(use_->member, " ", quoted(name), use_->of);
    }

private:
    void report(Place place, std::string message) {
        faults_->add(place, std::move(message));
        reported_.insert(path_);
    }

    void walk_string(const json::object& schema, const Node& node) {
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

    static bool flag(const json::object& schema, std::string_view key, bool otherwise) {
        const json::value* value = schema.if_contains(key);
        return value != nullptr && value->is_bool() ? value->get_bool() : otherwise;
    }

    void walk_list(const json::object& schema, const Node& node) {  // NOLINT(misc-no-recursion)
        const json::value* items = schema.if_contains("items");
        if (items == nullptr) {
            return;
        }
        for (std::size_t i = 0; i < node.elements.size(); ++i) {
            const json::array* each = items->if_array();
            if (each != nullptr && i >= each->size()) {
                return;
            }
            step_into(str(i), each == nullptr ? *items : (*each)[i], node.elements[i]);
        }
    }

    void walk_object(const json::object& schema, const Node& node) {  // NOLINT(misc-no-recursion)
        const json::value* properties = schema.if_contains("properties");
        const json::object* known = properties == nullptr ? nullptr : properties->if_object();
        const json::value* others = schema.if_contains("additionalProperties");
        for (const Node::Member& member : node.members) {
            const json::value* below = known == nullptr ? nullptr : known->if_contains(member.name);
            if (below == nullptr && others != nullptr && others->is_bool() && !others->get_bool()) {
                report_unknown(member, known);
            } else if (below != nullptr || others != nullptr) {
                step_into(member.name, below == nullptr ? *others : *below, member.node);
            }
        }
    }

    void report_unknown(const Node::Member& member, const json::object* known) {
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

    void step_into(
        std::string step,
        const json::value& schema,
        const Node& node
    ) {  // NOLINT(misc-no-recursion)
        path_.push_back(std::move(step));
        walk(schema, node);
        path_.pop_back();
    }

    void
    walk_alternatives(const json::object& schema, const Node& node) {  // NOLINT(misc-no-recursion)
        if (const json::value* all = schema.if_contains("allOf");
            all != nullptr && all->is_array()) {
            for (const json::value& part : all->get_array()) {
                walk(part, node);
            }
        }
        if (const json::value* one = only_alternative(*use_->schema, schema, node)) {
            walk(*one, node);
        }
    }

    const SchemaUse* use_;
    const Limits* limits_;
    Faults* faults_;
    Path path_;
    std::set<Path> reported_;
};

bool is_below(const Path& path, const Path& above) {
    return path.size() > above.size() && std::equal(above.begin(), above.end(), path.begin());
}

/// valijson's errors, without those that follow from others or from what is not yet known.
class ErrorReport {
public:
    ErrorReport(const SchemaUse& use, const SchemaWalk& walk, const Node& root, Faults& faults)
        : use_(&use), walk_(&walk), root_(&root), faults_(&faults) {}

    void add(std::vector<SchemaError> errors) {
        std::erase_if(errors, [this](const SchemaError& error) { return is_explained(error); });
        std::set<std::pair<Path, std::string>> done;
        for (const SchemaError& error : errors) {
            const bool missing = error.kind == SchemaError::Kind::missing;
            const bool deeper = std::ranges::any_of(errors, [&](const SchemaError& other) {
                return is_below(other.path, error.path) ||
                       (other.kind == SchemaError::Kind::missing && other.path == error.path);
            });
            if ((deeper && !missing) ||
                !done.emplace(error.path, missing ? error.detail : "").second) {
                continue;
            }
            report(error);
        }
    }

private:
    [[nodiscard]] const Node* find(const Path& path) const {
        const Node* at = root_;
        for (const std::string& step : path) {
            at = enter(*at, step);
            if (at == nullptr) {
                return root_;
            }
            if (use_->templates && is_template(*at)) {
                break;
            }
        }
        return at;
    }

    [[nodiscard]] bool is_explained(const SchemaError& error) const {
        if (error.kind == SchemaError::Kind::inner) {
            return true;
        }
        const auto& reported = walk_->reported();
        if (std::ranges::any_of(
                reported,
                [&](const Path& path) { return path == error.path || is_below(path, error.path); }
            ) &&
            error.kind != SchemaError::Kind::missing) {
            return true;
        }
        if (!use_->templates) {
            return false;
        }
        const Node* node = find(error.path);
        return is_template(*node) ||
               (holds_template(*node) && error.kind == SchemaError::Kind::value);
    }

    void report(const SchemaError& error) {
        const Node* node = find(error.path);
        const std::string what = walk_->what_of(error.path);
        if (error.kind == SchemaError::Kind::missing) {
            faults_->add(
                node->place,
                str(what, ": the key ", quoted(error.detail), " is missing; add it")
            );
            return;
        }
        const json::value* schema = schema_at(*use_->schema, error.path, *root_);
        const std::string allowed =
            schema == nullptr ? std::string() : allowed_by(*use_->schema, *schema);
        faults_->add(
            node->place,
            str(what, " is ", shown(*node), "; allowed: ", allowed.empty() ? error.detail : allowed)
        );
    }

    static std::string shown(const Node& node) {
        if (const json::string* text = node.if_string()) {
            return quoted(*text);
        }
        if (node.kind == Node::Kind::scalar) {
            return json::serialize(node.scalar);
        }
        return str(node.is_list() ? "a " : "an ", node.type_name());
    }

    const SchemaUse* use_;
    const SchemaWalk* walk_;
    const Node* root_;
    Faults* faults_;
};

}  // namespace

void check_against(
    const SchemaUse& use,
    const Node& instance,
    const Limits& limits,
    Faults& faults
) {
    SchemaWalk walk(use, limits, faults);
    walk.walk(*use.schema, instance);
    auto errors = use.validator->check(to_json(instance));
    if (!errors) {
        faults.add(instance.place, str(use.root, ": ", errors.error().message));
        return;
    }
    ErrorReport(use, walk, instance, faults).add(*std::move(errors));
}

Node to_node(const json::value& value) {  // NOLINT(misc-no-recursion): parse_json bounds the depth
    Node out;
    if (const json::array* list = value.if_array()) {
        out.kind = Node::Kind::list;
        for (const json::value& element : *list) {
            out.elements.push_back(to_node(element));
        }
    } else if (const json::object* object = value.if_object()) {
        out.kind = Node::Kind::object;
        for (const auto& [name, member] : *object) {
            out.members.push_back({.name = name, .place = {}, .node = to_node(member)});
        }
    } else {
        out.scalar = value;
    }
    return out;
}

}  // namespace hal9::definition::detail
