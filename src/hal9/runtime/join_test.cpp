#include "hal9/runtime/join.hpp"

#include <gtest/gtest.h>

namespace hal9::runtime {
namespace {

using Rule = definition::OnChildError::Rule;
using definition::Join;

JoinPolicy all(Rule rule) {
    return {.join = {}, .on_child_error = rule};
}

JoinPolicy quorum(std::uint32_t needed, Rule rule = Rule::fail) {
    return {.join = {Join::Rule::quorum, needed}, .on_child_error = rule};
}

TEST(JoinTest, SucceedsWithTheLastChild) {
    JoinState state{3, 0};
    EXPECT_EQ(child_ended(state, ChildEnd::completed, all(Rule::fail)), JoinDecision::wait);
    EXPECT_EQ(child_ended(state, ChildEnd::completed, all(Rule::fail)), JoinDecision::wait);
    EXPECT_EQ(child_ended(state, ChildEnd::completed, all(Rule::fail)), JoinDecision::succeed);
}

TEST(JoinTest, FailsAtOnceWithAnUnforgivenChild) {
    JoinState state{3, 0};
    EXPECT_EQ(child_ended(state, ChildEnd::failed, all(Rule::fail)), JoinDecision::fail);
}

TEST(JoinTest, AForgivenChildLeavesTheNumberThatIsNeeded) {
    JoinState state{2, 0};
    EXPECT_EQ(child_ended(state, ChildEnd::failed, all(Rule::skip)), JoinDecision::wait);
    EXPECT_EQ(child_ended(state, ChildEnd::failed, all(Rule::skip)), JoinDecision::succeed);
    EXPECT_EQ(state.skipped, 2U);
}

TEST(JoinTest, AValueInsteadOfAFailureCountsAsASuccess) {
    JoinState state{1, 0};
    EXPECT_EQ(child_ended(state, ChildEnd::failed, all(Rule::value)), JoinDecision::succeed);
    EXPECT_EQ(state.skipped, 0U);
}

TEST(JoinTest, AChildTooManyTripsAnAssertion) {
    JoinState state{0, 0};
    EXPECT_DEATH(
        (void)child_ended(state, ChildEnd::completed, all(Rule::fail)),
        "assertion failed"
    );
}

TEST(JoinTest, AQuorumSucceedsWithTheLastThatItNeeds) {
    JoinState state{.pending = 5};
    EXPECT_EQ(child_ended(state, ChildEnd::completed, quorum(2)), JoinDecision::wait);
    EXPECT_EQ(child_ended(state, ChildEnd::failed, quorum(2)), JoinDecision::wait);
    EXPECT_EQ(child_ended(state, ChildEnd::completed, quorum(2)), JoinDecision::succeed);
    EXPECT_EQ(state.pending, 2U);
}

TEST(JoinTest, AQuorumFailsOnceTooFewCanSucceed) {
    JoinState state{.pending = 3};
    EXPECT_EQ(child_ended(state, ChildEnd::failed, quorum(2)), JoinDecision::wait);
    EXPECT_EQ(child_ended(state, ChildEnd::failed, quorum(2)), JoinDecision::fail);
}

TEST(JoinTest, NeitherASkipNorAValueCountsForAQuorum) {
    JoinState skipping{.pending = 2};
    EXPECT_EQ(child_ended(skipping, ChildEnd::failed, quorum(2, Rule::skip)), JoinDecision::fail);
    EXPECT_EQ(skipping.skipped, 1U);
    JoinState giving{.pending = 2};
    EXPECT_EQ(child_ended(giving, ChildEnd::failed, quorum(1, Rule::value)), JoinDecision::wait);
    EXPECT_EQ(child_ended(giving, ChildEnd::failed, quorum(1, Rule::value)), JoinDecision::fail);
}

TEST(JoinTest, AnyIsAQuorumOfOne) {
    JoinState state{.pending = 3};
    const JoinPolicy any{.join = {Join::Rule::any, 1}};
    EXPECT_EQ(child_ended(state, ChildEnd::failed, any), JoinDecision::wait);
    EXPECT_EQ(child_ended(state, ChildEnd::completed, any), JoinDecision::succeed);
}

}  // namespace
}  // namespace hal9::runtime
