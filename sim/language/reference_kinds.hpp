// Reference kinds: what each kind of neuron emits, written a second time in the most obvious way.
//
// Patterns are std::regex here and RE2 there; the generator only writes those that mean the same
// in both. Kinds that wait for others (people, messages, runs) are the interpreter's business.
#pragma once

#include "hal9/base/json.hpp"
#include "hal9/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hal9::sim::language {

struct ReferenceCall {
    std::string kind;
    json::object settings;  ///< filled in
    json::value payload;
    json::value state;  ///< of its key; null where there is none
    std::uint32_t ordinal = 0;
    std::uint32_t attempt = 0;
};

struct Emitted {
    json::value value;
    std::string to;  ///< the one neuron it goes to, where the kind says so
};

/// One attempt.
[[nodiscard]] Result<std::vector<Emitted>> emit(const ReferenceCall& call);

[[nodiscard]] bool emits_many(std::string_view kind);

}  // namespace hal9::sim::language
