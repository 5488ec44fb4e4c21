#include "hal9/services/detail/names.hpp"

#include "hal9/base/text.hpp"
#include "hal9/services/detail/parameters.hpp"

#include <optional>

namespace hal9::services {
namespace {

struct Control {
    std::size_t byte = 0;
    unsigned code = 0;
};

/// Of C0, DEL and C1.
std::optional<Control> find_control(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const unsigned byte = static_cast<unsigned char>(text[i]);
        if (byte < 0x20 || byte == 0x7F) {
            return Control{i, byte};
        }
        const unsigned next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
        if (byte == 0xC2 && next < 0xA0) {
            return Control{i, next};
        }
    }
    return std::nullopt;
}

/// "U+000A"
std::string code_point(unsigned code) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    return str("U+00", digits[code >> 4U], digits[code & 0xFU]);
}

}  // namespace

Result<void> check_name(std::string_view name, const NameRule& rule) {
    if (name.empty()) {
        return fail(
            ErrorCode::invalid_argument,
            str(rule.what, " is empty; give a text of at least one character")
        );
    }
    if (rule.bytes_max > 0 && name.size() > rule.bytes_max) {
        return fail(
            ErrorCode::limit_exceeded,
            str(rule.what,
                " has ",
                name.size(),
                " bytes; at most ",
                rule.bytes_max,
                " (",
                rule.limit,
                ")")
        );
    }
    if (!is_utf8(name)) {
        return fail(
            ErrorCode::invalid_argument,
            str(rule.what, " is not UTF-8; write it in UTF-8")
        );
    }
    if (const auto control = find_control(name)) {
        return fail(
            ErrorCode::invalid_argument,
            str(rule.what,
                " has the control character ",
                code_point(control->code),
                " at byte ",
                control->byte + 1,
                "; leave it out")
        );
    }
    return {};
}

Result<std::string> name_parameter(
    const json::object& params,
    std::string_view name,
    std::string_view fallback,
    const NameRule& rule
) {
    HAL9_TRY(
        std::string given,
        fallback.empty() ? string_parameter(params, name)
                         : string_parameter_or(params, name, fallback)
    );
    HAL9_TRY_VOID(check_name(given, rule));
    return given;
}

Result<std::string>
who_parameter(const json::object& params, std::string_view name, std::string_view fallback) {
    const std::string what = str("the parameter \"", name, "\"");
    return name_parameter(params, name, fallback, {.what = what});
}

Result<std::vector<std::string>> tags_parameter(const json::object& params, const Limits& limits) {
    HAL9_TRY(auto tags, strings_parameter(params, "tags"));
    for (const std::string& tag : tags) {
        HAL9_TRY_VOID(check_name(tag, {"a tag", limits.tag_bytes_max, "tag_bytes_max"}));
    }
    return tags;
}

}  // namespace hal9::services
