// Features: which parts of the language a case uses, so that a test can say that none is left
// out of the generated ones.
#pragma once

#include "sim/language/interpreter.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>

namespace hal9::sim::language {

/// Names as in the page of the language: "then as", "combine sum", "kind fail", "when matches".
[[nodiscard]] std::set<std::string> features_of(const Case& story);

/// All that generated networks must have; each in at least one of twenty.
[[nodiscard]] std::span<const std::string_view> wanted_features();

/// How many networks have which feature.
struct Shares {
    std::uint64_t networks = 0;
    std::map<std::string, std::uint64_t> with;

    void add(const std::set<std::string>& features);
    [[nodiscard]] double of(std::string_view feature) const;
};

/// A line for each wanted feature: its name and per cent of the networks.
[[nodiscard]] std::string to_text(const Shares& shares);

}  // namespace hal9::sim::language
