#include "hal9/definition/detail/schema_validator.hpp"

#include "hal9/base/text.hpp"

#define VALIJSON_USE_EXCEPTIONS 1  // NOLINT(readability-identifier-naming): valijson's name
#include <re2/re2.h>
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/constraint_builder.hpp>
#include <valijson/constraints/concrete_constraints.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <limits>
#include <new>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace hal9::definition::detail {
namespace {

constexpr std::array<std::string_view, 5>
    maps_of_schemas{"properties", "patternProperties", "definitions", "dependencies", "$defs"};
constexpr std::array<std::string_view, 12> schemas{
    "items",
    "additionalItems",
    "additionalProperties",
    "contains",
    "propertyNames",
    "not",
    "if",
    "then",
    "else",
    "allOf",
    "anyOf",
    "oneOf"
};

/// What `pattern` is called where valijson sees it.
constexpr const char* re2_pattern = "re2-pattern";

/// `pattern` as a constraint of valijson's, so that it means the same wherever it stands.
class Re2Constraint final : public valijson::constraints::PolyConstraint {
public:
    explicit Re2Constraint(const std::string& pattern)
        : regex_(std::make_shared<const RE2>(pattern, RE2::Quiet)) {
        if (!regex_->ok()) {
            throw std::runtime_error(
                str("\"pattern\" is ", pattern, ", which RE2 refuses: ", regex_->error())
            );
        }
    }

    bool validate(
        const valijson::adapters::Adapter& target,
        const std::vector<std::string>& context,
        valijson::ValidationResults* results
    ) const override {
        if (!target.isString() || RE2::PartialMatch(target.asString(), *regex_)) {
            return true;
        }
        if (results != nullptr) {
            results->pushError(context, str("what matches ", regex_->pattern()));
        }
        return false;
    }

private:
    Constraint* cloneInto(void* place) const override { return new (place) Re2Constraint(*this); }

    std::size_t sizeOf() const override { return sizeof(Re2Constraint); }

    std::shared_ptr<const RE2> regex_;  ///< shared between clones
};

class Re2ConstraintBuilder final : public valijson::ConstraintBuilder {
public:
    valijson::constraints::Constraint* make(const valijson::adapters::Adapter& pattern
    ) const override {
        if (!pattern.isString()) {
            throw std::runtime_error("\"pattern\" must be a string");
        }
        return std::make_unique<Re2Constraint>(pattern.asString()).release();
    }
};

/// Takes out or renames what valijson must not see. A list of schemas is handled as its elements.
void strip(json::value& schema) {  // NOLINT(misc-no-recursion): as deep as the definition
    if (json::array* list = schema.if_array()) {
        for (json::value& element : *list) {
            strip(element);
        }
        return;
    }
    json::object* object = schema.if_object();
    if (object == nullptr) {
        return;
    }
    object->erase(re2_pattern);
    if (const json::value* pattern = object->if_contains("pattern")) {
        object->insert_or_assign(re2_pattern, json::value(*pattern));
        object->erase("pattern");
    }
    object->erase("format");
    object->erase("$schema");
    for (const std::string_view key : schemas) {
        if (json::value* below = object->if_contains(key)) {
            strip(*below);
        }
    }
    for (const std::string_view key : maps_of_schemas) {
        json::value* map = object->if_contains(key);
        if (map == nullptr || !map->is_object()) {
            continue;
        }
        for (auto& member : map->get_object()) {
            strip(member.value());
        }
    }
}

/// valijson takes a number for one only if it is an int64 or a double.
void make_signed(json::value& value) {  // NOLINT(misc-no-recursion): as deep as a value may be
    if (const std::uint64_t* number = value.if_uint64()) {
        constexpr auto max = std::numeric_limits<std::int64_t>::max();
        value = static_cast<std::int64_t>(std::min<std::uint64_t>(*number, max));
    } else if (json::array* list = value.if_array()) {
        for (json::value& element : *list) {
            make_signed(element);
        }
    } else if (json::object* object = value.if_object()) {
        for (auto& member : *object) {
            make_signed(member.value());
        }
    }
}

SchemaError::Kind kind_of(std::string_view words) {
    if (words.starts_with("Missing required property")) {
        return SchemaError::Kind::missing;
    }
    if (words.starts_with("Missing dependency")) {
        return SchemaError::Kind::needed;
    }
    if (words.starts_with("Object contains a property that could not be validated")) {
        return SchemaError::Kind::unwanted;
    }
    if (words.starts_with("Value type not permitted")) {
        return SchemaError::Kind::type;
    }
    // The number of elements or keys is known even where their values are not.
    if (words.starts_with("Array should contain") || words.starts_with("Object should have")) {
        return SchemaError::Kind::type;
    }
    for (const std::string_view inner :
         {"Failed to validate item",
          "Failed to validate against schema associated",
          "Failed to validate against additional",
          "Failed to validate against child schema",
          "Failed to validate against a conditional"}) {
        if (words.starts_with(inner)) {
            return SchemaError::Kind::inner;
        }
    }
    return SchemaError::Kind::value;
}

/// "<root>", then "[name]" for each step.
std::vector<std::string> path_of(const std::vector<std::string>& context) {
    std::vector<std::string> path;
    for (std::size_t i = 1; i < context.size(); ++i) {
        path.push_back(context[i].substr(1, context[i].size() - 2));
    }
    return path;
}

std::string between_quotes(std::string_view words) {
    const std::size_t from = words.find('\'');
    const std::size_t to = words.rfind('\'');
    return from == std::string_view::npos || to <= from
               ? std::string()
               : std::string(words.substr(from + 1, to - from - 1));
}

}  // namespace

struct SchemaValidator::Compiled {
    json::value schema;
    valijson::Schema parsed;
};

Result<SchemaValidator> SchemaValidator::compile(const json::value& schema) {
    auto compiled = std::make_shared<Compiled>();
    compiled->schema = schema;
    strip(compiled->schema);
    make_signed(compiled->schema);
    try {
        const valijson::adapters::BoostJsonAdapter adapter(compiled->schema);
        valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
        parser.addConstraintBuilder(
            re2_pattern,
            std::make_unique<Re2ConstraintBuilder>().release()
        );
        parser.populateSchema(adapter, compiled->parsed);
    } catch (const std::exception& error) {
        return fail(ErrorCode::invalid_argument, error.what());
    }
    SchemaValidator out;
    out.compiled_ = std::move(compiled);
    return out;
}

Result<std::vector<SchemaError>> SchemaValidator::check(json::value instance) const {
    std::vector<SchemaError> out;
    make_signed(instance);
    try {
        valijson::Validator validator(valijson::Validator::kStrongTypes);
        const valijson::adapters::BoostJsonAdapter target(instance);
        valijson::ValidationResults results;
        if (validator.validate(compiled_->parsed, target, &results)) {
            return out;
        }
        valijson::ValidationResults::Error error;
        while (results.popError(error)) {
            const SchemaError::Kind kind = kind_of(error.description);
            const bool names =
                kind == SchemaError::Kind::missing || kind == SchemaError::Kind::needed;
            out.push_back(
                {.kind = kind,
                 .path = path_of(error.context),
                 .detail = names ? between_quotes(error.description) : error.description}
            );
        }
    } catch (const std::exception& error) {
        return fail(ErrorCode::internal, str("the JSON Schema library failed: ", error.what()));
    }
    if (out.empty()) {
        out.push_back({.kind = SchemaError::Kind::value, .path = {}, .detail = "not allowed here"});
    }
    return out;
}

}  // namespace hal9::definition::detail
