// KindDescription: what a kind of neuron says about itself.
//
// The language checks definitions against it, `hal9 network schema` prints it, and the runtime
// chooses how to call the handler by it. The code behind a kind is in neurons/ (ports/kind.hpp).
#pragma once

#include "hal9/base/json.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace hal9 {

enum class Emits : std::uint8_t { none, one, many };
enum class HandlerForm : std::uint8_t { pure, asynchronous };

struct KindDescription {
    std::string name;     ///< "text.split"
    std::string summary;  ///< one line
    /// JSON Schema (draft 7) of `settings`, as text. Every string may hold ${} unless its schema
    /// says `"x-template": false`. `"x-pattern": true` marks an RE2 pattern, `"x-neuron": true` the
    /// name of a neuron in `forward`, `"x-predicate": true` a predicate of the language,
    /// `"x-schema": true` a JSON Schema.
    std::string settings_schema;
    /// JSON Schema of what it emits; "{}" where anything may come. `"x-payload": true`: its
    /// payload, `"x-setting": NAME`: what that setting says, or its payload where that is left out,
    /// `"x-elements": NAME`: each element of the list in that setting, one that is no object as
    /// {value: ELEMENT}. Nothing else is ever emitted: definitions are checked against it.
    std::string output_schema;
    /// Says it more narrowly, by settings as a definition has them: texts in which ${ stands are
    /// not known before the call. nullptr: output_schema is all there is to say.
    json::value (*output_of)(const json::object& settings) = nullptr;
    Emits emits = Emits::one;
    HandlerForm form = HandlerForm::pure;
    std::string capability;      ///< class of capability it needs, "" for none
    bool keyed = false;          ///< works on the state of a key: its neurons need `key`
    std::uint32_t revision = 1;  ///< raised when the same input may give another output
};

/// All kinds of this binary, sorted by name. Whoever makes it outlives who holds it.
using KindCatalog = std::span<const KindDescription>;

[[nodiscard]] inline const KindDescription* find_kind(KindCatalog kinds, std::string_view name) {
    for (const KindDescription& kind : kinds) {
        if (kind.name == name) {
            return &kind;
        }
    }
    return nullptr;
}

}  // namespace hal9
