// The shape of a value as a definition writes it, with ${} in it.
#pragma once

#include "hal9/definition/detail/shape.hpp"
#include "hal9/definition/detail/template_text.hpp"
#include "hal9/definition/detail/tree.hpp"

namespace hal9::definition::detail {

/// Where the values of ${} come from.
struct Sources {
    ShapePtr payload;
    ShapePtr root;

    [[nodiscard]] const ShapePtr& of(const TemplatePiece& piece) const {
        return piece.of_run ? root : payload;
    }
};

[[nodiscard]] ShapePtr shape_of_setting(const TreeNode& node, const Sources& sources);

/// What one ${} that stands alone yields.
[[nodiscard]] ShapePtr shape_of_piece(const TemplatePiece& piece, const Sources& sources);

}  // namespace hal9::definition::detail
