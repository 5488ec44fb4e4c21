#include "hal9/definition/document.hpp"

#include "hal9/base/text.hpp"
#include "hal9/definition/detail/read_tree.hpp"
#include "hal9/definition/detail/tree.hpp"

#include <algorithm>
#include <utility>

namespace hal9::definition {
namespace {

using detail::TreeNode;

/// The depth is bounded by the readers (Limits::definition_depth_max).
void list_members(  // NOLINT(misc-no-recursion)
    const TreeNode& node,
    const std::vector<std::string>& path,
    std::vector<DocumentMember>& out
) {
    for (const TreeNode::Member& member : node.members) {
        std::vector<std::string> own = path;
        own.push_back(member.name);
        out.push_back({own, member.place.line, member.place.column, to_json(member.node)});
        list_members(member.node, own, out);
    }
}

/// Only blank lines, comments and the marks of a document.
bool is_empty(std::string_view text) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size() - 1);
        const std::string_view line = text.substr(0, end + 1);
        const std::size_t first = line.find_first_not_of(" \t\r\n");
        if (first != std::string_view::npos && line[first] != '#' && line.substr(0, 3) != "---") {
            return false;
        }
        text.remove_prefix(end + 1);
    }
    return true;
}

}  // namespace

Document read_document(std::string_view text, const Limits& limits) {
    detail::Faults faults;
    if (is_empty(text)) {
        return std::vector<DocumentMember>{};
    }
    const auto root = detail::read_tree(text, limits, faults);
    if (root && !root->is_object()) {
        faults.add(root->place, str("the text is a ", root->type_name(), "; it must be an object"));
    }
    if (!root || !faults.empty()) {
        return std::unexpected(std::move(faults).take());
    }
    std::vector<DocumentMember> members;
    list_members(*root, {}, members);
    return members;
}

}  // namespace hal9::definition
