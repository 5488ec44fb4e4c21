#include "hal9/runtime/timers.hpp"

#include "hal9/runtime/retry.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace hal9::runtime {
namespace {

TEST(TimersTest, FireInOrderOfTimeAndThenOfSetting) {
    Timers timers;
    timers.set({30}, TimerKind::ready, {3});
    timers.set({10}, TimerKind::ready, {1});
    timers.set({10}, TimerKind::deadline, {2});
    EXPECT_EQ(timers.next_due(), (SteadyTime{10}));
    EXPECT_FALSE(timers.pop_due({9}).has_value());
    EXPECT_EQ(timers.pop_due({30})->signal.value, 1);
    EXPECT_EQ(timers.pop_due({30})->signal.value, 2);
    EXPECT_EQ(timers.pop_due({30})->signal.value, 3);
    EXPECT_FALSE(timers.next_due().has_value());
}

TEST(TimersTest, SerialsTellALaterTimerFromAnEarlierOne) {
    Timers timers;
    const auto first = timers.set({10}, TimerKind::ready, {1});
    const auto second = timers.set({5}, TimerKind::ready, {1});
    EXPECT_LT(first, second);
    EXPECT_EQ(timers.pop_due({10})->serial, second);
}

TEST(RetryTest, BackoffDoublesUpToItsBound) {
    const definition::RetryPolicy policy{
        10,
        std::chrono::milliseconds(100),
        std::chrono::milliseconds(500)
    };
    SeededRandom random(3);
    for (std::uint16_t attempt = 0; attempt < 20; ++attempt) {
        const Duration bound = std::min<Duration>(
            policy.max,
            policy.base * (1LL << std::min<std::uint16_t>(attempt, 10))
        );
        for (int i = 0; i < 50; ++i) {
            const Duration pause = backoff(policy, attempt, random);
            EXPECT_GE(pause.count(), 0);
            EXPECT_LE(pause, bound);
        }
    }
}

TEST(RetryTest, JitterUsesTheWholeRange) {
    const definition::RetryPolicy policy{4, std::chrono::seconds(1), std::chrono::seconds(1)};
    SeededRandom random(5);
    int low = 0;
    for (int i = 0; i < 1'000; ++i) {
        low += backoff(policy, 0, random) < std::chrono::milliseconds(500) ? 1 : 0;
    }
    EXPECT_GT(low, 400);
    EXPECT_LT(low, 600);
}

}  // namespace
}  // namespace hal9::runtime
