#include "hal9/definition/placed_document.hpp"

#include "hal9/base/text.hpp"
#include "hal9/definition/detail/read_tree.hpp"
#include "hal9/definition/detail/tree.hpp"

#include <utility>

namespace hal9::definition {
namespace {

using detail::TreeNode;

TextPlace as_public(detail::Place place) {
    return {place.line, place.column};
}

/// The readers bound the depth (Limits::definition_depth_max).
void visit(  // NOLINT(misc-no-recursion)
    const TreeNode& node,
    detail::Place name,
    const std::string& pointer,
    const std::function<void(const std::string&, detail::Place, detail::Place)>& found
) {
    found(pointer, name, node.place);
    for (const TreeNode::Member& member : node.members) {
        visit(member.node, member.place, pointer_to(pointer, member.name), found);
    }
    for (std::size_t i = 0; i < node.elements.size(); ++i) {
        visit(node.elements[i], node.elements[i].place, str(pointer, '/', i), found);
    }
}

}  // namespace

std::string pointer_to(std::string_view parent, std::string_view name) {
    std::string out = str(parent, '/');
    for (const char c : name) {
        out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    }
    return out;
}

std::expected<PlacedDocument, std::vector<Fault>>
PlacedDocument::read(std::string_view text, const Limits& limits) {
    detail::Faults faults;
    const auto root = detail::read_tree(text, limits, faults);
    if (!root || !faults.empty()) {
        return std::unexpected(std::move(faults).take());
    }
    PlacedDocument document;
    document.value_ = to_json(*root);
    visit(
        *root,
        root->place,
        "",
        [&document](const std::string& pointer, detail::Place name, detail::Place value) {
            document.places_.emplace(pointer, Places{as_public(name), as_public(value)});
        }
    );
    return document;
}

const PlacedDocument::Places& PlacedDocument::nearest(std::string_view pointer) const {
    while (true) {
        const auto found = places_.find(pointer);
        if (found != places_.end()) {
            return found->second;
        }
        const std::size_t slash = pointer.rfind('/');
        pointer = pointer.substr(0, slash == std::string_view::npos ? 0 : slash);
    }
}

TextPlace PlacedDocument::place(std::string_view pointer) const {
    return nearest(pointer).value;
}

TextPlace PlacedDocument::name_place(std::string_view pointer) const {
    return places_.contains(pointer) ? nearest(pointer).name : nearest(pointer).value;
}

}  // namespace hal9::definition
