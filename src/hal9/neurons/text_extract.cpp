#include "hal9/base/dates.hpp"
#include "hal9/neurons/detail/call_settings.hpp"
#include "hal9/neurons/detail/kind_parts.hpp"
#include "hal9/neurons/detail/pattern.hpp"
#include "hal9/ports/kind.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

namespace hal9::neurons {
namespace {

json::object may_be_null(const json::value& type) {
    return {{"type", {type, "null"}}};
}

/// Fields of `one` or `each` as properties of a schema; false where their names come with the call.
bool add_fields(const json::value* fields, json::object& properties) {
    if (fields == nullptr) {
        return true;
    }
    const json::object* named = fields->if_object();
    if (named == nullptr) {
        return false;
    }
    for (const auto& [name, field] : *named) {
        const json::object* options = field.if_object();
        const json::value* as = options == nullptr ? nullptr : options->if_contains("as");
        properties[name] = may_be_null(as != nullptr && *as == "number" ? "number" : "string");
    }
    return true;
}

json::object closed_object(json::object properties) {
    return {
        {"type", "object"},
        {"additionalProperties", false},
        {"properties", std::move(properties)}
    };
}

/// What it emits with these settings.
json::value extracted_by(const json::object& settings) {
    const json::object anything{{"type", "object"}};
    json::object fields;
    if (!add_fields(settings.if_contains("one"), fields)) {
        return anything;
    }
    const json::value* rows = settings.if_contains("rows");
    if (rows != nullptr) {
        json::object row = fields;
        const json::string* name = rows->if_string();
        if (name == nullptr || name->find("${") != json::string::npos || name->empty() ||
            !add_fields(settings.if_contains("each"), row)) {
            return anything;
        }
        fields[*name] = json::object{{"type", "array"}, {"items", closed_object(std::move(row))}};
    }
    return closed_object(std::move(fields));
}

const KindDescription about{
    .name = "text.extract",
    .summary = "Finds fields in a text by patterns, and rows for all that occurs many times in it",
    .settings_schema = R"json({
  "type": "object",
  "additionalProperties": false,
  "required": ["text"],
  "anyOf": [{"required": ["one"]}, {"required": ["each"]}],
  "dependencies": {"each": ["rows"], "rows": ["each"]},
  "properties": {
    "text": {"type": "string", "description": "what is searched"},
    "one": {
      "type": "object",
      "minProperties": 1,
      "maxProperties": 64,
      "description": "fields by name: the first match of a pattern, or of its first group; null where there is none",
      "additionalProperties": {
        "oneOf": [
          {"type": "string", "x-pattern": true},
          {
            "type": "object",
            "additionalProperties": false,
            "required": ["find"],
            "properties": {
              "find": {"type": "string", "x-pattern": true},
              "as": {"enum": ["text", "number", "rfc5322"], "default": "text", "x-template": false, "description": "rfc5322: a date as mail and Debian changelogs write it, kept as RFC 3339 in UTC; null where it cannot be read"}
            }
          }
        ]
      }
    },
    "each": {
      "type": "object",
      "minProperties": 1,
      "maxProperties": 64,
      "description": "fields by name: every distinct match makes a row",
      "additionalProperties": {"type": "string", "x-pattern": true}
    },
    "rows": {"type": "string", "minLength": 1, "description": "the member that holds the rows, each with the fields of `one` beside it; with several fields in `each`, those that did not match are null"}
  }
})json",
    .output_schema = R"json({
  "type": "object",
  "description": "An object with the fields of `one`, and with the rows under the name that `rows` says."
})json",
    .output_of = extracted_by,
    .emits = Emits::one,
    .form = HandlerForm::pure,
    .capability = {},
    .revision = 1,
};

enum class As : std::uint8_t { text, number, rfc5322 };

struct Field {
    std::string name;
    Pattern pattern;
    As as = As::text;
};

/// A decimal number, whole where it fits 64 bits; null for anything else.
json::value to_number(std::string_view text) {
    if (text.starts_with('+')) {
        text.remove_prefix(1);
    }
    const char* const end = text.data() + text.size();
    std::int64_t whole = 0;
    if (const auto read = std::from_chars(text.data(), end, whole);
        read.ec == std::errc{} && read.ptr == end) {
        return whole;
    }
    double number = 0;
    if (const auto read = std::from_chars(text.data(), end, number);
        read.ec == std::errc{} && read.ptr == end && std::isfinite(number)) {
        return number;
    }
    return nullptr;
}

