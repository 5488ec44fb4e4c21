// Log: events, not sentences.
//
// An event has a name and fields: `signal_parked run=… neuron=… attempts=3`. Never secrets, never
// payloads. What writes them (logfmt or JSON lines on stderr) is in adapters/system; tests collect
// them.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace hal9 {

enum class LogLevel : unsigned char { debug, info, warning, error };

struct LogField {
    std::string_view key;
    std::string value;
};

class Log {
public:
    virtual ~Log() = default;
    /// Thread: any. Never fails; a full pipe drops the event.
    virtual void
    write(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) = 0;
};

}  // namespace hal9
