// KindSchemas: what the kinds say of themselves, read and compiled once for all neurons of a kind.
#pragma once

#include "hal9/base/json.hpp"
#include "hal9/definition/detail/schema_validator.hpp"
#include "hal9/definition/detail/shape.hpp"
#include "hal9/model/kind.hpp"

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace hal9::definition::detail {

/// What a kind emits, as its output schema says.
struct KindOutput {
    enum class Source : std::uint8_t {
        schema,    ///< what `shape` says
        payload,   ///< its payload
        setting,   ///< the value of `setting`, or its payload without it
        elements,  ///< the elements of `setting`, those that are no objects as {value: ELEMENT}
    };
    Source source = Source::schema;
    std::string setting;
    ShapePtr shape;
};

struct KindSchema {
    json::value settings;
    SchemaValidator validator;  ///< of `settings`
    bool routes = false;        ///< a setting names neurons of `forward`
    KindOutput output;
};

class KindSchemas {
public:
    /// Compiled at its first use. `internal` when the kind itself is wrong.
    [[nodiscard]] Result<const KindSchema*> of(const KindDescription& kind);

private:
    std::map<const KindDescription*, Result<std::unique_ptr<const KindSchema>>> schemas_;
};

/// Whether a schema marks the value as the name of a neuron in `forward`.
[[nodiscard]] bool names_a_neuron(const json::object& schema);

}  // namespace hal9::definition::detail
