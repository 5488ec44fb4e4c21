#include "hal9/runtime/join.hpp"

#include <gtest/gtest.h>

namespace hal9::runtime {
namespace {

using Rule = definition::OnChildError::Rule;

TEST(JoinTest, SucceedsWithTheLastChild) {
    JoinState state{3, 0};
    EXPECT_EQ(child_ended(state, ChildEnd::completed, Rule::fail), JoinDecision::wait);
    EXPECT_EQ(child_ended(state, ChildEnd::completed, Rule::fail), JoinDecision::wait);
    EXPECT_EQ(child_ended(state, ChildEnd::completed, Rule::fail), JoinDecision::succeed);
}

TEST(JoinTest, FailsAtOnceWithAnUnforgivenChild) {
    JoinState state{3, 0};
    EXPECT_EQ(child_ended(state, ChildEnd::failed, Rule::fail), JoinDecision::fail);
}

TEST(JoinTest, AForgivenChildLeavesTheNumberThatIsNeeded) {
    JoinState state{2, 0};
    EXPECT_EQ(child_ended(state, ChildEnd::failed, Rule::skip), JoinDecision::wait);
    EXPECT_EQ(child_ended(state, ChildEnd::failed, Rule::skip), JoinDecision::succeed);
    EXPECT_EQ(state.skipped, 2U);
}

TEST(JoinTest, AValueInsteadOfAFailureCountsAsASuccess) {
    JoinState state{1, 0};
    EXPECT_EQ(child_ended(state, ChildEnd::failed, Rule::value), JoinDecision::succeed);
    EXPECT_EQ(state.skipped, 0U);
}

TEST(JoinTest, AChildTooManyTripsAnAssertion) {
    JoinState state{0, 0};
    EXPECT_DEATH((void)child_ended(state, ChildEnd::completed, Rule::fail), "assertion failed");
}

}  // namespace
}  // namespace hal9::runtime
