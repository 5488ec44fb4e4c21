#include "sim/language/templates.hpp"

#include "hal9/base/text.hpp"
#include "sim/language/values.hpp"

#include <string>
#include <string_view>

namespace hal9::sim::language {
namespace {

std::string_view without_blanks(std::string_view text) {
    while (text.starts_with(' ')) {
        text.remove_prefix(1);
    }
    while (text.ends_with(' ')) {
        text.remove_suffix(1);
    }
    return text;
}

std::int64_t characters(std::string_view text) {
    std::int64_t count = 0;
    for (const char byte : text) {
        count += (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U ? 0 : 1;
    }
    return count;
}

Result<json::value> lines(const json::value& value) {
    if (value.is_null()) {
        return "";
    }
    if (!value.is_array()) {
        return fail(ErrorCode::invalid_argument, "`lines` of what is no list");
    }
    std::string out;
    for (std::size_t i = 0; i < value.get_array().size(); ++i) {
        out += (i == 0 ? "" : "\n") + text_of(value.get_array()[i]);
    }
    return json::value(out);
}

Result<json::value> count(const json::value& value) {
    if (value.is_null()) {
        return 0;
    }
    if (value.is_array()) {
        return static_cast<std::int64_t>(value.get_array().size());
    }
    if (value.is_object()) {
        return static_cast<std::int64_t>(value.get_object().size());
    }
    if (value.is_string()) {
        return characters(value.get_string());
    }
    return fail(ErrorCode::invalid_argument, "`count` of what has no parts");
}

/// What stands between `${` and `}`.
Result<json::value> evaluate(std::string_view inside, const Scope& scope) {
    std::string_view filter;
    if (const std::size_t bar = inside.find('|'); bar != std::string_view::npos) {
        filter = without_blanks(inside.substr(bar + 1));
        inside = without_blanks(inside.substr(0, bar));
    }
    const bool of_run = inside.starts_with("run:");
    inside.remove_prefix(of_run ? 4 : 0);
    const bool optional = inside.ends_with('?');
    inside.remove_suffix(optional ? 1 : 0);
    const json::value* const found = find(of_run ? scope.root : scope.payload, inside);
    if (found == nullptr && !optional) {
        return fail(ErrorCode::invalid_argument, str("there is no ", inside));
    }
    const json::value value = found == nullptr ? json::value() : *found;
    if (filter == "json") {
        return json::value(canonical_json(value));
    }
    if (filter == "lines") {
        return lines(value);
    }
    return filter == "count" ? count(value) : value;
}

Result<json::value> fill_text(std::string_view text, const Scope& scope) {
    std::string out;
    while (!text.empty()) {
        if (text.starts_with("$${")) {
            out += "${";
            text.remove_prefix(3);
        } else if (text.starts_with("${")) {
            const std::size_t end = text.find('}');
            HAL9_TRY(json::value value, evaluate(text.substr(2, end - 2), scope));
            text.remove_prefix(end + 1);
            if (text.empty() && out.empty()) {
                return value;  // alone it keeps its type
            }
            out += text_of(value);
        } else {
            out += text.front();
            text.remove_prefix(1);
        }
    }
    return json::value(out);
}

}  // namespace

Result<json::value> fill(const json::value& value, const Scope& scope) {
    if (value.is_string()) {
        return fill_text(value.get_string(), scope);
    }
    if (value.is_array()) {
        json::array out;
        for (const json::value& element : value.get_array()) {
            HAL9_TRY(json::value filled, fill(element, scope));
            out.push_back(std::move(filled));
        }
        return out;
    }
    if (value.is_object()) {
        json::object out;
        for (const auto& [name, member] : value.get_object()) {
            HAL9_TRY(json::value filled, fill(member, scope));
            out[name] = std::move(filled);
        }
        return out;
    }
    return value;
}

}  // namespace hal9::sim::language
