#include "hal9/runtime/timers.hpp"

#include "hal9/runtime/retry.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>

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

TEST(TimersTest, WhatNobodyWaitsForDoesNotPileUp) {
    Timers timers;
    std::map<std::int64_t, std::uint64_t> wanted;  // the serial that counts, by signal
    std::size_t most = 0;
    std::size_t looks = 0;
    const auto is_wanted = [&](const Timer& timer) {
        ++looks;
        const auto found = wanted.find(timer.signal.value);
        return found != wanted.end() && found->second == timer.serial;
    };
    // Four steps at once, each with a timeout in a minute and done long before.
    for (std::int64_t i = 0; i < 200'000; ++i) {
        wanted[i] = timers.set({60'000'000 + i}, TimerKind::timeout, {i});
        wanted.erase(i - 4);
        if (timers.is_crowded()) {
            timers.keep_only(is_wanted);
            ASSERT_EQ(timers.size(), wanted.size());
        }
        most = std::max(most, timers.size());
    }
    EXPECT_LE(most, 1'100U);
    EXPECT_LE(looks, 2 * 200'000U);
    timers.keep_only(is_wanted);
    for (std::int64_t i = 200'000 - 4; i < 200'000; ++i) {
        EXPECT_EQ(timers.pop_due({INT64_MAX})->signal.value, i);
    }
}

TEST(TimersTest, ThoseThatAreWantedStayInOrder) {
    Timers timers;
    for (std::int64_t i = 0; i < 3'000; ++i) {
        timers.set({3'000 - i}, TimerKind::ready, {i});
        timers.set({10'000}, TimerKind::deadline, {i % 2});  // the same again and again
    }
    ASSERT_TRUE(timers.is_crowded());
    timers.keep_only([](const Timer& timer) { return timer.signal.value % 3 == 0; });
    EXPECT_FALSE(timers.is_crowded());
    EXPECT_EQ(timers.size(), 1'001U);
    SteadyTime last{};
    for (int i = 0; i < 1'000; ++i) {
        const auto timer = timers.pop_due({5'000});
        ASSERT_TRUE(timer.has_value());
        EXPECT_GT(timer->due, last);
        last = timer->due;
    }
    EXPECT_EQ(timers.next_due(), (SteadyTime{10'000}));
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
