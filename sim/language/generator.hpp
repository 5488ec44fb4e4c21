// Generator: random networks of the whole language, with inputs, from a seed.
//
// A network grows from its start along one sample payload: each neuron is written with what it will
// be given in view, its children grow from what it emits, and `combine` and `then` from what they
// returned. So pointers mostly lead somewhere and predicates mostly decide something, without a
// theory of types. Edges only lead to neurons that are already grown, so there is no cycle.
#pragma once

#include "sim/language/interpreter.hpp"

#include <cstdint>

namespace hal9::sim::language {

struct Generated {
    Case story;
    Allowed allowed;
};

/// One that the interpreter can follow and that may be applied. The same for the same seed.
[[nodiscard]] Generated generate(std::uint64_t seed);

/// The same, but that the checks of connections may refuse it: some ${} in it can never be filled.
[[nodiscard]] Generated generate_unchecked(std::uint64_t seed);

}  // namespace hal9::sim::language
