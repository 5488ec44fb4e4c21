#include "hal9/base/error.hpp"

#include <array>
#include <utility>

namespace hal9 {
namespace {

constexpr std::array<std::string_view, 14> code_names{
    "invalid_argument",
    "not_found",
    "conflict",
    "permission_denied",
    "limit_exceeded",
    "rate_limited",
    "resource_exhausted",
    "timeout",
    "deadline_exceeded",
    "cancelled",
    "unavailable",
    "nondeterministic",
    "data_loss",
    "internal",
};

}  // namespace

bool is_retryable(ErrorCode code) noexcept {
    return code == ErrorCode::rate_limited || code == ErrorCode::timeout ||
           code == ErrorCode::unavailable || code == ErrorCode::resource_exhausted;
}

std::string_view to_string(ErrorCode code) noexcept {
    return code_names[static_cast<std::size_t>(code)];
}

std::optional<ErrorCode> error_code_from(std::string_view name) noexcept {
    for (std::size_t i = 0; i < code_names.size(); ++i) {
        if (code_names[i] == name) {
            return static_cast<ErrorCode>(i);
        }
    }
    return std::nullopt;
}

std::string Error::full_message() const {
    std::string text = message;
    for (const Error* next = cause.get(); next != nullptr; next = next->cause.get()) {
        text += ": ";
        text += next->message;
    }
    return text;
}

}  // namespace hal9
