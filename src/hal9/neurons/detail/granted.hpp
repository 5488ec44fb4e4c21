// What kinds that touch files ask of a call: the granted directories and a path that can be one.
#pragma once

#include "hal9/neurons/detail/call_settings.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hal9::neurons {

/// permission_denied when the run was granted no directory at all.
[[nodiscard]] inline Result<std::vector<std::string>>
granted_directories(const Call& call, std::string_view kind) {
    if (call.grants != nullptr) {
        if (const auto found = call.grants->find("files.read");
            found != call.grants->end() && !found->second.empty()) {
            return found->second;
        }
    }
    return fail(
        ErrorCode::permission_denied,
        str("`",
            kind,
            "` may read no directory: files.read is not granted; grant one, for example "
            "--grant files.read=/usr/share/doc")
    );
}

[[nodiscard]] inline Result<void> check_path(std::string_view member, std::string_view path) {
    if (!path.starts_with('/')) {
        return fail(
            ErrorCode::invalid_argument,
            str("`", member, "` is \"", path, "\"; it must be an absolute path")
        );
    }
    if (path.find('\0') != std::string_view::npos) {
        return fail(
            ErrorCode::invalid_argument,
            str("`", member, "` holds the character U+0000, which no path can")
        );
    }
    return {};
}

/// For make(): checks what is constant.
[[nodiscard]] inline Result<void>
check_absolute(const json::object& constant, std::string_view member) {
    const json::value* value = constant.if_contains(member);
    if (value == nullptr || !value->is_string()) {
        return {};
    }
    return check_path(member, value->get_string());
}

[[nodiscard]] inline Result<std::string>
absolute_path(const Call& call, const json::object& constant, std::string_view member) {
    HAL9_TRY(const std::string_view path, string_setting(call, constant, member));
    HAL9_TRY_VOID(check_path(member, path));
    return std::string(path);
}

}  // namespace hal9::neurons
