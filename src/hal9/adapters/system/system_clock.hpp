// SystemClock: the machine's own clocks (CLOCK_REALTIME and CLOCK_MONOTONIC).
#pragma once

#include "hal9/base/clock.hpp"

namespace hal9::adapters {

class SystemClock final : public Clock {
public:
    [[nodiscard]] Now now() const override;
};

}  // namespace hal9::adapters
