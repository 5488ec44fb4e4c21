// The local socket's protocol: lines are the same however the bytes were cut, whatever a peer sends
// is a value or an error with a text, and what was read is read again from what it is written as.
#include "hal9/base/check.hpp"
#include "hal9/base/text.hpp"
#include "hal9/transport/local_protocol.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace {

using namespace hal9;
using namespace hal9::transport;

constexpr std::size_t line_bytes_max = 512;

struct Cut {
    std::vector<std::string> lines;
    bool refused = false;

    bool operator==(const Cut&) const = default;
};

Cut cut(std::string_view bytes, std::size_t piece) {
    LineBuffer buffer(line_bytes_max);
    Cut cut;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        buffer.append(bytes.substr(at, piece));
        while (true) {
            const auto line = buffer.next();
            if (!line) {
                HAL9_ASSERT(line.error().code == ErrorCode::limit_exceeded);
                cut.refused = true;
                return cut;
            }
            if (!*line) {
                break;
            }
            HAL9_ASSERT((*line)->size() <= line_bytes_max && !(*line)->contains('\n'));
            cut.lines.emplace_back(**line);
        }
    }
    return cut;
}

void check_request(std::string_view line) {
    const auto request = parse_request(line);
    if (!request) {
        const BadRequest& bad = request.error();
        HAL9_ASSERT(bad.error.code == ErrorCode::invalid_argument && !bad.error.message.empty());
        const auto told = parse_answer(to_line(error_message(bad.id, bad.error)));
        HAL9_ASSERT(told.has_value() && told->id == bad.id);
        return;
    }
    const std::string written =
        to_line(request_message(request->id, request->method, request->params));
    HAL9_ASSERT(std::ranges::count(written, '\n') == 1);
    const auto again = parse_request(written);
    HAL9_ASSERT(again.has_value() && again->id == request->id);
    HAL9_ASSERT(again->method == request->method && again->params == request->params);
}

void check_answer(std::string_view line) {
    const auto answer = parse_answer(line);
    if (!answer) {
        HAL9_ASSERT(answer.error().code == ErrorCode::invalid_argument);
        return;
    }
    if (const auto* error = std::get_if<Error>(&answer->content)) {
        const auto again = parse_answer(to_line(error_message(answer->id, *error)));
        HAL9_ASSERT(again.has_value() && again->id == answer->id);
        HAL9_ASSERT(std::get<Error>(again->content) == *error);
    } else if (const auto* result = std::get_if<LocalResult>(&answer->content)) {
        const auto again = parse_answer(to_line(result_message(*answer->id, result->value)));
        HAL9_ASSERT(again.has_value() && again->id == answer->id);
        HAL9_ASSERT(std::get<LocalResult>(again->content).value == result->value);
    }
}

void check_greeting(std::string_view line) {
    const auto greeting = parse_greeting(line);
    HAL9_ASSERT(greeting.has_value() || is_utf8(greeting.error().message));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const std::size_t piece = std::size_t{data[0]} + 1;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const Cut whole = cut(bytes, bytes.size() + 1);
    const Cut pieces = cut(bytes, piece);
    HAL9_ASSERT(whole == pieces);
    for (const std::string& line : whole.lines) {
        check_request(line);
        check_answer(line);
        check_greeting(line);
    }
    return 0;
}
