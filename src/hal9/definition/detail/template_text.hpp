// TemplateText: one string of the settings, cut into plain text and the `${}` between.
#pragma once

#include "hal9/base/json.hpp"
#include "hal9/base/result.hpp"
#include "hal9/definition/detail/pointer.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hal9::definition::detail {

struct TemplatePiece {
    std::string text;  ///< plain, when `value` is absent
    std::optional<Pointer> value;
    bool optional = false;  ///< null where the pointer names nothing
};

struct TemplateText {
    std::vector<TemplatePiece> pieces;  ///< neighbouring plain pieces are merged

    /// invalid_argument says which `${` is wrong and what would be right.
    [[nodiscard]] static Result<TemplateText> parse(std::string_view text);

    [[nodiscard]] bool is_constant() const;
    /// The text of a constant one.
    [[nodiscard]] std::string_view constant() const;
    /// One ${} and nothing else: the value keeps its type.
    [[nodiscard]] bool is_alone() const;
};

}  // namespace hal9::definition::detail
