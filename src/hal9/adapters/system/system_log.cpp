#include "hal9/adapters/system/system_log.hpp"

#include "hal9/adapters/system/system_clock.hpp"
#include "hal9/base/json.hpp"
#include "hal9/base/text.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <mutex>

#include <poll.h>
#include <unistd.h>

namespace hal9::adapters {
namespace {

constexpr std::array<std::string_view, 4> level_names{"debug", "info", "warning", "error"};
constexpr std::string_view cut_mark = "\xE2\x80\xA6";  // …

/// Well-formed, and at most `bytes_max` long with the mark of a cut.
std::string presentable(std::string_view value, std::size_t bytes_max) {
    std::string text = is_utf8(value) ? std::string(value) : repair_utf8(value).text;
    if (text.size() > bytes_max) {
        text.resize(beginning(text, bytes_max - cut_mark.size()).size());
        text += cut_mark;
    }
    return text;
}

/// Quoted where a blank, a quote, an equals sign or a control character would confuse a reader.
std::string logfmt_value(const std::string& value) {
    const bool plain = !value.empty() && std::ranges::none_of(value, [](char c) {
        return static_cast<unsigned char>(c) <= ' ' || c == '"' || c == '=' || c == '\x7F';
    });
    return plain ? value : json::serialize(json::string(value));
}

std::string compose(
    LogFormat format,
    std::string_view head,
    std::initializer_list<LogField> fields,
    std::size_t value_bytes_max
) {
    std::string line(head);
    for (const LogField& field : fields) {
        const std::string value = presentable(field.value, value_bytes_max);
        line += format == LogFormat::json ? str(',',
                                                json::serialize(json::string(field.key)),
                                                ':',
                                                json::serialize(json::string(value)))
                                          : str(' ', field.key, '=', logfmt_value(value));
    }
    line += format == LogFormat::json ? "}\n" : "\n";
    return line;
}

class StderrLog final : public Log {
public:
    StderrLog(LogFormat format, LogLevel lowest, int descriptor)
        : format_(format), lowest_(lowest), descriptor_(descriptor) {}

    void write(LogLevel level, std::string_view event, std::initializer_list<LogField> fields)
        override {
        if (level < lowest_) {
            return;
        }
        const std::string time = format_time(clock_.now().wall);
        const std::string line = log_line(format_, time, level, event, fields);
        const std::lock_guard lock(mutex_);
        if (dropped_ > 0 && put(log_line(
                                format_,
                                time,
                                LogLevel::warning,
                                "log_events_dropped",
                                {{"count", str(dropped_)}}
                            ))) {
            dropped_ = 0;
        }
        dropped_ += dropped_ == 0 && put(line) ? 0U : 1U;
    }

private:
    /// False when the line could not be written whole and at once. A pipe that polls as writable
    /// takes a line of at most PIPE_BUF bytes without waiting (pipe(7)).
    [[nodiscard]] bool put(std::string_view line) const {
        pollfd ready{.fd = descriptor_, .events = POLLOUT, .revents = 0};
        if (::poll(&ready, 1, 0) != 1 || ready.revents != POLLOUT) {
            return false;
        }
        ssize_t written = 0;
        do {
            written = ::write(descriptor_, line.data(), line.size());
        } while (written < 0 && errno == EINTR);
        return written == static_cast<ssize_t>(line.size());
    }

    LogFormat format_;
    LogLevel lowest_;
    int descriptor_;
    SystemClock clock_;
    std::mutex mutex_;  ///< events come from any thread
    std::uint64_t dropped_ = 0;
};

}  // namespace

std::string log_line(
    LogFormat format,
    std::string_view time,
    LogLevel level,
    std::string_view event,
    std::initializer_list<LogField> fields
) {
    const std::string_view level_name = level_names[static_cast<std::size_t>(level)];
    const std::string head = format == LogFormat::json
                                 ? str("{\"time\":\"",
                                       time,
                                       "\",\"level\":\"",
                                       level_name,
                                       "\",\"event\":",
                                       json::serialize(json::string(event)))
                                 : str("time=", time, " level=", level_name, " event=", event);
    std::size_t value_bytes_max = log_line_bytes_max;
    std::string line = compose(format, head, fields, value_bytes_max);
    while (line.size() > log_line_bytes_max && value_bytes_max > 8) {
        value_bytes_max /= 2;
        line = compose(format, head, fields, value_bytes_max);
    }
    return line;
}

std::unique_ptr<Log> make_stderr_log(LogFormat format, LogLevel lowest, int descriptor) {
    return std::make_unique<StderrLog>(format, lowest, descriptor);
}

}  // namespace hal9::adapters
