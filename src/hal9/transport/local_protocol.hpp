// The protocol of the local socket, version 1: lines of JSON (RFC 8259, UTF-8), both ways.
//
//   server: {"hal9":"hello","v":1,"pid":N}                                  once, first
//   client: {"id":N,"method":"run.start","params":{…}}                      params may be left out
//   server: {"id":N,"event":…}                                              any number
//   server: {"id":N,"result":…} or {"id":N,"error":{"code":"not_found","message":"…"}}
//   server: {"error":{…}}                                                   before it closes
//
// Ids are chosen by the client, answers may come in any order. Here lines become values and values
// lines, for the server, the client and the fuzzer alike; sockets are elsewhere.
#pragma once

#include "hal9/base/json.hpp"
#include "hal9/base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace hal9::transport {

inline constexpr std::uint64_t local_protocol_version = 1;

/// The longest line that any server may be set to send and every client takes. Below it, a server's
/// own limit (message_bytes_max) is the rule for both sides: what exceeds it is answered with
/// limit_exceeded.
inline constexpr std::size_t line_bytes_ceiling = 256U << 20U;

/// A limit of lines under which a payload and a result of this size fit into one answer, with what
/// is said beside them. They are JSON, and stand in the line as they are.
[[nodiscard]] constexpr std::size_t line_bytes_for(std::size_t payload_bytes_max) {
    return 2 * payload_bytes_max + (1U << 20U);
}

/// Cuts a stream of bytes into lines. Linear in the bytes, whatever their pieces.
class LineBuffer {
public:
    /// `line_bytes_max` counts a line without its line feed.
    explicit LineBuffer(std::size_t line_bytes_max) : line_bytes_max_(line_bytes_max) {}

    void append(std::string_view bytes);

    /// The next whole line without its line feed, valid until the next call of either function;
    /// nothing when more bytes are needed. limit_exceeded, for good, once a line is too long.
    [[nodiscard]] Result<std::optional<std::string_view>> next();

    /// Bytes that wait for their line's end.
    [[nodiscard]] bool has_part_of_a_line() const { return begin_ < bytes_.size(); }

private:
    std::size_t line_bytes_max_;
    std::string bytes_;
    std::size_t begin_ = 0;    ///< of the first line not given out
    std::size_t scanned_ = 0;  ///< no line feed between begin_ and here
};

struct LocalRequest {
    std::uint64_t id = 0;
    std::string method;
    json::object params;
};

/// Why a line is no request, and of which one if that could be read.
struct BadRequest {
    std::optional<std::uint64_t> id;
    Error error;  ///< invalid_argument
};

[[nodiscard]] std::expected<LocalRequest, BadRequest> parse_request(std::string_view line);
[[nodiscard]] json::object
request_message(std::uint64_t id, std::string_view method, json::object params);

struct LocalGreeting {
    std::uint64_t version = 0;
    std::int64_t pid = 0;
};

/// Of any version. invalid_argument for what no server of HAL9 would say first; an error that the
/// server gives instead of a greeting comes as that error.
[[nodiscard]] Result<LocalGreeting> parse_greeting(std::string_view line);
[[nodiscard]] json::object greeting_message(std::int64_t pid);

struct LocalResult {
    json::value value;
};

struct LocalEvent {
    json::value value;
};

/// One line from the server after its greeting.
struct LocalAnswer {
    std::optional<std::uint64_t> id;  ///< none: the error concerns the whole connection
    std::variant<LocalResult, LocalEvent, Error> content;
};

/// invalid_argument. An error's code that this version does not know becomes `internal`.
[[nodiscard]] Result<LocalAnswer> parse_answer(std::string_view line);
[[nodiscard]] json::object result_message(std::uint64_t id, json::value result);
[[nodiscard]] json::object event_message(std::uint64_t id, json::value event);
[[nodiscard]] json::object error_message(std::optional<std::uint64_t> id, const Error& error);

/// The message as it goes out: one line with its line feed.
[[nodiscard]] std::string to_line(const json::object& message);

}  // namespace hal9::transport
