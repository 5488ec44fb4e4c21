// Runner: one seed of the language: a generated network, what the rules allow, and what the runtime
// made of it under two different histories.
#pragma once

#include "sim/language/generator.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace hal9::sim::language {

struct LanguageReport {
    std::uint64_t seed = 0;
    Generated generated;
    std::vector<std::string> violations;
    bool completed = false;  ///< else it failed, as it should
    std::uint64_t events = 0;
    std::uint64_t crashes = 0;
    std::uint64_t decisions = 0;
};

[[nodiscard]] LanguageReport run_language(std::uint64_t seed);

/// Plays the case under histories from `chaos` on; what went wrong.
[[nodiscard]] std::vector<std::string> check_case(const Generated& generated, std::uint64_t chaos);

/// The case for people: networks, input, expectation.
[[nodiscard]] std::string to_text(const Generated& generated);

}  // namespace hal9::sim::language
