#include "hal9/base/json.hpp"

#include "hal9/base/text.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

namespace hal9 {
namespace {

/// ECMAScript Number::toString (ECMA-262 section 6.1.6.1.20), which RFC 8785 prescribes.
void append_number(std::string& out, double number) {
    if (number == 0) {
        out += '0';
        return;
    }
    std::array<char, 32> buffer{};
    const auto end = std::to_chars(
                         buffer.data(),
                         buffer.data() + buffer.size(),
                         number,
                         std::chars_format::scientific
    )
                         .ptr;
    std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
    if (text.front() == '-') {
        out += '-';
        text.remove_prefix(1);
    }
    const std::size_t e = text.find('e');
    int exponent = 0;
    std::string_view exponent_text = text.substr(e + 1);
    if (exponent_text.front() == '+') {
        exponent_text.remove_prefix(1);
    }
    std::from_chars(exponent_text.data(), exponent_text.data() + exponent_text.size(), exponent);
    std::string digits(1, text.front());
    if (e > 2) {
        digits += text.substr(2, e - 2);
    }
    const int count = static_cast<int>(digits.size());
    const int point =
        exponent + 1;  // position of the decimal point behind the first `point` digits
    if (point >= count && point <= 21) {
        out += digits;
        out.append(static_cast<std::size_t>(point - count), '0');
    } else if (point > 0 && point <= 21) {
        out +=
            str(std::string_view(digits).substr(0, static_cast<std::size_t>(point)),
                '.',
                std::string_view(digits).substr(static_cast<std::size_t>(point)));
    } else if (point > -6 && point <= 0) {
        out += "0.";
        out.append(static_cast<std::size_t>(-point), '0');
        out += digits;
    } else {
        out += digits.front();
        if (count > 1) {
            out += str('.', std::string_view(digits).substr(1));
        }
        out += str('e', point > 0 ? "+" : "-", std::abs(point - 1));
    }
}

void append_integer(std::string& out, auto number) {
    std::array<char, 24> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
    out.append(buffer.data(), end);
}

void append_canonical_object(  // NOLINT(misc-no-recursion)
    std::string& out,
    const json::object& object
) {
    std::vector<const json::key_value_pair*> members;
    members.reserve(object.size());
    for (const auto& member : object) {
        members.push_back(&member);
    }
    std::ranges::sort(members, [](const auto* a, const auto* b) {
        return canonical_less(a->key(), b->key());
    });
    out += '{';
    for (bool first = true; const auto* member : members) {
        if (!std::exchange(first, false)) {
            out += ',';
        }
        append_canonical_json(out, std::string_view(member->key()));
        out += ':';
        append_canonical_json(out, member->value());
    }
    out += '}';
}

/// "line 2, column 7", both from 1; the column counts bytes.
std::string place_of(std::string_view text, std::size_t at) {
    const std::string_view before = text.substr(0, at);
    const auto line = std::ranges::count(before, '\n') + 1;
    const std::size_t begin =
        before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
    return str("line ", line, ", column ", at - begin + 1);
}

std::string reason(std::string_view rest, const boost::system::error_code& error) {
    const bool is_ascii = rest.empty() || static_cast<unsigned char>(rest.front()) < 0x80;
    return error == json::error::syntax && !is_ascii ? "the text is not UTF-8" : error.message();
}

/// Builds values as json::parser does, but for numbers with a fraction or exponent: the parser's
/// own may be the double beside the nearest one, and then what was written is not what is read.
struct ExactHandler {
    static constexpr std::size_t max_object_size = json::object::max_size();
    static constexpr std::size_t max_array_size = json::array::max_size();
    static constexpr std::size_t max_key_size = json::string::max_size();
    static constexpr std::size_t max_string_size = json::string::max_size();

    using Code = boost::system::error_code;
    using Text = json::string_view;

    static bool on_document_begin(Code&) { return true; }

    static bool on_document_end(Code&) { return true; }

    static bool on_object_begin(Code&) { return true; }

    static bool on_array_begin(Code&) { return true; }

    static bool on_comment_part(Text, Code&) { return true; }

    static bool on_comment(Text, Code&) { return true; }

    bool on_object_end(std::size_t members, Code&) {
        stack.push_object(members);
        return true;
    }

    bool on_array_end(std::size_t elements, Code&) {
        stack.push_array(elements);
        return true;
    }

    bool on_key_part(Text part, std::size_t, Code&) {
        stack.push_chars(part);
        return true;
    }

    bool on_key(Text last, std::size_t, Code&) {
        stack.push_key(last);
        return true;
    }

    bool on_string_part(Text part, std::size_t, Code&) {
        stack.push_chars(part);
        return true;
    }

    bool on_string(Text last, std::size_t, Code&) {
        stack.push_string(last);
        return true;
    }

    bool on_number_part(Text part, Code&) {
        number += part;
        return true;
    }

