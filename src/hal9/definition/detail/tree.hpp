// TreeNode: a definition as it was read, every value and every name with its place in the text.
//
// The readers (json_reader, yaml_reader) make it, the checks walk it and report to Faults, and what
// passed becomes plain JSON. Objects keep the order of the text; names are unique.
#pragma once

#include "hal9/base/json.hpp"
#include "hal9/definition/parse.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hal9::definition::detail {

/// Both from 1; the column counts bytes. 0:0 is the text as a whole.
struct Place {
    std::size_t line = 0;
    std::size_t column = 0;
};

struct TreeNode {
    enum class Kind : std::uint8_t { scalar, list, object };
    struct Member;

    Kind kind = Kind::scalar;
    Place place;
    json::value scalar;  ///< null, boolean, number or string
    std::vector<TreeNode> elements;
    std::vector<Member> members;

    [[nodiscard]] bool is_object() const { return kind == Kind::object; }

    [[nodiscard]] bool is_list() const { return kind == Kind::list; }

    /// The text of a string, else nullptr.
    [[nodiscard]] const json::string* if_string() const {
        return kind == Kind::scalar ? scalar.if_string() : nullptr;
    }

    [[nodiscard]] const Member* find(std::string_view name) const;
    /// "object", "list", "string", "number", "boolean" or "null", for messages.
    [[nodiscard]] std::string_view type_name() const;
};

struct TreeNode::Member {
    std::string name;
    Place place;  ///< of the name
    TreeNode node;
};

[[nodiscard]] json::value to_json(const TreeNode& node);

/// Puts members into the order of canonical JSON and gives numbers the types that they have there.
/// False where that is another type: 1.0 becomes a whole number.
bool make_canonical(TreeNode& node);
/// canonical_json() of a tree that make_canonical() has seen.
[[nodiscard]] std::string canonical_text(const TreeNode& node);

/// Collects faults, at most so many: a text of a megabyte can be wrong in a hundred thousand ways.
class Faults {
public:
    static constexpr std::size_t faults_max = 100;

    void add(Place place, std::string message);

    [[nodiscard]] bool empty() const { return faults_.empty(); }

    /// No further fault is kept: a check that only looks for more may stop.
    [[nodiscard]] bool full() const { return faults_.size() >= faults_max; }

    [[nodiscard]] std::size_t size() const { return faults_.size(); }

    /// Sorted by place; a last one says so when there may be more.
    [[nodiscard]] std::vector<Fault> take() &&;

private:
    std::vector<Fault> faults_;
};

}  // namespace hal9::definition::detail
