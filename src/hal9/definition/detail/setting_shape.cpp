#include "hal9/definition/detail/setting_shape.hpp"

#include <utility>
#include <vector>

namespace hal9::definition::detail {
namespace {

ShapePtr shape_of_text(std::string_view text, const Sources& sources) {
    if (!may_hold_template(text)) {
        return shape_of(Types::string);
    }
    const auto read = TemplateText::parse(text);
    if (read && read->is_alone()) {
        return shape_of_piece(read->pieces.front(), sources);
    }
    return shape_of(Types::string);
}

}  // namespace

ShapePtr shape_of_piece(const TemplatePiece& piece, const Sources& sources) {
    switch (piece.filter) {
        case Filter::json:
        case Filter::lines:
            return shape_of(Types::string);
        case Filter::count:
            return shape_of(Types::number);
        case Filter::none:
            break;
    }
    const Target target = follow(sources.of(piece), piece.value->steps());
    if (!target.exists) {
        return shape_of(Types::null);
    }
    return piece.optional ? either(target.shape, shape_of(Types::null)) : target.shape;
}

ShapePtr
shape_of_setting(const TreeNode& node, const Sources& sources) {  // NOLINT(misc-no-recursion)
    if (const json::string* text = node.if_string()) {
        return shape_of_text(*text, sources);
    }
    if (node.is_object()) {
        std::vector<Shape::Member> members;
        members.reserve(node.members.size());
        for (const TreeNode::Member& member : node.members) {
            members.push_back({member.name, shape_of_setting(member.node, sources)});
        }
        return object_of(std::move(members));
    }
    if (node.is_list()) {
        ShapePtr elements =
            node.elements.empty() ? nullptr : shape_of_setting(node.elements.front(), sources);
        for (std::size_t i = 1; i < node.elements.size() && elements; ++i) {
            elements = either(elements, shape_of_setting(node.elements[i], sources));
        }
        return list_of(std::move(elements));
    }
    return shape_of(Types::of(node.scalar));
}

}  // namespace hal9::definition::detail
