#include "hal9/runtime/delivery.hpp"

#include <gtest/gtest.h>

namespace hal9::runtime {
namespace {

constexpr WallTime now{1'000'000'000};

struct DeliveryTest : testing::Test {
    DeliveryState state{SignalStatus::ready, 0, 0, 4, {}};
    DeliveryPolicy policy{
        {4, std::chrono::milliseconds(100), std::chrono::seconds(10)},
        definition::OnExhausted::fail,
    };
    SeededRandom random{1};

    DeliveryAction on(const DeliveryEvent& event) {
        return decide(state, event, policy, now, random);
    }

    DeliveryAction on_failure(ErrorCode code) {
        return on(event::AttemptFailed{Error(code, "it failed")});
    }
};

TEST_F(DeliveryTest, AReturnCompletes) {
    EXPECT_TRUE(std::holds_alternative<action::Complete>(on(event::Returned{})));
}

TEST_F(DeliveryTest, EmittedChildrenAreAwaited) {
    EXPECT_EQ(std::get<action::AwaitChildren>(on(event::Emitted{7})).pending, 7U);
}

TEST_F(DeliveryTest, ARetryableFailureIsTriedAgainWithinItsBackoff) {
    const auto again = std::get<action::Again>(on_failure(ErrorCode::unavailable));
    EXPECT_EQ(again.attempt, 1);
    EXPECT_EQ(again.phase, 0);
    EXPECT_GE(again.not_before, now);
    EXPECT_LE(again.not_before, now + std::chrono::milliseconds(100));
    EXPECT_EQ(again.error->code, ErrorCode::unavailable);
}

TEST_F(DeliveryTest, AFailureThatARetryCannotMendFailsAtOnce) {
    EXPECT_EQ(
        std::get<action::Fail>(on_failure(ErrorCode::invalid_argument)).error.code,
        ErrorCode::invalid_argument
    );
}

TEST_F(DeliveryTest, TheLastAttemptsErrorGoesUp) {
    state.attempt = 3;
    EXPECT_TRUE(std::holds_alternative<action::Fail>(on_failure(ErrorCode::unavailable)));
}

TEST_F(DeliveryTest, TheLastAttemptParksWhereTheNeuronSaysSo) {
    state.attempt = 3;
    policy.on_exhausted = definition::OnExhausted::park;
    EXPECT_EQ(std::get<action::Park>(on_failure(ErrorCode::unavailable)).attempt, 4);
}

TEST_F(DeliveryTest, AReplayThatDiffersIsParkedWhateverTheNeuronSays) {
    EXPECT_TRUE(std::holds_alternative<action::Park>(on_failure(ErrorCode::nondeterministic)));
}

TEST_F(DeliveryTest, NoAttemptIsPlannedBehindTheDeadline) {
    state.deadline = now + std::chrono::microseconds(1);
    state.attempt = 2;
    int failed = 0;
    for (int i = 0; i < 20; ++i) {
        failed += std::holds_alternative<action::Fail>(on_failure(ErrorCode::timeout)) ? 1 : 0;
    }
    EXPECT_GE(failed, 19);
}

TEST_F(DeliveryTest, AWaitBeginsANewPhaseWithAllItsAttempts) {
    state.attempt = 2;
    const WallTime until = now + std::chrono::hours(1);
    const auto again = std::get<action::Again>(on(event::WaitAsked{until}));
    EXPECT_EQ(again.phase, 1);
    EXPECT_EQ(again.attempt, 0);
    EXPECT_EQ(again.attempts_allowed, 4);
    EXPECT_EQ(again.not_before, until);
}

TEST_F(DeliveryTest, AFailedJoinFailsWithTheChildsError) {
    state.status = SignalStatus::waiting;
    const auto failed =
        std::get<action::Fail>(on(event::JoinFailed{Error(ErrorCode::not_found, "the child's")}));
    EXPECT_EQ(failed.error.message, "the child's");
}

TEST_F(DeliveryTest, ARedriveCountsAsAFailureAndAllowsMore) {
    state = {SignalStatus::parked, 2, 4, 4, {}};
    const auto again = std::get<action::Again>(on(event::Redriven{}));
    EXPECT_EQ(again.phase, 2);
    EXPECT_EQ(again.attempt, 5);
    EXPECT_EQ(again.attempts_allowed, 9);
    EXPECT_EQ(again.not_before, WallTime{});
}

TEST_F(DeliveryTest, DiscardFailsAParkedSignal) {
    state.status = SignalStatus::parked;
    const Error error = std::get<action::Fail>(on(event::Discarded{"no such host"})).error;
    EXPECT_EQ(error.code, ErrorCode::cancelled);
    EXPECT_EQ(error.message, "discarded by an operator: no such host");
}

TEST_F(DeliveryTest, APassedDeadlineEndsEveryUnfinishedStatus) {
    for (const auto status : {SignalStatus::ready, SignalStatus::waiting, SignalStatus::parked}) {
        state.status = status;
        EXPECT_EQ(
            std::get<action::Fail>(on(event::DeadlinePassed{})).error.code,
            ErrorCode::deadline_exceeded
        );
    }
}

TEST_F(DeliveryTest, WhatCannotHappenTripsAnAssertion) {
    state.status = SignalStatus::waiting;
    EXPECT_DEATH((void)on(event::Returned{}), "assertion failed");
}

}  // namespace
}  // namespace hal9::runtime
