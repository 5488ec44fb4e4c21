// TemplateText: one string of the settings, cut into plain text and the `${}` between.
#pragma once

#include "hal9/base/json.hpp"
#include "hal9/base/result.hpp"
#include "hal9/definition/detail/pointer.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hal9::definition::detail {

/// What stands behind the `|` of a ${}.
enum class Filter : std::uint8_t { none, json, lines, count };

struct TemplatePiece {
    std::string text;  ///< plain, when `value` is absent
    std::optional<Pointer> value;
    bool of_run = false;    ///< of the root signal's payload, not of the signal's own
    bool optional = false;  ///< null where the pointer names nothing
    Filter filter = Filter::none;

    /// What it says, for messages: "/p" or "run:/p".
    [[nodiscard]] std::string name() const;
};

/// A quick look: without a `$` there is none.
[[nodiscard]] inline bool may_hold_template(std::string_view text) {
    return text.find('$') != std::string_view::npos;
}

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

/// The filter's result: a text, and a number for `count`. `found` is nullptr where an optional
/// value is missing, which is as null. invalid_argument says which types the filter takes.
[[nodiscard]] Result<json::value> apply_filter(Filter filter, const json::value* found);

}  // namespace hal9::definition::detail
