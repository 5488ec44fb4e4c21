#include "hal9/app/where.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hal9::app {
namespace {

using ::testing::HasSubstr;

constexpr WallTime now{1'700'000'000'000'000};  // 2023-11-14T22:13:20Z

std::string runs(const std::vector<std::string>& arguments) {
    const auto params = runs_where(arguments, now);
    return params ? json::serialize(*params) : params.error().message;
}

TEST(Where, RunsAreFilteredByStateNetworkTagAndTime) {
    EXPECT_EQ(
        runs({"state=failed", "network=n", "tag=team=a"}),
        R"({"state":"failed","network":"n","tag":"team=a"})"
    );
    EXPECT_EQ(runs({"since=2h"}), R"({"from":"2023-11-14T20:13:20.000Z"})");
    EXPECT_EQ(runs({"until=2023-11-14T20:00:00Z"}), R"({"until":"2023-11-14T20:00:00Z"})");
}

TEST(Where, WhatIsWrongIsSaidWithWhatIsAllowed) {
    EXPECT_THAT(runs({"age=3"}), HasSubstr("allowed: state, network, tag, since, until"));
    EXPECT_THAT(runs({"since=yesterday"}), HasSubstr("such as 2h"));
    EXPECT_THAT(runs({"tag=a", "tag=b"}), HasSubstr("given twice"));
    EXPECT_THAT(runs({"state"}), HasSubstr("no \"=\""));
    EXPECT_THAT(signals_where({"tag=x"}).error().message, HasSubstr("allowed: neuron, state"));
    EXPECT_THAT(
        letters_where({"state=x"}).error().message,
        HasSubstr("allowed: run, network, neuron, code")
    );
}

}  // namespace
}  // namespace hal9::app
