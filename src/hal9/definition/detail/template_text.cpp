#include "hal9/definition/detail/template_text.hpp"

#include "hal9/base/check.hpp"
#include "hal9/base/text.hpp"

#include <utility>

namespace hal9::definition::detail {
namespace {

constexpr std::string_view open = "${";
constexpr std::string_view escaped = "$${";

/// A short part of `text` for a message.
std::string_view excerpt(std::string_view text) {
    constexpr std::size_t bytes_max = 40;
    if (text.size() <= bytes_max) {
        return text;
    }
    std::size_t end = bytes_max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
        --end;
    }
    return text.substr(0, end);
}

std::unexpected<Error> wrong(std::string_view what, std::string_view where) {
    return fail(
        ErrorCode::invalid_argument,
        str(what, " in `", excerpt(where), "`; write ${/pointer}, or $${ for a plain ${")
    );
}

/// `inside` stands between `${` and `}`.
Result<TemplatePiece> parse_value(std::string_view inside, std::string_view whole) {
    if (inside.starts_with("run:")) {
        return wrong("${run:…} is not in this version:", whole);
    }
    if (inside.find('|') != std::string_view::npos) {
        return wrong("a filter (`|`) is not in this version:", whole);
    }
    const bool optional = inside.ends_with('?');
    if (optional) {
        inside.remove_suffix(1);
    }
    if (inside.empty()) {
        return wrong("no pointer", whole);
    }
    if (inside.back() == ' ' || inside.front() == ' ') {
        return wrong("a blank beside the pointer", whole);
    }
    HAL9_TRY(Pointer pointer, Pointer::parse(inside, false));
    return TemplatePiece{.text = {}, .value = std::move(pointer), .optional = optional};
}

void append_plain(TemplateText& out, std::string_view text) {
    if (text.empty()) {
        return;
    }
    if (out.pieces.empty() || out.pieces.back().value) {
        out.pieces.emplace_back();
    }
    out.pieces.back().text += text;
}

}  // namespace

Result<TemplateText> TemplateText::parse(std::string_view text) {
    TemplateText out;
    while (!text.empty()) {
        const std::size_t at = text.find('$');
        append_plain(out, text.substr(0, at));
        text.remove_prefix(std::min(at, text.size()));
        if (text.starts_with(escaped)) {
            append_plain(out, open);
            text.remove_prefix(escaped.size());
        } else if (text.starts_with(open)) {
            const std::size_t end = text.find('}');
            if (end == std::string_view::npos) {
                return wrong("`${` without `}`", text);
            }
            HAL9_TRY(
                TemplatePiece piece,
                parse_value(text.substr(open.size(), end - open.size()), text.substr(0, end + 1))
            );
            out.pieces.push_back(std::move(piece));
            text.remove_prefix(end + 1);
        } else if (!text.empty()) {
            append_plain(out, text.substr(0, 1));
            text.remove_prefix(1);
        }
    }
    return out;
}

bool TemplateText::is_constant() const {
    return pieces.empty() || (pieces.size() == 1 && !pieces.front().value);
}

std::string_view TemplateText::constant() const {
    HAL9_ASSERT(is_constant());
    return pieces.empty() ? std::string_view() : std::string_view(pieces.front().text);
}

bool TemplateText::is_alone() const {
    return pieces.size() == 1 && pieces.front().value.has_value();
}

}  // namespace hal9::definition::detail
