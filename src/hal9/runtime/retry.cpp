#include "hal9/runtime/retry.hpp"

#include <algorithm>

namespace hal9::runtime {

Duration backoff(const definition::RetryPolicy& policy, std::uint16_t attempt, Random& random) {
    Duration bound = policy.base;
    for (std::uint16_t i = 0; i < attempt && bound < policy.max; ++i) {
        bound = bound > policy.max / 2 ? policy.max : bound * 2;
    }
    bound = std::min(bound, policy.max);
    return Duration(
        static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(bound.count()) + 1))
    );
}

}  // namespace hal9::runtime
