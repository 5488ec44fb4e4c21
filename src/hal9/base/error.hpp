// Error: what every expected failure in HAL9 is made of.
//
// One closed list of codes, a message for people, and the failure that caused this one. Whether
// trying again helps follows from the code alone (signals.md section 5), so nobody has to agree on
// a flag. One file in app/ turns codes into exit codes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace hal9 {

/// Stored in the database and sent over the socket by name; append only.
enum class ErrorCode : std::uint8_t {
    invalid_argument,    ///< the caller's input is wrong; trying again changes nothing
    not_found,           ///< what was named does not exist
    conflict,            ///< it exists already, or is in another state than the caller believed
    permission_denied,   ///< outside what was granted
    limit_exceeded,      ///< a named limit of model/limits.hpp; trying again changes nothing
    rate_limited,        ///< too many requests just now
    resource_exhausted,  ///< memory, disk or capacity is short just now
    timeout,             ///< an attempt took longer than its timeout
    deadline_exceeded,   ///< the deadline of the signal has passed: no further attempt can help
    cancelled,           ///< somebody asked for it to stop
    unavailable,         ///< the other side cannot be reached just now
    nondeterministic,    ///< a replay differed from what was recorded
    data_loss,           ///< stored bytes are damaged or missing
    internal,            ///< a bug, or a library failed in a way that it should not
};

/// True for rate_limited, timeout, unavailable, resource_exhausted.
[[nodiscard]] bool is_retryable(ErrorCode code) noexcept;

/// The code's name as written above, for example "not_found".
[[nodiscard]] std::string_view to_string(ErrorCode code) noexcept;
[[nodiscard]] std::optional<ErrorCode> error_code_from(std::string_view name) noexcept;

struct Error {
    ErrorCode code = ErrorCode::internal;
    std::string message;  ///< what was wrong (where); what would be right
    std::shared_ptr<const Error>
        cause;  ///< shared: errors are copied along the way up, causes never change

    Error() = default;

    Error(ErrorCode error_code, std::string text) : code(error_code), message(std::move(text)) {}

    Error(ErrorCode error_code, std::string text, Error caused_by)
        : code(error_code),
          message(std::move(text)),
          cause(std::make_shared<const Error>(std::move(caused_by))) {}

    /// "message: message of the cause: …"
    [[nodiscard]] std::string full_message() const;

    friend bool operator==(const Error& a, const Error& b) {
        return a.code == b.code && a.message == b.message;
    }
};

}  // namespace hal9
