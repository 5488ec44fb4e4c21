#include "hal9/services/views.hpp"

#include <gtest/gtest.h>

namespace hal9::services {
namespace {

SignalRecord record(SignalStatus status, std::uint16_t attempt, std::uint16_t allowed) {
    SignalRecord signal;
    signal.status = status;
    signal.attempt = attempt;
    signal.attempts_allowed = allowed;
    if (status == SignalStatus::failed || status == SignalStatus::parked) {
        signal.error = Error(ErrorCode::internal, "it broke");
    }
    return signal;
}

TEST(RetriesTest, WhatSucceededAtOnceOrNeverBeganHasNone) {
    EXPECT_EQ(retries_of(record(SignalStatus::completed, 0, 4), 4), 0U);
    EXPECT_EQ(retries_of(record(SignalStatus::waiting, 0, 4), 4), 0U);
    EXPECT_EQ(retries_of(record(SignalStatus::ready, 0, 4), 4), 0U);
    EXPECT_EQ(retries_of(record(SignalStatus::cancelled, 0, 4), 4), 0U);
}

TEST(RetriesTest, TheFirstFailureIsNone) {
    EXPECT_EQ(retries_of(record(SignalStatus::parked, 1, 1), 1), 0U);
    EXPECT_EQ(retries_of(record(SignalStatus::failed, 0, 1), 1), 0U);
}

TEST(RetriesTest, FailuresBeforeTheLastAttemptAreRetries) {
    EXPECT_EQ(retries_of(record(SignalStatus::completed, 3, 4), 4), 3U);  // the fourth went well
    EXPECT_EQ(retries_of(record(SignalStatus::failed, 3, 4), 4), 3U);     // the fourth failed, too
    EXPECT_EQ(retries_of(record(SignalStatus::parked, 4, 4), 4), 3U);
}

TEST(RetriesTest, AnAttemptThatIsDueHasNotBegun) {
    EXPECT_EQ(retries_of(record(SignalStatus::ready, 1, 4), 4), 0U);
    EXPECT_EQ(retries_of(record(SignalStatus::ready, 3, 4), 4), 2U);
}

TEST(RetriesTest, ARedriveIsNoAttemptOfItsOwn) {
    // Failed once, redriven, due; failed again; or went well.
    EXPECT_EQ(retries_of(record(SignalStatus::ready, 2, 3), 1), 0U);
    EXPECT_EQ(retries_of(record(SignalStatus::parked, 3, 3), 1), 1U);
    EXPECT_EQ(retries_of(record(SignalStatus::completed, 2, 3), 1), 1U);
    // Three rounds of four attempts each.
    EXPECT_EQ(retries_of(record(SignalStatus::parked, 14, 14), 4), 11U);
}

TEST(RetriesTest, DiscardingAndDeadlinesBeginNothing) {
    SignalRecord discarded = record(SignalStatus::failed, 1, 1);
    discarded.error = Error(ErrorCode::cancelled, "discarded by an operator");
    EXPECT_EQ(retries_of(discarded, 1), 0U);
    SignalRecord late = record(SignalStatus::failed, 0, 4);
    late.error = Error(ErrorCode::deadline_exceeded, "too late");
    EXPECT_EQ(retries_of(late, 4), 0U);
}

TEST(NeuronSummaryTest, AddsUpWhatItsSignalsDid) {
    NeuronSummary summary(4);
    SignalRecord done = record(SignalStatus::completed, 2, 4);
    done.skipped = 3;
    done.usage = {.wall_us = 1'000, .cpu_us = 10};
    summary.add(done, SignalStatus::completed);
    summary.add(record(SignalStatus::parked, 4, 4), SignalStatus::cancelled);
    json::object view;
    summary.add_to(view);
    EXPECT_EQ(view["signals"], json::value(2U));
    EXPECT_EQ(view["statuses"], (json::value{{"completed", 1U}, {"cancelled", 1U}}));
    EXPECT_EQ(view["retries"], json::value(5U));
    EXPECT_EQ(view["skipped_children"], json::value(3U));
    EXPECT_EQ(view["wall_us"], json::value(1'000));
    EXPECT_EQ(view["cpu_us"], json::value(10));
}

TEST(NeuronSummaryTest, TheFirstErrorOfACodeStandsForTheOthers) {
    NeuronSummary summary;
    for (const char* const message : {"a", "b", "c"}) {
        SignalRecord signal = record(SignalStatus::failed, 0, 1);
        signal.error = Error(*message == 'c' ? ErrorCode::timeout : ErrorCode::not_found, message);
        summary.add(signal, signal.status);
    }
    json::object view;
    summary.add_to(view);
    EXPECT_EQ(
        view["errors"],
        (json::value{
            {{"code", "not_found"}, {"message", "a"}, {"count", 2U}},
            {{"code", "timeout"}, {"message", "c"}, {"count", 1U}},
        })
    );
}

TEST(ViewsTest, WhatIsUnfinishedEndsWithItsRun) {
    RunRecord run;
    for (const RunState state : {RunState::running, RunState::draining}) {
        run.state = state;
        EXPECT_EQ(shown_status(record(SignalStatus::waiting, 0, 1), run), SignalStatus::waiting);
    }
    for (const RunState state : {RunState::completed, RunState::failed, RunState::cancelled}) {
        run.state = state;
        EXPECT_EQ(shown_status(record(SignalStatus::waiting, 0, 1), run), SignalStatus::cancelled);
        EXPECT_EQ(
            shown_status(record(SignalStatus::completed, 0, 1), run),
            SignalStatus::completed
        );
    }
}

TEST(ViewsTest, TimesAreInUtcAndTheZeroTimeIsNull) {
    EXPECT_TRUE(time_view({}).is_null());
    EXPECT_EQ(time_view({1'700'000'000'123'456}), json::value("2023-11-14T22:13:20.123Z"));
}

TEST(ViewsTest, AnErrorIsShownWithItsCauses) {
    const Error error(ErrorCode::internal, "outer", Error(ErrorCode::timeout, "inner"));
    EXPECT_EQ(
        error_view(error),
        (json::value{{"code", "internal"}, {"message", error.full_message()}})
    );
}

}  // namespace
}  // namespace hal9::services