    bool on_int64(std::int64_t value, Text, Code&) {
        number.clear();
        stack.push_int64(value);
        return true;
    }

    bool on_uint64(std::uint64_t value, Text, Code&) {
        number.clear();
        stack.push_uint64(value);
        return true;
    }

    bool on_double(double value, Text last, Code&) {
        number += last;
        double exact = 0;
        const char* const end = number.data() + number.size();
        const auto read = std::from_chars(number.data(), end, exact);
        stack.push_double(read.ec == std::errc{} && read.ptr == end ? exact : value);
        number.clear();
        return true;
    }

    bool on_bool(bool value, Code&) {
        stack.push_bool(value);
        return true;
    }

    bool on_null(Code&) {
        stack.push_null();
        return true;
    }

    json::value_stack stack;
    std::string number;
};

}  // namespace

Result<json::value> parse_json(std::string_view text) {
    json::parse_options options;
    options.max_depth = json_depth_max;
    boost::system::error_code error;
    json::basic_parser<ExactHandler> parser(options);
    parser.handler().stack.reset();
    const std::size_t read = parser.write_some(false, text.data(), text.size(), error);
    if (!error && read != text.size()) {
        error = json::error::extra_data;
    }
    if (error) {
        return fail(
            ErrorCode::invalid_argument,
            str("not JSON at ", place_of(text, read), ": ", reason(text.substr(read), error))
        );
    }
    return parser.handler().stack.release();
}

// NOLINTNEXTLINE(misc-no-recursion): no deeper than `levels`
bool is_nested_deeper(const json::value& value, std::size_t levels) {
    if (const json::object* const object = value.if_object()) {
        return levels == 0 || std::ranges::any_of(*object, [levels](const auto& member) {
                   return is_nested_deeper(member.value(), levels - 1);
               });
    }
    if (const json::array* const array = value.if_array()) {
        return levels == 0 || std::ranges::any_of(*array, [levels](const json::value& element) {
                   return is_nested_deeper(element, levels - 1);
               });
    }
    return false;
}

/// Members of names that UTF-8 orders otherwise than UTF-16 meet only where a surrogate pair (above
/// U+FFFF) stands against U+E000 to U+FFFF (RFC 8785 section 3.2.3).
bool canonical_less(std::string_view a, std::string_view b) {
    const auto [x, y] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    if (x == a.end() || y == b.end()) {
        return a.size() < b.size();
    }
    const auto left = static_cast<unsigned char>(*x);
    const auto right = static_cast<unsigned char>(*y);
    const bool left_pair = left >= 0xF0U;
    const bool right_pair = right >= 0xF0U;
    if (left_pair != right_pair && left >= 0xEEU && right >= 0xEEU) {
        return left_pair;
    }
    return left < right;
}

void append_canonical_json(std::string& out, std::string_view text) {
    static constexpr std::string_view digits = "0123456789abcdef";
    static constexpr std::string_view escaped = "\"\\\b\f\n\r\t";
    static constexpr std::string_view names = "\"\\bfnrt";
    out += '"';
    std::size_t from = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte >= 0x20 && byte != '"' && byte != '\\') {
            continue;
        }
        out += text.substr(from, i - from);
        from = i + 1;
        if (const std::size_t known = escaped.find(text[i]); known != std::string_view::npos) {
            out += '\\';
            out += names[known];
        } else {
            out += "\\u00";
            out += digits[byte >> 4U];
            out += digits[byte & 0xFU];
        }
    }
    out += text.substr(from);
    out += '"';
}

void append_canonical_json(  // NOLINT(misc-no-recursion)
    std::string& out,
    const json::value& value
) {
    switch (value.kind()) {
        case json::kind::object:
            append_canonical_object(out, value.get_object());
            break;
        case json::kind::array:
            out += '[';
            for (bool first = true; const auto& element : value.get_array()) {
                if (!std::exchange(first, false)) {
                    out += ',';
                }
                append_canonical_json(out, element);
            }
            out += ']';
            break;
        case json::kind::string:
            append_canonical_json(out, std::string_view(value.get_string()));
            break;
        case json::kind::double_:
            append_number(out, value.get_double());
            break;
        case json::kind::int64:
            append_integer(out, value.get_int64());
            break;
        case json::kind::uint64:
            append_integer(out, value.get_uint64());
            break;
        case json::kind::bool_:
            out += value.get_bool() ? "true" : "false";
            break;
        case json::kind::null:
            out += "null";
            break;
    }
}

std::string canonical_json(const json::value& value) {
    std::string out;
    append_canonical_json(out, value);
    return out;
}

std::string_view json_type_name(const json::value& value) noexcept {
    switch (value.kind()) {
        case json::kind::null:
            return "null";
        case json::kind::bool_:
            return "boolean";
        case json::kind::string:
            return "string";
        case json::kind::array:
            return "array";
        case json::kind::object:
            return "object";
        default:
            return "number";
    }
}

}  // namespace hal9
