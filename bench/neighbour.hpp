// What one organisation feels while another one works off a fan-out of a million.
#pragma once

#include <cstddef>
#include <string>

namespace hal9::bench {

/// Milliseconds from the request of a run of one signal to its durable end.
struct NeighbourDelays {
    std::size_t runs = 0;
    double p50_ms = 0;
    double p99_ms = 0;
    double alone_p50_ms = 0;  ///< on the same node, before the fan-out
    double alone_p99_ms = 0;
};

/// `fan_out` is the definition, `input` its payload as JSON; the store is made in `directory`.
[[nodiscard]] NeighbourDelays measure_neighbour(
    const std::string& directory,
    const std::string& fan_out,
    const std::string& input
);

}  // namespace hal9::bench
