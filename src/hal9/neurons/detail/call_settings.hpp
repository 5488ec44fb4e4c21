// Reading the settings of a call: what a schema could not check because it came through ${}.
#pragma once

#include "hal9/base/result.hpp"
#include "hal9/base/text.hpp"
#include "hal9/ports/kind.hpp"

#include <string_view>

namespace hal9::neurons {

[[nodiscard]] inline std::unexpected<Error>
wrong_type(std::string_view member, std::string_view wanted, const json::value* found) {
    return fail(
        ErrorCode::invalid_argument,
        str("`",
            member,
            "` must be ",
            wanted,
            ", and is ",
            found == nullptr ? std::string_view("missing") : json_type_name(*found))
    );
}

/// The payload where the member is left out.
[[nodiscard]] inline json::value
value_or_payload(const Call& call, const json::object& constant, std::string_view member) {
    const json::value* found = call.find(constant, member);
    if (found == nullptr) {
        found = call.payload.get();
    }
    return found == nullptr ? json::value(nullptr) : *found;
}

/// At most duration_max.
[[nodiscard]] inline Result<Duration>
read_duration(std::string_view member, const json::value& value) {
    if (!value.is_string()) {
        return wrong_type(member, "a duration such as \"30s\"", &value);
    }
    auto duration = parse_duration(std::string_view(value.get_string()));
    if (!duration) {
        return fail(Error(
            ErrorCode::invalid_argument,
            str("`", member, "` is no duration"),
            duration.error()
        ));
    }
    if (*duration > duration_max) {
        return fail(
            ErrorCode::invalid_argument,
            str("`",
                member,
                "` is ",
                std::string_view(value.get_string()),
                "; at most ",
                format_duration(duration_max))
        );
    }
    return duration;
}

/// Valid as long as the call and `constant`.
[[nodiscard]] inline Result<std::string_view>
string_setting(const Call& call, const json::object& constant, std::string_view member) {
    const json::value* found = call.find(constant, member);
    if (found == nullptr || !found->is_string()) {
        return wrong_type(member, "a string", found);
    }
    return std::string_view(found->get_string());
}

/// The same where the member may be left out.
[[nodiscard]] inline Result<std::string_view> string_setting_or(
    const Call& call,
    const json::object& constant,
    std::string_view member,
    std::string_view otherwise
) {
    return call.find(constant, member) == nullptr ? Result<std::string_view>(otherwise)
                                                  : string_setting(call, constant, member);
}

}  // namespace hal9::neurons
