// Exit codes: the one place where an ErrorCode becomes what a shell sees (interfaces.md section 2).
#pragma once

#include "hal9/base/error.hpp"

namespace hal9::app {

enum class ExitCode : int {
    done = 0,
    failed = 1,       ///< the work failed: a run failed, a check found faults
    usage = 2,        ///< wrong usage or unreadable input
    unreachable = 3,  ///< cannot reach or open: store held by another, damaged, too new
    refused = 4,      ///< permission, quota, limit
    interrupted = 130,
};

/// For an error that ended a verb.
[[nodiscard]] constexpr ExitCode exit_code_of(ErrorCode code) {
    switch (code) {
        case ErrorCode::invalid_argument:
        case ErrorCode::not_found:
            return ExitCode::usage;
        case ErrorCode::permission_denied:
        case ErrorCode::limit_exceeded:
        case ErrorCode::rate_limited:
        case ErrorCode::resource_exhausted:
            return ExitCode::refused;
        case ErrorCode::unavailable:
        case ErrorCode::data_loss:
        case ErrorCode::deadline_exceeded:
        case ErrorCode::timeout:
            return ExitCode::unreachable;
        case ErrorCode::cancelled:
            return ExitCode::interrupted;
        case ErrorCode::conflict:
        case ErrorCode::nondeterministic:
        case ErrorCode::internal:
            return ExitCode::failed;
    }
    return ExitCode::failed;
}

}  // namespace hal9::app
