// The network that the spine benchmarks run: three layers, 256-byte payloads and results.
#pragma once

#include "hal9/ports/kind.hpp"

#include <memory>
#include <string>
#include <vector>

namespace hal9::bench {

/// root: `branches` children; each: `leaves` children; a leaf answers 256 bytes.
struct SpineShape {
    std::uint32_t branches = 200;
    std::uint32_t leaves = 250;

    [[nodiscard]] std::uint64_t signals() const {
        return 1 + branches + std::uint64_t{branches} * leaves;
    }
};

/// bench.many (emits `count` payloads of 256 bytes) and bench.one (answers 256 bytes).
[[nodiscard]] std::vector<std::unique_ptr<Kind>> make_bench_kinds();
[[nodiscard]] std::string spine_definition(const SpineShape& shape);
/// A JSON text of 256 bytes.
[[nodiscard]] json::value body_of_256_bytes(std::uint64_t number);

}  // namespace hal9::bench
