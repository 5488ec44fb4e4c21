// Logs on stderr: one logfmt line or one JSON object an event.
//
// A log never holds up what it tells about: an event that stderr cannot take at once is dropped,
// and the next one that gets through says how many were.
#pragma once

#include "hal9/base/log.hpp"

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

namespace hal9::adapters {

enum class LogFormat : unsigned char { logfmt, json };

/// Longest line: what a pipe takes as one piece (POSIX PIPE_BUF on Linux). Values are cut to fit.
inline constexpr std::size_t log_line_bytes_max = 4'096;

/// Events below `lowest` are left out. Each event is one write to `descriptor`, which stays open.
[[nodiscard]] std::unique_ptr<Log>
make_stderr_log(LogFormat format, LogLevel lowest, int descriptor = 2);

/// One event as a line, for tests and for make_stderr_log. `time` is RFC 3339.
[[nodiscard]] std::string log_line(
    LogFormat format,
    std::string_view time,
    LogLevel level,
    std::string_view event,
    std::initializer_list<LogField> fields
);

}  // namespace hal9::adapters
