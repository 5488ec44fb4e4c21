#include "hal9/adapters/system/system_clock.hpp"

#include <gtest/gtest.h>

namespace hal9::adapters {
namespace {

TEST(SystemClock, WallTimeIsMicrosecondsSince1970) {
    const WallTime year_2020{1'577'836'800'000'000};
    const WallTime year_2200{7'258'118'400'000'000};
    const Now now = SystemClock().now();
    EXPECT_GT(now.wall, year_2020);
    EXPECT_LT(now.wall, year_2200);
}

TEST(SystemClock, SteadyTimeNeverGoesBack) {
    const SystemClock clock;
    SteadyTime before = clock.now().steady;
    for (int i = 0; i < 1'000; ++i) {
        const SteadyTime after = clock.now().steady;
        ASSERT_GE(after, before);
        before = after;
    }
}

}  // namespace
}  // namespace hal9::adapters
