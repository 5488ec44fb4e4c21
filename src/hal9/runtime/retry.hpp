// Retry: whether and when a failed attempt is followed by another (signals.md section 5).
//
// Exponential backoff with full jitter (Brooker, "Exponential Backoff And Jitter", 2015): the pause
// is uniform in [0, min(max, base * 2^attempt)], which spreads a herd of failures best.
#pragma once

#include "hal9/base/clock.hpp"
#include "hal9/base/random.hpp"
#include "hal9/definition/network.hpp"

namespace hal9::runtime {

/// The pause before attempt `attempt + 1`, where `attempt` counts from 0 and has just failed.
[[nodiscard]] Duration
backoff(const definition::RetryPolicy& policy, std::uint16_t attempt, Random& random);

}  // namespace hal9::runtime
