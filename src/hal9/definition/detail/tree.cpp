#include "hal9/definition/detail/tree.hpp"

#include "hal9/base/text.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace hal9::definition::detail {

const TreeNode::Member* TreeNode::find(std::string_view name) const {
    const auto found = std::ranges::find(members, name, &Member::name);
    return found == members.end() ? nullptr : &*found;
}

std::string_view TreeNode::type_name() const {
    switch (kind) {
        case Kind::list:
            return "list";
        case Kind::object:
            return "object";
        case Kind::scalar:
            break;
    }
    return json_type_name(scalar);
}

json::value to_json(const TreeNode& node
) {  // NOLINT(misc-no-recursion): the readers bound the depth
    if (node.is_list()) {
        json::array out;
        out.reserve(node.elements.size());
        for (const TreeNode& element : node.elements) {
            out.push_back(to_json(element));
        }
        return out;
    }
    if (node.is_object()) {
        json::object out;
        out.reserve(node.members.size());
        for (const TreeNode::Member& member : node.members) {
            out.emplace(member.name, to_json(member.node));
        }
        return out;
    }
    return node.scalar;
}

void Faults::add(Place place, std::string message) {
    if (full()) {
        return;
    }
    faults_.push_back({.line = place.line, .column = place.column, .message = std::move(message)});
}

std::vector<Fault> Faults::take() && {
    std::ranges::sort(faults_, {}, [](const Fault& fault) {
        return std::tie(fault.line, fault.column, fault.message);
    });
    if (full()) {
        Fault last = faults_.back();
        last.message =
            str("only the first ",
                faults_max,
                " faults found are shown; correct them and check again");
        faults_.push_back(std::move(last));
    }
    return std::move(faults_);
}

}  // namespace hal9::definition::detail
