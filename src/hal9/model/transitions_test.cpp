#include "hal9/model/transitions.hpp"

#include "hal9/model/run.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string_view>

namespace hal9 {
namespace {

using enum SignalStatus;

constexpr std::array<SignalStatus, 6>
    statuses{ready, waiting, parked, completed, failed, cancelled};

TEST(TransitionsTest, AreThoseOfTheTableAndNoOthers) {
    constexpr std::array<std::string_view, 6> table{
        // ready, waiting, parked, completed, failed, cancelled
        "xxxxxx",  // ready
        "x-xxxx",  // waiting
        "x---xx",  // parked
        "------",  // completed
        "------",  // failed
        "------",  // cancelled
    };
    for (std::size_t from = 0; from < statuses.size(); ++from) {
        for (std::size_t to = 0; to < statuses.size(); ++to) {
            EXPECT_EQ(is_legal(statuses[from], statuses[to]), table[from][to] == 'x')
                << to_string(statuses[from]) << " to " << to_string(statuses[to]);
        }
    }
}

TEST(TransitionsTest, WhatHasEndedStaysEndedAndEverythingElseCanBeCancelled) {
    for (const SignalStatus from : statuses) {
        EXPECT_EQ(has_ended(from), !is_legal(from, cancelled));
        EXPECT_EQ(has_ended(from), !is_legal(from, failed));
    }
}

TEST(NamesTest, EveryStatusAndStateIsFoundByItsName) {
    for (const SignalStatus status : statuses) {
        EXPECT_EQ(signal_status_from(to_string(status)), status);
    }
    using enum RunState;
    for (const RunState state : {running, draining, RunState::completed, RunState::failed}) {
        EXPECT_EQ(run_state_from(to_string(state)), state);
    }
    EXPECT_EQ(run_state_from("cancelled"), RunState::cancelled);
    for (const std::string_view unknown : {"", "Ready", "done", "running "}) {
        EXPECT_EQ(signal_status_from(unknown), std::nullopt);
        EXPECT_EQ(run_state_from(unknown), std::nullopt);
    }
}

TEST(IdsTest, ASignalsIdHoldsItsRunAndItsNumber) {
    constexpr SignalId last = make_signal_id({5}, signals_per_run_max);
    EXPECT_EQ(run_of(last), RunId{5});
    EXPECT_EQ(number_of(last), signals_per_run_max);
    EXPECT_EQ(last.value + 1, root_of(RunId{6}).value);
    EXPECT_EQ(number_of(root_of(RunId{6})), 0U);
}

}  // namespace
}  // namespace hal9
