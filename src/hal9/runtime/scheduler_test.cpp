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
    // A step within the quantum of 2 ms, and one that takes more than it and is owed for.
    for (const Duration step_of_a :
         {std::chrono::microseconds(1'000), std::chrono::microseconds(7'000)}) {
        Scheduler scheduler({std::chrono::milliseconds(2), std::chrono::seconds(10)});
        for (std::int64_t i = 0; i < 10'000; ++i) {
            scheduler.add(a, {{i}, 5, 0, start});
            scheduler.add(b, {{i}, 5, 0, start});
        }
        Duration time_a{};
        Duration time_b{};
        for (int i = 0; i < 5'000; ++i) {
            const auto pick = scheduler.pick(start);
            const Duration cost =
                pick->organization == a ? step_of_a : Duration(std::chrono::microseconds(50));
            (pick->organization == a ? time_a : time_b) += cost;
            scheduler.charge(pick->organization, cost);
        }
        EXPECT_NEAR(
            static_cast<double>(time_a.count()) / static_cast<double>(time_b.count()),
            1.0,
            0.1
        );
    }
}

TEST(SchedulerTest, WhoComesWaitsForOneTurnOfEachOther) {
    const Duration quantum = std::chrono::milliseconds(2);
    Scheduler scheduler({quantum, std::chrono::seconds(10)});
    constexpr std::uint32_t others = 4;
    for (std::int64_t i = 0; i < 100; ++i) {
        for (std::uint32_t o = 2; o < 2 + others; ++o) {
            scheduler.add({o}, {{i}, 5, 0, start});
        }
    }
    const Duration step = std::chrono::microseconds(100);
    scheduler.charge(scheduler.pick(start)->organization, step);
    scheduler.add(a, {{1}, 5, 0, start});
    Duration waited{};
    for (auto pick = scheduler.pick(start); pick->organization != a; pick = scheduler.pick(start)) {
        scheduler.charge(pick->organization, step);
        waited += step;
    }
    EXPECT_LE(waited, others * quantum);
}

/// Organisations that come and go, with steps of chance, and how long each has to wait.
class Crowd {
public:
    explicit Crowd(Duration longest)
        : longest_(longest), random_(static_cast<std::uint64_t>(longest.count())) {}

    /// One step of one of them, after others may have come. Whether the bound is kept.
    bool step(std::int64_t number) {
        for (std::uint32_t o = 1; o <= organizations; ++o) {
            come(o, number);
        }
        const OrganizationId picked = scheduler_.pick(start)->organization;
        Waiting& own = waiting_.at(picked.value);
        // Others pay back, step by step, what it took of their time.
        const bool kept = own.so_far <= (organizations - 1) * (quantum + longest_ + own.debt);
        const Duration cost(static_cast<std::int64_t>(
            random_.below(static_cast<std::uint64_t>(longest_.count()) + 1)
        ));
        for (Waiting& each : waiting_) {
            each.so_far += cost;
        }
        scheduler_.charge(picked, cost);
        own = {Duration(0), scheduler_.debt(picked)};
        return kept;
    }

private:
    static constexpr std::uint32_t organizations = 5;
    static constexpr Duration quantum = std::chrono::milliseconds(2);

    struct Waiting {
        Duration so_far{};
        Duration debt{};  ///< when it began to wait
    };

    /// Three always have work, two now and then.
    void come(std::uint32_t o, std::int64_t number) {
        const bool wants = o <= 3 ? scheduler_.size({o}) < 2 : random_.chance(0.02);
        if (!wants) {
            return;
        }
        if (scheduler_.size({o}) == 0) {
            waiting_.at(o) = {Duration(0), scheduler_.debt({o})};
        }
        scheduler_.add({o}, {{number}, 5, 0, start});
    }

    Duration longest_;
    SeededRandom random_;
    Scheduler scheduler_{{quantum, std::chrono::seconds(10)}};
    std::array<Waiting, organizations + 1> waiting_{};
};

TEST(SchedulerTest, NobodyWaitsLongerThanAQuantumAndAStepOfEachOther) {
    for (const std::int64_t longest_us : {500, 2'000, 5'000, 20'000}) {
        Crowd crowd{Duration(longest_us)};
        for (std::int64_t i = 0; i < 20'000; ++i) {
            ASSERT_TRUE(crowd.step(i)) << longest_us << ", step " << i;
        }
    }
}

TEST(SchedulerTest, WhileNobodyElseHasWorkDebtStopsNobody) {
    Scheduler scheduler;
    for (std::int64_t i = 0; i < 3; ++i) {
        scheduler.add(a, {{i}, 5, 0, start});
        EXPECT_EQ(scheduler.pick(start)->ready.signal.value, i);
        scheduler.charge(a, std::chrono::hours(1));
    }
}

TEST(SchedulerTest, AnIdleOrganisationSavesNoCredit) {
    const Duration quantum = std::chrono::milliseconds(2);
    Scheduler scheduler({quantum, std::chrono::seconds(10)});
    for (std::int64_t i = 0; i < 1'000; ++i) {
        scheduler.add(a, {{i}, 5, 0, start});
    }
    // b comes for a step that costs nothing, and goes again, many times.
    for (std::int64_t i = 0; i < 50; ++i) {
        scheduler.add(b, {{i}, 5, 0, start});
        while (scheduler.size(b) > 0) {
            const auto pick = scheduler.pick(start);
            scheduler.charge(pick->organization, pick->organization == a ? quantum : Duration(0));
        }
        scheduler.charge(scheduler.pick(start)->organization, quantum);
        ASSERT_EQ(scheduler.size(b), 0U);
    }
    for (std::int64_t i = 0; i < 1'000; ++i) {
        scheduler.add(b, {{i}, 5, 0, start});
    }
    // Then it wants as much as it can get, and gets a quantum a turn.
    const Duration step = std::chrono::microseconds(100);
    std::int64_t in_a_row = 0;
    std::int64_t most_in_a_row = 0;
    for (int i = 0; i < 500; ++i) {
        const auto pick = scheduler.pick(start);
        scheduler.charge(pick->organization, step);
        in_a_row = pick->organization == b ? in_a_row + 1 : 0;
        most_in_a_row = std::max(most_in_a_row, in_a_row);
    }
    EXPECT_EQ(most_in_a_row, quantum / step);
}

}  // namespace
}  // namespace hal9::runtime
