#include "hal9/definition/detail/tree.hpp"

#include "hal9/base/check.hpp"
#include "hal9/base/text.hpp"
#include "hal9/definition/detail/scalar.hpp"

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

namespace {

/// Each is moved once: members are large.
void sort_members(std::vector<TreeNode::Member>& members) {
    const auto less = [](const TreeNode::Member* a, const TreeNode::Member* b) {
        return canonical_less(a->name, b->name);
    };
    std::vector<TreeNode::Member*> order;
    order.reserve(members.size());
    for (TreeNode::Member& member : members) {
        order.push_back(&member);
    }
    if (std::ranges::is_sorted(order, less)) {
        return;
    }
    std::ranges::sort(order, less);
    std::vector<TreeNode::Member> sorted;
    sorted.reserve(members.size());
    for (TreeNode::Member* member : order) {
        sorted.push_back(std::move(*member));
    }
    members = std::move(sorted);
}

}  // namespace

bool make_canonical(TreeNode& node) {  // NOLINT(misc-no-recursion): the readers bound the depth
    bool same = true;
    if (node.scalar.is_double()) {
        auto read = read_plain_scalar(canonical_json(node.scalar));
        HAL9_ASSERT(read);
        same = read->is_double();
        node.scalar = *std::move(read);
    }
    for (TreeNode& element : node.elements) {
        same = make_canonical(element) && same;
    }
    sort_members(node.members);
    for (TreeNode::Member& member : node.members) {
        same = make_canonical(member.node) && same;
    }
    return same;
}

namespace {

void append_canonical(std::string& out, const TreeNode& node) {  // NOLINT(misc-no-recursion)
    if (node.is_list()) {
        out += '[';
        for (bool first = true; const TreeNode& element : node.elements) {
            out += std::exchange(first, false) ? "" : ",";
            append_canonical(out, element);
        }
        out += ']';
    } else if (node.is_object()) {
        out += '{';
        for (bool first = true; const TreeNode::Member& member : node.members) {
            out += std::exchange(first, false) ? "" : ",";
            append_canonical_json(out, std::string_view(member.name));
            out += ':';
            append_canonical(out, member.node);
        }
        out += '}';
    } else {
        append_canonical_json(out, node.scalar);
    }
}

}  // namespace

std::string canonical_text(const TreeNode& node) {
    std::string out;
    append_canonical(out, node);
    return out;
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
