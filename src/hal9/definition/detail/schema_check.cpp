#include "hal9/definition/detail/schema_check.hpp"

#include "hal9/base/text.hpp"
#include "hal9/definition/detail/fields.hpp"
#include "hal9/definition/detail/schema_walk.hpp"
#include "hal9/definition/detail/schema_words.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

namespace hal9::definition::detail {
namespace {

using Path = SchemaPath;

bool is_below(const Path& path, const Path& above) {
    return path.size() > above.size() && std::equal(above.begin(), above.end(), path.begin());
}

/// valijson's errors, without those that follow from others or from what is not yet known.
class ErrorReport {
public:
    ErrorReport(const SchemaUse& use, const SchemaWalk& walk, const TreeNode& root, Faults& faults)
        : use_(&use), walk_(&walk), root_(&root), faults_(&faults) {}

    void add(std::vector<SchemaError> errors) {
        std::erase_if(errors, [this](const SchemaError& error) { return is_explained(error); });
        std::set<std::pair<Path, std::string>> done;
        for (const SchemaError& error : errors) {
            const bool missing = is_missing(error);
            const bool deeper = std::ranges::any_of(errors, [&](const SchemaError& other) {
                return is_below(other.path, error.path) ||
                       (is_missing(other) && other.path == error.path);
            });
            if ((deeper && !missing) ||
                !done.emplace(error.path, missing ? error.detail : "").second) {
                continue;
            }
            report(error);
        }
    }

private:
    static bool is_missing(const SchemaError& error) {
        return error.kind == SchemaError::Kind::missing || error.kind == SchemaError::Kind::needed;
    }

    [[nodiscard]] const TreeNode* find(const Path& path) const {
        const TreeNode* at = root_;
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
        const TreeNode* node = find(error.path);
        return is_template(*node) ||
               (holds_template(*node) && error.kind == SchemaError::Kind::value);
    }

    void report(const SchemaError& error) {
        const TreeNode* node = find(error.path);
        const std::string what = walk_->what_of(error.path);
        if (is_missing(error)) {
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

    static std::string shown(const TreeNode& node) {
        if (const json::string* text = node.if_string()) {
            return quoted(*text);
        }
        if (node.kind == TreeNode::Kind::scalar) {
            return json::serialize(node.scalar);
        }
        return str(node.is_list() ? "a " : "an ", node.type_name());
    }

    const SchemaUse* use_;
    const SchemaWalk* walk_;
    const TreeNode* root_;
    Faults* faults_;
};

}  // namespace

void check_against(
    const SchemaUse& use,
    const TreeNode& instance,
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

TreeNode to_node(const json::value& value
) {  // NOLINT(misc-no-recursion): parse_json bounds the depth
    TreeNode out;
    if (const json::array* list = value.if_array()) {
        out.kind = TreeNode::Kind::list;
        for (const json::value& element : *list) {
            out.elements.push_back(to_node(element));
        }
    } else if (const json::object* object = value.if_object()) {
        out.kind = TreeNode::Kind::object;
        for (const auto& [name, member] : *object) {
            out.members.push_back({.name = name, .place = {}, .node = to_node(member)});
        }
    } else {
        out.scalar = value;
    }
    return out;
}

}  // namespace hal9::definition::detail
