#include "hal9/services/detail/parameters.hpp"

#include "hal9/base/dates.hpp"
#include "hal9/base/text.hpp"
#include "hal9/model/limits.hpp"

#include <utility>

namespace hal9::services {
namespace {

std::string_view type_of(const json::value& value) {
    if (value.is_null()) {
        return "null";
    }
    if (value.is_bool()) {
        return "a boolean";
    }
    if (value.is_number()) {
        return "a number";
    }
    return value.is_string() ? "a string" : value.is_array() ? "a list" : "an object";
}

/// `found` may be null: it is missing.
std::unexpected<Error>
wrong(std::string_view name, std::string_view allowed, const json::value* found) {
    return fail(
        ErrorCode::invalid_argument,
        str("the parameter \"",
            name,
            "\" must be ",
            allowed,
            found == nullptr ? "; it is missing" : ", not ",
            found == nullptr ? std::string_view() : type_of(*found))
    );
}

Result<std::vector<std::string>>
strings_of(const json::value& value, std::string_view name, std::string_view allowed) {
    const json::array* const list = value.if_array();
    if (list == nullptr) {
        return wrong(name, allowed, &value);
    }
    std::vector<std::string> strings;
    for (const json::value& element : *list) {
        if (!element.is_string()) {
            return fail(
                ErrorCode::invalid_argument,
                str("the parameter \"",
                    name,
                    "\" must be ",
                    allowed,
                    "; one of its elements is ",
                    type_of(element))
            );
        }
        strings.emplace_back(element.get_string());
    }
    return strings;
}

}  // namespace

Result<std::string> string_parameter(const json::object& params, std::string_view name) {
    const json::value* const value = params.if_contains(name);
    if (value == nullptr || !value->is_string()) {
        return wrong(name, "a string", value);
    }
    return std::string(value->get_string());
}

Result<std::string>
string_parameter_or(const json::object& params, std::string_view name, std::string_view fallback) {
    return params.contains(name) ? string_parameter(params, name)
                                 : Result<std::string>(std::string(fallback));
}

Result<bool> flag_parameter(const json::object& params, std::string_view name) {
    const json::value* const value = params.if_contains(name);
    if (value == nullptr) {
        return false;
    }
    if (!value->is_bool()) {
        return wrong(name, "true or false", value);
    }
    return value->get_bool();
}

Result<std::uint32_t> number_parameter(
    const json::object& params,
    std::string_view name,
    std::uint32_t fallback,
    std::uint32_t high
) {
    const json::value* const value = params.if_contains(name);
    if (value == nullptr) {
        return fallback;
    }
    boost::system::error_code is_none;
    const auto number = value->to_number<std::uint32_t>(is_none);
    if (is_none || number < 1 || number > high) {
        return fail(
            ErrorCode::invalid_argument,
            str("the parameter \"", name, "\" must be a whole number from 1 to ", high)
        );
    }
    return number;
}

Result<std::vector<std::string>>
strings_parameter(const json::object& params, std::string_view name) {
    const json::value* const value = params.if_contains(name);
    return value == nullptr ? std::vector<std::string>()
                            : strings_of(*value, name, "a list of strings");
}

Result<Grants> grants_parameter(const json::object& params) {
    constexpr std::string_view allowed =
        R"(an object of lists of strings, such as {"files.read": ["/usr/share/doc"]})";
    const json::value* const value = params.if_contains("grants");
    if (value == nullptr) {
        return Grants{};
    }
    if (!value->is_object()) {
        return wrong("grants", allowed, value);
    }
    Grants grants;
    for (const auto& [name, values] : value->get_object()) {
        HAL9_TRY(grants[std::string(name)], strings_of(values, "grants", allowed));
    }
    return grants;
}

Result<std::optional<std::uint8_t>> priority_parameter(const json::object& params) {
    const json::value* const value = params.if_contains("priority");
    if (value == nullptr) {
        return std::nullopt;
    }
    boost::system::error_code is_none;
    const auto number = value->to_number<std::uint8_t>(is_none);
    if (is_none || number > priority_max) {
        return fail(
            ErrorCode::invalid_argument,
            str("the parameter \"priority\" must be a whole number from 0 to ",
                static_cast<unsigned>(priority_max),
                "; 9 goes first, 5 is what a run has by itself")
        );
    }
    return std::optional(number);
}

json::value input_parameter(const json::object& params) {
    const json::value* const input = params.if_contains("input");
    return input == nullptr ? json::value(json::object{}) : *input;
}

Result<WallTime> time_parameter(const json::object& params, std::string_view name) {
    if (!params.contains(name)) {
        return WallTime{};
    }
    HAL9_TRY(const std::string text, string_parameter(params, name));
    const auto time = parse_rfc3339(text);
    if (!time) {
        return fail(
            ErrorCode::invalid_argument,
            str("the parameter \"",
                name,
                "\" is \"",
                text,
                "\", which is no time; write it as 2026-11-24T13:26:00Z (RFC 3339)")
        );
    }
    return *time;
}

}  // namespace hal9::services
