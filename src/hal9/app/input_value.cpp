#include "hal9/app/input_value.hpp"

#include "hal9/app/files.hpp"
#include "hal9/app/tables.hpp"
#include "hal9/base/text.hpp"

#include <utility>

namespace hal9::app {

Result<Pair>
split_pair(const std::string& text, std::string_view option, std::string_view example) {
    const std::size_t at = text.find('=');
    if (at == std::string::npos || at == 0) {
        const std::string_view wrong = at == 0 ? "nothing before the \"=\"" : "no \"=\"";
        return fail(
            ErrorCode::invalid_argument,
            str("--", option, " ", text, " has ", wrong, "; write --", option, " ", example)
        );
    }
    return Pair{text.substr(0, at), text.substr(at + 1)};
}

Result<void> check_utf8(const std::string& text, std::string_view what) {
    if (is_utf8(text)) {
        return {};
    }
    return fail(
        ErrorCode::invalid_argument,
        str(what, " ", printable(text), " is not UTF-8; write it in UTF-8")
    );
}

Result<json::value> read_input(const std::string& text, const Limits& limits) {
    std::string content = text;
    const bool looks_like_json = text.find_first_of("{[\"") == 0;
    if (!looks_like_json) {
        HAL9_TRY(content, read_whole(text, limits.payload_bytes_max));
    }
    auto value = parse_json(content);
    if (!value) {
        return fail(Error(
            ErrorCode::invalid_argument,
            str(looks_like_json ? std::string("--input") : printable(text),
                ": ",
                value.error().message,
                "; give an object such as '{\"directory\": \"/usr/share/doc\"}'")
        ));
    }
    return *std::move(value);
}

Result<void> set_members(json::value& input, const std::vector<std::string>& arguments) {
    for (const std::string& argument : arguments) {
        HAL9_TRY_VOID(check_utf8(argument, "--set"));
        HAL9_TRY(const Pair pair, split_pair(argument, "set", "directory=/usr/share/doc"));
        if (!input.is_object()) {
            return fail(
                ErrorCode::invalid_argument,
                "--set needs an input that is an object; give one with --input"
            );
        }
        auto value = parse_json(pair.value);
        input.get_object()[pair.name] = value ? *std::move(value) : json::value(pair.value);
    }
    return {};
}

Result<json::value> value_of_argument(const std::string& text, std::string_view what) {
    HAL9_TRY_VOID(check_utf8(text, what));
    auto value = parse_json(text);
    return value ? *std::move(value) : json::value(text);
}

}  // namespace hal9::app
