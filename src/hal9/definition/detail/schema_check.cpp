#include "hal9/definition/detail/schema_check.hpp"

#include "hal9/base/text.hpp"
#include "hal9/definition/detail/fields.hpp"
#include "hal9/definition/detail/schema_walk.hpp"
#include "hal9/definition/detail/schema_words.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

namespace hal9::definition::detail {
namespace {

using Path = SchemaPath;

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
        if (error.kind == SchemaError::Kind::inner ||
            (error.kind == SchemaError::Kind::missing && walk_->is_choice(error.path, error.detail)
            )) {
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