json::value convert(std::string_view text, As as) {
    switch (as) {
        case As::text:
            return json::value(json::string(text));
        case As::number:
            return to_number(text);
        case As::rfc5322:
            break;
    }
    const auto date = parse_rfc5322_date(text);
    return date ? json::value(format_rfc3339_seconds(*date)) : json::value(nullptr);
}

Result<Field> make_field(
    std::string_view group,
    std::string_view name,
    const json::value& value,
    const Limits& limits
) {
    const std::string member = str(group, '.', name);
    const json::value* pattern = &value;
    As as = As::text;
    if (const json::object* options = value.if_object()) {
        pattern = options->if_contains("find");
        if (const json::value* wanted = options->if_contains("as")) {
            as = *wanted == "number" ? As::number : *wanted == "rfc5322" ? As::rfc5322 : As::text;
        }
    }
    if (pattern == nullptr || !pattern->is_string()) {
        return wrong_type(member, "a pattern", pattern);
    }
    HAL9_TRY(
        Pattern compiled,
        Pattern::compile(member, std::string_view(pattern->get_string()), limits)
    );
    return Field{.name = std::string(name), .pattern = std::move(compiled), .as = as};
}

/// In the order of their names, which a definition keeps however it is written or stored: what is
/// emitted is the same to the byte.
Result<std::vector<Field>>
make_fields(std::string_view group, const json::value* value, const Limits& limits) {
    std::vector<Field> fields;
    if (value == nullptr) {
        return fields;
    }
    const json::object* members = value->if_object();
    if (members == nullptr) {
        return wrong_type(group, "an object", value);
    }
    for (const auto& member : *members) {
        HAL9_TRY(
            Field field,
            make_field(group, std::string_view(member.key()), member.value(), limits)
        );
        fields.push_back(std::move(field));
    }
    std::ranges::sort(fields, {}, &Field::name);
    return fields;
}

/// What is to be found, compiled.
struct Plan {
    std::vector<Field> one;
    std::vector<Field> each;
    std::string rows;

    static Result<Plan> make(
        const json::value* one,
        const json::value* each,
        const json::value* rows,
        const Limits& limits
    ) {
        Plan plan;
        HAL9_TRY(plan.one, make_fields("one", one, limits));
        HAL9_TRY(plan.each, make_fields("each", each, limits));
        if (rows != nullptr) {
            if (!rows->is_string()) {
                return wrong_type("rows", "a string", rows);
            }
            plan.rows = std::string_view(rows->get_string());
        }
        HAL9_TRY_VOID(plan.check_names());
        return plan;
    }

private:
    [[nodiscard]] Result<void> check_names() const {
        for (const Field& field : one) {
            if (!rows.empty() && field.name == rows) {
                return fail(
                    ErrorCode::invalid_argument,
                    str("`rows` and a field of `one` are both named \"", rows, "\"; rename one")
                );
            }
            if (std::ranges::find(each, field.name, &Field::name) != each.end()) {
                return fail(
                    ErrorCode::invalid_argument,
                    str("\"", field.name, "\" stands in `one` and in `each`; rename one of them")
                );
            }
        }
        return {};
    }
};

/// A match of a field of `each`.
struct Found {
    std::size_t position = 0;
    std::size_t field = 0;
    std::string_view value;
};

void find_distinct(
    const Field& field,
    std::size_t number,
    std::string_view text,
    std::vector<Found>& found
) {
    std::unordered_set<std::string_view> seen;
    std::size_t from = 0;
    while (const auto capture = field.pattern.capture(text, from)) {
        from =
            capture->match.empty() ? next_character(text, capture->match.end) : capture->match.end;
        if (!capture->value) {
            continue;
        }
        const std::string_view value = capture->value->of(text);
        if (seen.insert(value).second) {
            found.push_back({.position = capture->match.begin, .field = number, .value = value});
        }
    }
}

std::size_t bytes_of(const json::object& fields) {
    std::size_t bytes = 0;
    for (const auto& member : fields) {
        const json::string* text = member.value().if_string();
        bytes += member.key().size() + (text != nullptr ? text->size() : 4);
    }
    return bytes;
}

