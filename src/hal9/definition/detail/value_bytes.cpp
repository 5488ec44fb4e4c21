#include "hal9/definition/detail/value_bytes.hpp"

#include <boost/json/serializer.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <vector>

namespace hal9::definition::detail {
namespace {

// Tags of sort keys, in the order of the types. 0 ends a list, 0xFF is "last".
constexpr char tag_null = 0x10;
constexpr char tag_false = 0x20;
constexpr char tag_true = 0x21;
constexpr char tag_number = 0x30;
constexpr char tag_string = 0x40;
constexpr char tag_array = 0x50;
constexpr char tag_object = 0x60;
constexpr char tag_end = 0x00;
constexpr char tag_last = '\xFF';

__extension__ using Wide = __int128;

/// A double, and what an integer has beyond its nearest double: at most 1024 either way.
void append_number(std::string& out, double number, std::int64_t beyond) {
    constexpr std::uint64_t sign = 1ULL << 63U;
    std::uint64_t bits = std::bit_cast<std::uint64_t>(number == 0 ? 0.0 : number);
    bits = (bits & sign) != 0 ? ~bits : bits | sign;
    append_number_key(out, bits);
    const auto shifted = static_cast<std::uint16_t>(beyond + 0x8000);
    out += static_cast<char>(shifted >> 8U);
    out += static_cast<char>(shifted & 0xFFU);
}

template <class Integer>
void append_integer(std::string& out, Integer number) {
    const auto nearest = static_cast<double>(number);
    append_number(
        out,
        nearest,
        static_cast<std::int64_t>(static_cast<Wide>(number) - static_cast<Wide>(nearest))
    );
}

/// 0x00 becomes 0x00 0xFF, and 0x00 0x01 ends: shorter strings come first.
void append_string(std::string& out, std::string_view text) {
    while (true) {
        const std::size_t zero = text.find('\0');
        out += text.substr(0, zero);
        if (zero == std::string_view::npos) {
            break;
        }
        out += '\0';
        out += '\xFF';
        text.remove_prefix(zero + 1);
    }
    out += '\0';
    out += '\x01';
}

void append_object(std::string& out, const json::object& object) {  // NOLINT(misc-no-recursion)
    std::vector<const json::key_value_pair*> members;
    members.reserve(object.size());
    for (const auto& member : object) {
        members.push_back(&member);
    }
    std::ranges::sort(members, {}, [](const auto* member) {
        return std::string_view(member->key());
    });
    for (const auto* member : members) {
        out += tag_string;
        append_string(out, member->key());
        append_sort_key(out, member->value());
    }
    out += tag_end;
}

enum class Packed : std::uint8_t {
    null,
    no,
    yes,
    int64,
    uint64,
    real,
    string,
    array,
    object,
};

void append_tag(std::string& out, Packed tag) {
    out += static_cast<char>(tag);
}

template <class Number>
void append_raw(std::string& out, Number number) {
    std::array<char, sizeof number> bytes{};
    std::memcpy(bytes.data(), &number, sizeof number);
    out.append(bytes.data(), bytes.size());
}

template <class Number>
bool read_raw(std::string_view& bytes, Number& number) {
    if (bytes.size() < sizeof number) {
        return false;
    }
    std::memcpy(&number, bytes.data(), sizeof number);
    bytes.remove_prefix(sizeof number);
    return true;
}

void append_sized(std::string& out, std::string_view text) {
    append_raw(out, static_cast<std::uint32_t>(text.size()));
    out += text;
}

bool read_sized(std::string_view& bytes, std::string_view& text) {
    std::uint32_t size = 0;
    if (!read_raw(bytes, size) || size > bytes.size()) {
        return false;
    }
    text = bytes.substr(0, size);
    bytes.remove_prefix(size);
    return true;
}

template <class Number>
std::optional<json::value> read_number(std::string_view& bytes) {
    Number number{};
    if (!read_raw(bytes, number)) {
        return std::nullopt;
    }
    return json::value(number);
}

std::optional<json::value> read_array(std::string_view& bytes) {  // NOLINT(misc-no-recursion)
    std::uint32_t count = 0;
    if (!read_raw(bytes, count) || count > bytes.size()) {
        return std::nullopt;
    }
    json::array out;
    out.reserve(count);
    for (; count > 0; --count) {
        auto element = read_packed(bytes);
        if (!element) {
            return std::nullopt;
        }
        out.push_back(*std::move(element));
    }
    return out;
}

std::optional<json::value> read_object(std::string_view& bytes) {  // NOLINT(misc-no-recursion)
    std::uint32_t count = 0;
    if (!read_raw(bytes, count) || count > bytes.size()) {
        return std::nullopt;
    }
    json::object out;
    out.reserve(count);
    for (; count > 0; --count) {
        std::string_view name;
        if (!read_sized(bytes, name)) {
            return std::nullopt;
        }
        auto value = read_packed(bytes);
        if (!value) {
            return std::nullopt;
        }
        out.emplace(name, *std::move(value));
    }
    return out;
}

}  // namespace

void append_number_key(std::string& out, std::uint64_t number) {
    for (int shift = 56; shift >= 0; shift -= 8) {
        out += static_cast<char>((number >> static_cast<unsigned>(shift)) & 0xFFU);
    }
}

void append_sort_key(std::string& out, const json::value& value) {  // NOLINT(misc-no-recursion)
    switch (value.kind()) {
        case json::kind::null:
            out += tag_null;
            break;
        case json::kind::bool_:
            out += value.get_bool() ? tag_true : tag_false;
            break;
        case json::kind::int64:
            out += tag_number;
            append_integer(out, value.get_int64());
            break;
        case json::kind::uint64:
            out += tag_number;
            append_integer(out, value.get_uint64());
            break;
        case json::kind::double_:
            out += tag_number;
            append_number(out, value.get_double(), 0);
            break;
        case json::kind::string:
            out += tag_string;
            append_string(out, value.get_string());
            break;
        case json::kind::array:
            out += tag_array;
            for (const json::value& element : value.get_array()) {
                append_sort_key(out, element);
            }
            out += tag_end;
            break;
        case json::kind::object:
            out += tag_object;
            append_object(out, value.get_object());
            break;
    }
}

void append_order_key(std::string& out, const json::value* value, bool descending) {
    if (value == nullptr || value->is_null()) {
        out += tag_last;
        return;
    }
    const std::size_t start = out.size();
    append_sort_key(out, *value);
    if (descending) {
        for (std::size_t i = start; i < out.size(); ++i) {
            out[i] = static_cast<char>(~static_cast<unsigned char>(out[i]));
        }
    }
}

void append_packed(std::string& out, const json::value& value) {  // NOLINT(misc-no-recursion)
    switch (value.kind()) {
        case json::kind::null:
            append_tag(out, Packed::null);
            break;
        case json::kind::bool_:
            append_tag(out, value.get_bool() ? Packed::yes : Packed::no);
            break;
        case json::kind::int64:
            append_tag(out, Packed::int64);
            append_raw(out, value.get_int64());
            break;
        case json::kind::uint64:
            append_tag(out, Packed::uint64);
            append_raw(out, value.get_uint64());
            break;
        case json::kind::double_:
            append_tag(out, Packed::real);
            append_raw(out, value.get_double());
            break;
        case json::kind::string:
            append_tag(out, Packed::string);
            append_sized(out, value.get_string());
            break;
        case json::kind::array:
            append_tag(out, Packed::array);
            append_raw(out, static_cast<std::uint32_t>(value.get_array().size()));
            for (const json::value& element : value.get_array()) {
                append_packed(out, element);
            }
            break;
        case json::kind::object:
            append_tag(out, Packed::object);
            append_raw(out, static_cast<std::uint32_t>(value.get_object().size()));
            for (const auto& member : value.get_object()) {
                append_sized(out, member.key());
                append_packed(out, member.value());
            }
            break;
    }
}

std::optional<json::value> read_packed(std::string_view& bytes) {  // NOLINT(misc-no-recursion)
    std::uint8_t tag = 0;
    if (!read_raw(bytes, tag)) {
        return std::nullopt;
    }
    switch (static_cast<Packed>(tag)) {
        case Packed::null:
            return json::value(nullptr);
        case Packed::no:
            return json::value(false);
        case Packed::yes:
            return json::value(true);
        case Packed::int64:
            return read_number<std::int64_t>(bytes);
        case Packed::uint64:
            return read_number<std::uint64_t>(bytes);
        case Packed::real:
            return read_number<double>(bytes);
        case Packed::string: {
            std::string_view text;
            if (!read_sized(bytes, text)) {
                return std::nullopt;
            }
            return json::value(text);
        }
        case Packed::array:
            return read_array(bytes);
        case Packed::object:
            return read_object(bytes);
    }
    return std::nullopt;
}

std::size_t json_text_size(const json::value& value) {
    json::serializer serializer;
    serializer.reset(&value);
    std::array<char, 4096> buffer{};
    std::size_t size = 0;
    while (!serializer.done()) {
        size += serializer.read(buffer.data(), buffer.size()).size();
    }
    return size;
}

}  // namespace hal9::definition::detail
