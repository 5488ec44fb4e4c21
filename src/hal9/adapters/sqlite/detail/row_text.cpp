#include "hal9/adapters/sqlite/detail/row_text.hpp"

#include "hal9/base/json.hpp"
#include "hal9/base/text.hpp"

#include <utility>

namespace hal9::sqlite::detail {
namespace {

/// Causes beyond this depth are left out: parse_json would not read them back.
constexpr int causes_max = 32;
constexpr std::size_t ordinal_bytes = 4;

json::object object_of(const Error& error, int causes) {
    // Messages may quote bytes of the outside; what is stored is UTF-8.
    json::object object;
    object["code"] = to_string(error.code);
    object["message"] = is_utf8(error.message) ? error.message : repair_utf8(error.message).text;
    if (error.cause && causes < causes_max) {
        object["cause"] = object_of(*error.cause, causes + 1);
    }
    return object;
}

std::unexpected<Error> damaged(std::string_view what) {
    return fail(ErrorCode::data_loss, str("a stored row is damaged: ", what));
}

Result<Error> error_of(const json::value& value) {
    const json::object* object = value.if_object();
    const json::value* code = object == nullptr ? nullptr : object->if_contains("code");
    const json::value* message = object == nullptr ? nullptr : object->if_contains("message");
    if (code == nullptr || !code->is_string() || message == nullptr || !message->is_string()) {
        return damaged("its error has no code or no message");
    }
    const std::string_view name(code->get_string());
    const auto known = error_code_from(name);
    if (!known) {
        return damaged(str("its error has the unknown code \"", name, "\""));
    }
    std::string text(message->get_string());
    if (const json::value* cause = object->if_contains("cause")) {
        HAL9_TRY(Error inner, error_of(*cause));
        return Error(*known, std::move(text), std::move(inner));
    }
    return Error(*known, std::move(text));
}

Result<std::vector<std::string>> texts_of(const json::value& list) {
    if (!list.is_array()) {
        return damaged("a list of texts is none");
    }
    std::vector<std::string> texts;
    for (const json::value& one : list.get_array()) {
        if (!one.is_string()) {
            return damaged("a list of texts holds something else");
        }
        texts.emplace_back(one.get_string());
    }
    return texts;
}

}  // namespace

std::string error_text(const Error& error) {
    return json::serialize(object_of(error, 0));
}

std::optional<std::string> error_text(const std::optional<Error>& error) {
    return error ? std::optional(error_text(*error)) : std::nullopt;
}

Result<Error> read_error(std::string_view text) {
    const Result<json::value> value = parse_json(text);
    return value ? error_of(*value) : damaged(str("its error: ", value.error().message));
}

std::string counted_bytes(std::span<const std::uint32_t> ordinals) {
    std::string bytes;
    bytes.reserve(ordinals.size() * ordinal_bytes);
    for (const std::uint32_t ordinal : ordinals) {
        for (std::size_t i = 0; i < ordinal_bytes; ++i) {
            bytes.push_back(static_cast<char>(ordinal >> (8 * i)));
        }
    }
    return bytes;
}

Result<std::vector<std::uint32_t>> read_counted(std::string_view bytes) {
    if (bytes.empty() || bytes.size() % ordinal_bytes != 0) {
        return fail(ErrorCode::data_loss, "the ordinals of a decided join are damaged");
    }
    std::vector<std::uint32_t> ordinals;
    for (; !bytes.empty(); bytes.remove_prefix(ordinal_bytes)) {
        std::uint32_t ordinal = 0;
        for (std::size_t i = 0; i < ordinal_bytes; ++i) {
            ordinal |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
        }
        if (!ordinals.empty() && ordinal <= ordinals.back()) {
            return fail(ErrorCode::data_loss, "the ordinals of a decided join do not rise");
        }
        ordinals.push_back(ordinal);
    }
    return ordinals;
}

std::string grants_text(const Grants& grants) {
    json::object object;
    for (const auto& [name, values] : grants) {
        object[name] = json::array(values.begin(), values.end());
    }
    return json::serialize(object);
}

std::optional<std::string> tags_text(const std::vector<std::string>& tags) {
    if (tags.empty()) {
        return std::nullopt;
    }
    return json::serialize(json::array(tags.begin(), tags.end()));
}

Result<std::vector<std::string>> read_tags(std::string_view text) {
    const Result<json::value> value = parse_json(text);
    return value ? texts_of(*value) : damaged("its tags are no JSON");
}

Result<Grants> read_grants(std::string_view text) {
    const Result<json::value> value = parse_json(text);
    if (!value || !value->is_object()) {
        return damaged("its grants are no JSON object");
    }
    Grants grants;
    for (const auto& [name, list] : value->get_object()) {
        HAL9_TRY(grants[std::string(name)], texts_of(list));
    }
    return grants;
}

}  // namespace hal9::sqlite::detail
