#include "hal9/services/detail/parameters.hpp"

#include "hal9/base/dates.hpp"
#include "hal9/base/text.hpp"
#include "hal9/model/limits.hpp"
#include "hal9/services/views.hpp"

#include <boost/json/value_to.hpp>

#include <utility>

namespace hal9::services {

Result<Grants> grants_parameter(const json::object& params) {
    const json::value* const value = params.if_contains("grants");
    if (value == nullptr) {
        return Grants{};
    }
    auto grants = json::try_value_to<Grants>(*value);
    if (!grants) {
        return fail(
            ErrorCode::invalid_argument,
            "the parameter \"grants\" must be an object of lists of strings"
        );
    }
    return *std::move(grants);
}

Result<std::vector<std::string>> tags_parameter(const json::object& params) {
    const json::value* const value = params.if_contains("tags");
    if (value == nullptr) {
        return std::vector<std::string>{};
    }
    auto tags = json::try_value_to<std::vector<std::string>>(*value);
    if (!tags) {
        return fail(
            ErrorCode::invalid_argument,
            "the parameter \"tags\" must be a list of strings"
        );
    }
    return *std::move(tags);
}

Result<std::optional<std::uint8_t>> priority_parameter(const json::object& params) {
    const json::value* const value = params.if_contains("priority");
    if (value == nullptr) {
        return std::nullopt;
    }
    boost::system::error_code wrong;
    const auto number = value->to_number<std::uint8_t>(wrong);
    if (wrong || number > priority_max) {
        return fail(
            ErrorCode::invalid_argument,
            str("a priority is a whole number from 0 to ",
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

std::string text_or(const json::object& params, std::string_view name, std::string_view fallback) {
    const json::value* const value = params.if_contains(name);
    const json::string* const text = value == nullptr ? nullptr : value->if_string();
    return std::string(text == nullptr ? fallback : std::string_view(*text));
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
            str("\"", text, "\" is no time; write it as 2026-11-24T13:26:00Z (RFC 3339)")
        );
    }
    return *time;
}

}  // namespace hal9::services
