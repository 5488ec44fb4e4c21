// KindWriter: a random kind of neuron with settings that suit a sample payload.
#pragma once

#include "sim/language/reference_kinds.hpp"
#include "sim/language/writer.hpp"

#include <string>

namespace hal9::sim::language {

struct WrittenKind {
    std::string kind;
    json::object settings;
};

[[nodiscard]] WrittenKind write_kind(Writer& writer, const json::value& sample);

}  // namespace hal9::sim::language
