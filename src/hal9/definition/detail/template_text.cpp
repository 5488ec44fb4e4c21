#include "hal9/definition/detail/template_text.hpp"

#include "hal9/base/check.hpp"
#include "hal9/base/text.hpp"
#include "hal9/definition/detail/fields.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace hal9::definition::detail {
namespace {

constexpr std::string_view open = "${";
constexpr std::string_view escaped = "$${";
constexpr std::size_t excerpt_bytes_max = 40;
constexpr std::string_view run_prefix = "run:";
constexpr std::array<std::string_view, 3> filter_names{"json", "lines", "count"};  ///< as Filter

std::unexpected<Error> wrong(std::string_view what, std::string_view where) {
    return fail(
        ErrorCode::invalid_argument,
        str(what,
            " in `",
            beginning(where, excerpt_bytes_max),
            "`; write ${/pointer}, or $${ for a plain ${")
    );
}

std::string_view without_blanks(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    return text.substr(0, text.find_last_not_of(' ') + 1);
}

Result<Filter> parse_filter(std::string_view name, std::string_view whole) {
    const auto found = std::ranges::find(filter_names, without_blanks(name));
    if (found != filter_names.end()) {
        return static_cast<Filter>(found - filter_names.begin() + 1);
    }
    return fail(
        ErrorCode::invalid_argument,
        str("unknown filter ",
            quoted(without_blanks(name)),
            " in `",
            beginning(whole, excerpt_bytes_max),
            "`",
            suggestion(without_blanks(name), filter_names))
    );
}

/// `inside` stands between `${` and `}`.
Result<TemplatePiece> parse_value(std::string_view inside, std::string_view whole) {
    TemplatePiece piece;
    if (const std::size_t bar = inside.find('|'); bar != std::string_view::npos) {
        HAL9_TRY(piece.filter, parse_filter(inside.substr(bar + 1), whole));
        inside = inside.substr(0, bar);
        inside = inside.substr(0, inside.find_last_not_of(' ') + 1);
    }
    piece.of_run = inside.starts_with(run_prefix);
    if (piece.of_run) {
        inside.remove_prefix(run_prefix.size());
    }
    piece.optional = inside.ends_with('?');
    if (piece.optional) {
        inside.remove_suffix(1);
    }
    if (inside.empty()) {
        return wrong("no pointer", whole);
    }
    if (inside.back() == ' ' || inside.front() == ' ') {
        return wrong("a blank beside the pointer", whole);
    }
    HAL9_TRY(piece.value, Pointer::parse(inside, false));
    return piece;
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

std::unexpected<Error>
not_for(std::string_view filter, std::string_view wanted, const json::value& found) {
    return fail(
        ErrorCode::invalid_argument,
        str("the filter `", filter, "` takes ", wanted, ", not a ", json_type_name(found))
    );
}

Result<json::value> join_lines(const json::value& found) {
    if (!found.is_array()) {
        return not_for("lines", "a list", found);
    }
    json::string out;
    bool first = true;
    for (const json::value& element : found.get_array()) {
        if (!std::exchange(first, false)) {
            out.push_back('\n');
        }
        if (const json::string* text = element.if_string()) {
            out.append(*text);
        } else {
            out.append(canonical_json(element));
        }
    }
    return out;
}

Result<json::value> count(const json::value& found) {
    std::size_t number = 0;
    if (const json::array* list = found.if_array()) {
        number = list->size();
    } else if (const json::object* object = found.if_object()) {
        number = object->size();
    } else if (const json::string* text = found.if_string()) {
        number = static_cast<std::size_t>(std::ranges::count_if(*text, [](char byte) {
            return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
        }));
    } else {
        return not_for("count", "a list, an object or a string", found);
    }
    return static_cast<std::int64_t>(number);
}

}  // namespace

std::string TemplatePiece::name() const {
    return str(of_run ? run_prefix : "", value->text());
}

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

Result<json::value> apply_filter(Filter filter, const json::value* found) {
    const bool none = found == nullptr || found->is_null();
    switch (filter) {
        case Filter::json:
            return found == nullptr ? json::value("null") : json::value(canonical_json(*found));
        case Filter::lines:
            return none ? json::value("") : join_lines(*found);
        case Filter::count:
            return none ? json::value(0) : count(*found);
        case Filter::none:
            break;
    }
    return found == nullptr ? json::value(nullptr) : *found;
}

}  // namespace hal9::definition::detail
