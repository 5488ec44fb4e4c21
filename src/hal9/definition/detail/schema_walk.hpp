// SchemaWalk: settings and their schema walked side by side, for what valijson does not see.
//
// Unknown keys one by one with the nearest right name, patterns by RE2, predicates, strings that
// take no ${}, keys that exclude or need each other.
#pragma once

#include "hal9/definition/detail/schema_check.hpp"
#include "hal9/definition/detail/tree.hpp"
#include "hal9/model/limits.hpp"

#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace hal9::definition::detail {

using SchemaPath = std::vector<std::string>;  ///< names and indices from the root

/// A string in which a ${} stands.
[[nodiscard]] bool is_template(const TreeNode& node);
/// A value in which one stands, however deep.
[[nodiscard]] bool holds_template(const TreeNode& node);

class SchemaWalk {
public:
    SchemaWalk(const SchemaUse& use, const Limits& limits, Faults& faults)
        : use_(&use), limits_(&limits), faults_(&faults) {}

    void walk(const json::value& schema, const TreeNode& node);

    /// Where faults were found; valijson's about the same place are not repeated.
    [[nodiscard]] const std::set<SchemaPath>& reported() const { return reported_; }

    /// Whether the member at the path is one of several that may be there instead.
    [[nodiscard]] bool is_choice(const SchemaPath& path, const std::string& name) const {
        return choices_.contains({path, name});
    }

    /// What the value at the path is called in a message.
    [[nodiscard]] std::string what_of(std::span<const std::string> path) const;

private:
    void report(Place place, std::string message);
    void walk_string(const json::object& schema, const TreeNode& node);
    void walk_schema(const TreeNode& node);
    void walk_predicate(const TreeNode& node);
    void walk_list(const json::object& schema, const TreeNode& node);
    void walk_object(const json::object& schema, const TreeNode& node);
    void walk_alternatives(const json::object& schema, const TreeNode& node);
    void step_into(std::string step, const json::value& schema, const TreeNode& node);
    void report_unknown(const TreeNode::Member& member, const json::object* known);
    void check_choices(const json::object& schema, const TreeNode& node);
    void check_dependencies(const json::object& schema, const TreeNode& node);

    const SchemaUse* use_;
    const Limits* limits_;
    Faults* faults_;
    SchemaPath path_;
    std::set<SchemaPath> reported_;
    std::set<std::pair<SchemaPath, std::string>> choices_;
};

}  // namespace hal9::definition::detail
