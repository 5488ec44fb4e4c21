#include "hal9/definition/detail/kind_schemas.hpp"

#include "hal9/base/text.hpp"

#include <utility>

namespace hal9::definition::detail {
namespace {

constexpr std::string_view neuron_mark = "x-neuron";

KindOutput read_output(const json::value& schema) {
    KindOutput out{.shape = shape_of_schema(schema)};
    const json::object* object = schema.if_object();
    if (object == nullptr) {
        return out;
    }
    if (object->contains("x-payload")) {
        out.source = KindOutput::Source::payload;
    }
    for (const auto& [word, source] :
         {std::pair("x-setting", KindOutput::Source::setting),
          std::pair("x-elements", KindOutput::Source::elements)}) {
        const json::value* name = object->if_contains(word);
        if (name != nullptr && name->is_string()) {
            out.source = source;
            out.setting = name->get_string();
        }
    }
    return out;
}

Result<std::unique_ptr<const KindSchema>> compile(const KindDescription& kind) {
    HAL9_TRY(json::value settings, parse_json(kind.settings_schema));
    HAL9_TRY(SchemaValidator validator, SchemaValidator::compile(settings));
    HAL9_TRY(const json::value output, parse_json(kind.output_schema));
    return std::make_unique<const KindSchema>(KindSchema{
        .settings = std::move(settings),
        .validator = std::move(validator),
        .routes = kind.settings_schema.find(neuron_mark) != std::string::npos,
        .output = read_output(output),
    });
}

}  // namespace

Result<const KindSchema*> KindSchemas::of(const KindDescription& kind) {
    auto known = schemas_.find(&kind);
    if (known == schemas_.end()) {
        known = schemas_.emplace(&kind, compile(kind)).first;
    }
    const auto& schema = known->second;
    if (!schema) {
        return fail(
            ErrorCode::internal,
            str("the kind ",
                kind.name,
                " has a broken schema, a bug of HAL9: ",
                schema.error().message)
        );
    }
    return schema->get();
}

bool names_a_neuron(const json::object& schema) {
    return schema.contains(neuron_mark);
}

}  // namespace hal9::definition::detail
