// Player: plays a case on the simulated machine, with a node, the real kinds, and trouble.
//
// The chaos seed says what goes wrong and when: crashes, failed syncs, a full disk, jumps of the
// clock, small limits. What people do is the plan's. A run has the same end under every chaos.
#pragma once

#include "sim/language/interpreter.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hal9::sim::language {

struct Played {
    std::optional<End> end;  ///< none where it did not get that far
    std::vector<std::string> violations;
    std::uint64_t events = 0;
    std::uint64_t crashes = 0;
    std::uint64_t decisions = 0;  ///< of the operator
};

/// `allowed` is what interpret() said of the case.
[[nodiscard]] Played play(const Case& story, const Allowed& allowed, std::uint64_t chaos);

}  // namespace hal9::sim::language
