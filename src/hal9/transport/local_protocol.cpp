#include "hal9/transport/local_protocol.hpp"

#include "hal9/base/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace hal9::transport {
namespace {

constexpr std::size_t method_bytes_max = 64;
/// What a connection keeps of the memory for a long line that has been read.
constexpr std::size_t capacity_kept_max = 1U << 20U;
constexpr std::string_view request_shape =
    R"(a request is a line {"id":N,"method":"run.get","params":{…}})";

std::optional<std::uint64_t> whole_number(const json::value* value) {
    if (value == nullptr) {
        return std::nullopt;
    }
    if (value->is_uint64()) {
        return value->get_uint64();
    }
    if (value->is_int64() && value->get_int64() >= 0) {
        return static_cast<std::uint64_t>(value->get_int64());
    }
    return std::nullopt;
}

bool is_method_name(std::string_view name) {
    return !name.empty() && name.size() <= method_bytes_max &&
           std::ranges::all_of(name, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
           });
}

Error malformed(std::string_view what) {
    return {ErrorCode::invalid_argument, str(what, "; ", request_shape)};
}

/// What is wrong with the members of a request besides its id; empty when nothing is.
std::string fault_in(const json::object& request) {
    constexpr std::array<std::string_view, 3> known{"id", "method", "params"};
    for (const auto& member : request) {
        if (std::ranges::find(known, std::string_view(member.key())) == known.end()) {
            return str("unknown member ", json::serialize(json::string(member.key())));
        }
    }
    const json::value* const method = request.if_contains("method");
    if (method == nullptr) {
        return "the member \"method\" is missing";
    }
    if (!method->is_string() || !is_method_name(method->get_string())) {
        return str("the method is no name (at most ", method_bytes_max, " of a-z, 0-9, . and _)");
    }
    const json::value* const params = request.if_contains("params");
    if (params != nullptr && !params->is_object()) {
        return str("the params are a ", json_type_name(*params), ", not an object");
    }
    return {};
}

Result<Error> read_error(const json::value& value) {
    const json::object* const object = value.if_object();
    const json::value* const code = object == nullptr ? nullptr : object->if_contains("code");
    const json::value* const text = object == nullptr ? nullptr : object->if_contains("message");
    if (code == nullptr || text == nullptr || !code->is_string() || !text->is_string()) {
        return fail(
            ErrorCode::invalid_argument,
            R"(an error without its parts; allowed: {"code":"…","message":"…"})"
        );
    }
    const std::string_view message = text->get_string();
    const auto known = error_code_from(code->get_string());
    if (!known) {
        return Error(
            ErrorCode::internal,
            str(message, " (", std::string_view(code->get_string()), ")")
        );
    }
    return Error(*known, std::string(message));
}

Result<json::object> parse_object(std::string_view line) {
    HAL9_TRY(json::value value, parse_json(line));
    if (!value.is_object()) {
        return fail(
            ErrorCode::invalid_argument,
            str("the line is a JSON ", json_type_name(value), ", not an object")
        );
    }
    return std::move(value.get_object());
}

}  // namespace

void LineBuffer::append(std::string_view bytes) {
    if (begin_ == bytes_.size()) {
        bytes_.clear();
        if (bytes_.capacity() > capacity_kept_max) {
            bytes_.shrink_to_fit();
        }
    } else {
        bytes_.erase(0, begin_);
    }
    scanned_ -= begin_;
    begin_ = 0;
    bytes_ += bytes;
}

Result<std::optional<std::string_view>> LineBuffer::next() {
    const std::size_t end = bytes_.find('\n', scanned_);
    scanned_ = end == std::string::npos ? bytes_.size() : end;
    if (scanned_ - begin_ > line_bytes_max_) {
        scanned_ = begin_;
        return fail(
            ErrorCode::limit_exceeded,
            str("a line is longer than ", format_size(line_bytes_max_), " (message_bytes_max)")
        );
    }
    if (end == std::string::npos) {
        return std::nullopt;
    }
    const auto line = std::string_view(bytes_).substr(begin_, end - begin_);
    begin_ = end + 1;
    scanned_ = begin_;
    return line;
}

