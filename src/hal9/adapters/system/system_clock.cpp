#include "hal9/adapters/system/system_clock.hpp"

#include "hal9/base/check.hpp"

#include <cstdint>
#include <ctime>

namespace hal9::adapters {
namespace {

std::int64_t read_clock(clockid_t clock) {
    timespec time{};
    HAL9_ASSERT(clock_gettime(clock, &time) == 0);
    return std::int64_t{time.tv_sec} * 1'000'000 + time.tv_nsec / 1'000;
}

}  // namespace

Now SystemClock::now() const {
    return {.wall = {read_clock(CLOCK_REALTIME)}, .steady = {read_clock(CLOCK_MONOTONIC)}};
}

}  // namespace hal9::adapters
