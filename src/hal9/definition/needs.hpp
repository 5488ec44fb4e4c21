// Needs: what the neurons of a network ask of the machine, against what a node offers.
//
// Checked where a definition is applied or run. Nothing is measured or set aside: a step may use
// more than its neuron says.
#pragma once

#include "hal9/definition/network.hpp"
#include "hal9/definition/parse.hpp"
#include "hal9/model/limits.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hal9::definition {

/// The most that a node can say it offers.
inline constexpr std::uint64_t offered_memory_max = 1ULL << 50U;
inline constexpr double offered_cpus_max = 100'000;

/// At first all there can be, but for tags.
struct Offer {
    std::uint64_t memory_bytes = offered_memory_max;
    double cpus = offered_cpus_max;
    std::vector<std::string> tags;
};

/// What no step of the network's neurons would have, at its place in the text that the network was
/// made from; nothing when all is offered.
[[nodiscard]] std::vector<Fault> unmet_needs(
    const Network& network,
    std::string_view text,
    const Offer& offer,
    const Limits& limits
);

}  // namespace hal9::definition