/// The rows: for each match, in order of appearance, the fields of `one` and those of `each`.
Result<json::array>
make_rows(const Plan& plan, const json::object& one, std::string_view text, std::size_t bytes_max) {
    std::vector<Found> found;
    for (std::size_t i = 0; i < plan.each.size(); ++i) {
        find_distinct(plan.each[i], i, text, found);
    }
    if (plan.each.size() > 1) {
        std::ranges::sort(found, {}, [](const Found& match) {
            return std::pair(match.position, match.field);
        });
    }
    const std::size_t row_bytes = bytes_of(one);
    std::size_t bytes = 0;
    json::array rows;
    rows.reserve(std::min<std::size_t>(found.size(), 1'024));
    for (const Found& match : found) {
        bytes += row_bytes + match.value.size() + plan.each[match.field].name.size();
        if (bytes > bytes_max) {
            return fail(
                ErrorCode::limit_exceeded,
                str("the rows of \"",
                    plan.rows,
                    "\" take more than ",
                    format_size(bytes_max),
                    " (payload_bytes_max); split the text first")
            );
        }
        json::object row;
        row.reserve(one.size() + plan.each.size());
        for (const auto& member : one) {
            row.emplace(member.key(), member.value());
        }
        for (std::size_t i = 0; i < plan.each.size(); ++i) {
            row.emplace(
                plan.each[i].name,
                i == match.field ? json::value(json::string(match.value)) : json::value(nullptr)
            );
        }
        rows.emplace_back(std::move(row));
    }
    return rows;
}

class TextExtract final : public PureHandler {
public:
    static Result<Handler> make(const json::object& constant, const Limits& limits) {
        auto handler = std::make_unique<TextExtract>();
        // Names and patterns that come with the call are compiled there, all of them; what is
        // constant is compiled here all the same, so that its faults show at once.
        HAL9_TRY(
            handler->plan_,
            Plan::make(
                constant.if_contains("one"),
                constant.if_contains("each"),
                constant.if_contains("rows"),
                limits
            )
        );
        handler->constant_ = constant;
        handler->limits_ = limits;
        return Handler(std::move(handler));
    }

    Result<StepEnd> step(const Call& call, Cursor& /*cursor*/, Sink& sink) const override {
        HAL9_TRY(const std::string_view text, string_setting(call, constant_, "text"));
        const bool as_compiled = !call.settings.contains("one") &&
                                 !call.settings.contains("each") && !call.settings.contains("rows");
        if (as_compiled) {
            return extract(plan_, text, sink);
        }
        HAL9_TRY(
            const Plan plan,
            Plan::make(
                call.find(constant_, "one"),
                call.find(constant_, "each"),
                call.find(constant_, "rows"),
                limits_
            )
        );
        return extract(plan, text, sink);
    }

private:
    Result<StepEnd> extract(const Plan& plan, std::string_view text, Sink& sink) const {
        json::object emitted;
        emitted.reserve(plan.one.size() + 1);
        for (const Field& field : plan.one) {
            const auto capture = field.pattern.capture(text, 0);
            emitted.emplace(
                field.name,
                capture && capture->value ? convert(capture->value->of(text), field.as)
                                          : json::value(nullptr)
            );
        }
        if (!plan.each.empty()) {
            HAL9_TRY(json::array rows, make_rows(plan, emitted, text, limits_.payload_bytes_max));
            emitted.emplace(plan.rows, std::move(rows));
        }
        sink.emit(std::move(emitted));
        return StepDone{};
    }

    json::object constant_;
    Limits limits_;
    Plan plan_;  ///< of what is constant
};

class TextExtractKind final : public Kind {
public:
    explicit TextExtractKind(const Limits& limits) : limits_(limits) {}

    const KindDescription& description() const override { return about; }

    Result<Handler> make(const json::object& constant) const override {
        return TextExtract::make(constant, limits_);
    }

private:
    Limits limits_;
};

}  // namespace

std::unique_ptr<Kind> make_text_extract(const KindParts& parts) {
    return std::make_unique<TextExtractKind>(parts.limits);
}

}  // namespace hal9::neurons