std::expected<LocalRequest, BadRequest> parse_request(std::string_view line) {
    auto object = parse_object(line);
    if (!object) {
        return std::unexpected(BadRequest{{}, malformed(object.error().message)});
    }
    const auto id = whole_number(object->if_contains("id"));
    if (!id) {
        return std::unexpected(
            BadRequest{{}, malformed("the member \"id\" is no whole number from 0 on")}
        );
    }
    if (const std::string fault = fault_in(*object); !fault.empty()) {
        return std::unexpected(BadRequest{id, malformed(fault)});
    }
    LocalRequest request{.id = *id, .method = std::string((*object)["method"].get_string())};
    if (json::value* const params = object->if_contains("params")) {
        request.params = std::move(params->get_object());
    }
    return request;
}

json::object request_message(std::uint64_t id, std::string_view method, json::object params) {
    return {{"id", id}, {"method", method}, {"params", std::move(params)}};
}

Result<LocalGreeting> parse_greeting(std::string_view line) {
    HAL9_TRY(const json::object object, parse_object(line));
    if (const json::value* const refused = object.if_contains("error")) {
        HAL9_TRY(Error error, read_error(*refused));
        return fail(std::move(error));
    }
    const json::value* const word = object.if_contains("hal9");
    const auto version = whole_number(object.if_contains("v"));
    const json::value* const pid = object.if_contains("pid");
    if (word == nullptr || *word != "hello" || !version || pid == nullptr || !pid->is_int64()) {
        return fail(
            ErrorCode::invalid_argument,
            R"(no greeting; allowed: {"hal9":"hello","v":1,"pid":N})"
        );
    }
    return LocalGreeting{.version = *version, .pid = pid->get_int64()};
}

json::object greeting_message(std::int64_t pid) {
    return {{"hal9", "hello"}, {"v", local_protocol_version}, {"pid", pid}};
}

Result<LocalAnswer> parse_answer(std::string_view line) {
    HAL9_TRY(json::object object, parse_object(line));
    LocalAnswer answer{.id = whole_number(object.if_contains("id")), .content = LocalResult{}};
    json::value* const result = object.if_contains("result");
    json::value* const event = object.if_contains("event");
    json::value* const error = object.if_contains("error");
    const int parts =
        (result != nullptr ? 1 : 0) + (event != nullptr ? 1 : 0) + (error != nullptr ? 1 : 0);
    if (parts != 1 || (!answer.id && (error == nullptr || object.contains("id")))) {
        return fail(
            ErrorCode::invalid_argument,
            R"(no answer; allowed: {"id":N} with one of "result", "event" and "error")"
        );
    }
    if (error != nullptr) {
        HAL9_TRY(answer.content, read_error(*error));
    } else if (event != nullptr) {
        answer.content = LocalEvent{std::move(*event)};
    } else {
        answer.content = LocalResult{std::move(*result)};
    }
    return answer;
}

json::object result_message(std::uint64_t id, json::value result) {
    json::object message{{"id", id}};
    message.emplace("result", std::move(result));
    return message;
}

json::object event_message(std::uint64_t id, json::value event) {
    json::object message{{"id", id}};
    message.emplace("event", std::move(event));
    return message;
}

json::object error_message(std::optional<std::uint64_t> id, const Error& error) {
    json::object message;
    if (id) {
        message.emplace("id", *id);
    }
    // A message may quote bytes of a file or of a peer, a line of the protocol is UTF-8.
    message.emplace(
        "error",
        json::object{
            {"code", to_string(error.code)},
            {"message", repair_utf8(error.full_message()).text}
        }
    );
    return message;
}

std::string to_line(const json::object& message) {
    std::string line = json::serialize(message);
    line += '\n';
    return line;
}

}  // namespace hal9::transport
