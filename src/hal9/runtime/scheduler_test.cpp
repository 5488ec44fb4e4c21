#include "hal9/runtime/scheduler.hpp"

#include "hal9/base/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace hal9::runtime {
namespace {

constexpr OrganizationId a{1};
constexpr OrganizationId b{2};
constexpr SteadyTime start{0};

std::vector<std::int64_t> drain(Scheduler& scheduler, SteadyTime now = start) {
    std::vector<std::int64_t> order;
    while (const auto pick = scheduler.pick(now)) {
        order.push_back(pick->ready.signal.value);
    }
    return order;
}

TEST(SchedulerTest, GivesNothingWhenNothingIsReady) {
    Scheduler scheduler;
    EXPECT_FALSE(scheduler.pick(start).has_value());
}

TEST(SchedulerTest, HigherPriorityFirstThenDeeperThenOlder) {
    Scheduler scheduler;
    scheduler.add(a, {{1}, 5, 1, start});
    scheduler.add(a, {{2}, 5, 3, start});
    scheduler.add(a, {{3}, 5, 3, start});
    scheduler.add(a, {{4}, 9, 0, start});
    EXPECT_EQ(drain(scheduler), (std::vector<std::int64_t>{4, 2, 3, 1}));
}

TEST(SchedulerTest, WaitingLongIsWorthPriority) {
    Scheduler scheduler({std::chrono::milliseconds(2), std::chrono::seconds(10)});
    scheduler.add(a, {{1}, 3, 0, start});
    const SteadyTime later = start + std::chrono::seconds(61);
    scheduler.add(a, {{2}, 8, 0, later});
    EXPECT_EQ(drain(scheduler, later), (std::vector<std::int64_t>{1, 2}));
}

TEST(SchedulerTest, AgeingEndsAtTheHighestPriority) {
    Scheduler scheduler({std::chrono::milliseconds(2), std::chrono::seconds(10)});
    scheduler.add(a, {{1}, 1, 0, start});
    const SteadyTime later = start + std::chrono::hours(1);
    scheduler.add(a, {{2}, 9, 4, later});
    // Equal now, so the deeper one goes first.
    EXPECT_EQ(drain(scheduler, later), (std::vector<std::int64_t>{2, 1}));
}

TEST(SchedulerTest, OrganisationsGetEqualTimeWhateverTheirStepsCost) {
    Scheduler scheduler({std::chrono::milliseconds(2), std::chrono::seconds(10)});
    for (std::int64_t i = 0; i < 10'000; ++i) {
        scheduler.add(a, {{i}, 5, 0, start});
        scheduler.add(b, {{i}, 5, 0, start});
    }
    Duration time_a{};
    Duration time_b{};
    for (int i = 0; i < 5'000; ++i) {
        const auto pick = scheduler.pick(start);
        const Duration cost = std::chrono::microseconds(pick->organization == a ? 1'000 : 50);
        (pick->organization == a ? time_a : time_b) += cost;
        scheduler.charge(pick->organization, cost);
    }
    EXPECT_NEAR(
        static_cast<double>(time_a.count()) / static_cast<double>(time_b.count()),
        1.0,
        0.1
    );
}

TEST(SchedulerTest, NobodyWaitsLongerThanAQuantumAndAStepOfEachOther) {
    const Duration quantum = std::chrono::milliseconds(2);
    const Duration longest = std::chrono::milliseconds(5);
    SeededRandom random(7);
    Scheduler scheduler({quantum, std::chrono::seconds(10)});
    constexpr std::uint32_t organizations = 5;
    std::array<Duration, organizations + 1> waited{};
    for (std::int64_t i = 0; i < 2'000; ++i) {
        for (std::uint32_t o = 1; o <= organizations; ++o) {
            scheduler.add({o}, {{i}, 5, 0, start});
        }
    }
    Duration worst{};
    for (int i = 0; i < 2'000; ++i) {
        const auto pick = scheduler.pick(start);
        const Duration cost(
            static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(longest.count())))
        );
        scheduler.charge(pick->organization, cost);
        for (std::uint32_t o = 1; o <= organizations; ++o) {
            waited[o] = pick->organization.value == o ? Duration(0) : waited[o] + cost;
            worst = std::max(worst, waited[o]);
        }
    }
    // Debt of its own longest step may cost it that many further rounds.
    const auto rounds = 1 + longest / quantum;
    EXPECT_LE(worst, (organizations - 1) * rounds * (quantum + longest));
}

TEST(SchedulerTest, AnIdleOrganisationSavesNoCredit) {
    Scheduler scheduler;
    scheduler.add(b, {{1}, 5, 0, start});
    (void)scheduler.pick(start);
    for (std::int64_t i = 0; i < 100; ++i) {
        scheduler.add(a, {{i}, 5, 0, start});
    }
    for (int i = 0; i < 50; ++i) {
        scheduler.charge(scheduler.pick(start)->organization, std::chrono::milliseconds(1));
    }
    scheduler.add(b, {{1}, 5, 0, start});
    EXPECT_EQ(scheduler.size(), 51U);
    EXPECT_EQ(scheduler.size(b), 1U);
}

}  // namespace
}  // namespace hal9::runtime
