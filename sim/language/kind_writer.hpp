// KindWriter: a random kind of neuron with settings that suit a sample payload.
#pragma once

#include "sim/language/reference_kinds.hpp"
#include "sim/language/writer.hpp"

#include <optional>
#include <string>

namespace hal9::sim::language {

struct WrittenKind {
    std::string kind;
    json::object settings;
    std::optional<json::value> emits;  ///< for the sample, where another run says what
};

/// Another network, with an input for it and what it makes of that.
struct Callee {
    std::string name;
    json::object input;
    json::value result;
};

[[nodiscard]] WrittenKind
write_call(Writer& writer, const Callee& callee, const json::value& sample);

/// One that changes the state that others left behind, and tells what became of it.
[[nodiscard]] WrittenKind write_counter(Writer& writer, const json::value& sample);

[[nodiscard]] WrittenKind write_kind(Writer& writer, const json::value& sample);

}  // namespace hal9::sim::language
