// SystemRandom: chance for jitter and public ids, seeded once by the kernel. Predictable to whoever
// sees enough of its output, so never for keys or tokens.
#pragma once

#include "hal9/base/random.hpp"

#include <cstdint>

namespace hal9::adapters {

/// Thread: one at a time.
class SystemRandom final : public Random {
public:
    SystemRandom();

    [[nodiscard]] std::uint64_t next() override { return numbers_.next(); }

private:
    SeededRandom numbers_;
};

}  // namespace hal9::adapters
