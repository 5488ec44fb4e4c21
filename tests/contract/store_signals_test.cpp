#include "tests/contract/store_contract.hpp"

// The life of one signal: its end, further attempts, parking, timers, and the compares before each.
namespace hal9::contract {
namespace {

class StoreSignals : public StoreContract {};

TEST_P(StoreSignals, OneThatNeverRanEnds) {
    start_family(1, 2);
    Finish command = finish(child(1, 1));
    command.usage = {100, 90};
    command.skipped = 3;
    expect_done({command});

    const SignalRecord record = signal(make_signal_id({1}, 1));
    EXPECT_EQ(record.status, SignalStatus::completed);
    EXPECT_EQ(*record.payload, "p1");
    EXPECT_EQ(*record.result, "r1");
    EXPECT_EQ(record.started, early);
    EXPECT_EQ(record.finished, late);
    EXPECT_EQ(record.usage, (Usage{100, 90}));
    EXPECT_EQ(record.skipped, 3U);
    EXPECT_FALSE(record.error.has_value());
}

TEST_P(StoreSignals, OneWithAnOpenRowEnds) {
    start_family(1, 1);
    expect_done({finish(child(1, 1)), CountDown{root(1), 1}});
    Finish command = finish_opened(root(1));
    command.had_children = true;
    command.started = late;
    command.usage = {7, 5};
    expect_done({command});

    const SignalRecord record = signal(root_of({1}));
    EXPECT_EQ(record.status, SignalStatus::completed);
    EXPECT_EQ(record.started, early) << "the first start counts";
    EXPECT_EQ(record.usage, (Usage{7, 5}));
    EXPECT_TRUE(open_rows().empty());
    EXPECT_TRUE(chunks().empty());
}

TEST_P(StoreSignals, AResultMayBeThatOfAChild) {
    start_family(1, 2);
    expect_done({finish(child(1, 1))});
    Finish end = finish_opened(root(1));
    end.had_children = true;
    end.result = nullptr;
    end.result_of = make_signal_id({1}, 2);
    expect_conflict({end}, "expected a result of signal 2 of run 1");
    end.result_of = make_signal_id({1}, 1);
    expect_done({end});
    EXPECT_EQ(*signal(root_of({1})).result, "r1");
    EXPECT_EQ(*signal(make_signal_id({1}, 1)).result, "r1");
}

TEST_P(StoreSignals, AnErrorKeepsItsCauses) {
    expect_done({accept(1)});
    Finish command = finish_opened(root(1));
    command.status = SignalStatus::failed;
    command.result = nullptr;
    command.error = Error(
        ErrorCode::invalid_argument,
        "bad \"input\"",
        Error(ErrorCode::data_loss, "gzip", Error(ErrorCode::internal, "crc"))
    );
    expect_done({command});
    const SignalRecord record = signal(root_of({1}));
    EXPECT_EQ(record.status, SignalStatus::failed);
    EXPECT_EQ(record.result, nullptr);
    ASSERT_TRUE(record.error.has_value());
    EXPECT_EQ(record.error->code, ErrorCode::invalid_argument);
    EXPECT_EQ(record.error->full_message(), "bad \"input\": gzip: crc");
    EXPECT_EQ(record.error->cause->code, ErrorCode::data_loss);
}

TEST_P(StoreSignals, ARetryOpensARowAndAddsUpTheWork) {
    start_family(1, 1);
    Reopen again = retry(child(1, 1), late);
    again.started = early;
    again.usage = {10, 5};
    again.deadline = late;
    expect_done({again});

    SignalRecord record = signal(make_signal_id({1}, 1));
    EXPECT_EQ(record.status, SignalStatus::ready);
    EXPECT_EQ(record.attempt, 1);
    EXPECT_EQ(record.attempts_allowed, 4);
    EXPECT_EQ(record.not_before, late);
    EXPECT_EQ(record.deadline, late);
    EXPECT_EQ(record.error, Error(ErrorCode::timeout, "too slow"));
    EXPECT_EQ(open_rows().size(), 2U);

    Finish end = finish_opened(child(1, 1));
    end.attempt = 1;
    end.started = late;
    end.usage = {1, 2};
    expect_done({end});
    record = signal(make_signal_id({1}, 1));
    EXPECT_EQ(record.started, early);
    EXPECT_EQ(record.usage, (Usage{11, 7}));
    EXPECT_FALSE(record.error.has_value());
    EXPECT_EQ(record.not_before, WallTime{});
    EXPECT_EQ(open_rows().size(), 1U);
    EXPECT_TRUE(reader().due_rows(organization, late, std::nullopt, 10).value().empty());
}

TEST_P(StoreSignals, OneIsParkedListedRedrivenAndDiscarded) {
    expect_done({accept(1)});
    expect_done({accept(2)});
    for (const std::int64_t run_number : {1, 2}) {
        Reopen park = retry(root(run_number), late);
        park.opened = true;
        park.to = SignalStatus::parked;
        expect_done({park});
    }
    auto parked = reader().list_parked(organization, {0}, 10).value();
    ASSERT_EQ(parked.size(), 2U);
    EXPECT_EQ(parked[0].id, root_of({1}));
    EXPECT_EQ(parked[0].error, Error(ErrorCode::timeout, "too slow"));
    EXPECT_EQ(parked[0].not_before, late);
    EXPECT_EQ(reader().list_parked(organization, {0}, 1).value().size(), 1U);
    EXPECT_EQ(reader().list_parked(organization, root_of({1}), 10).value()[0].id, root_of({2}));
    EXPECT_TRUE(reader().list_parked({2}, {0}, 10).value().empty());

    Finish end = finish_opened(root(1));
    end.attempt = 1;
    expect_conflict({end}, "found parked");

    Reopen redrive;
    redrive.signal = root(1);
    redrive.from = SignalStatus::parked;
    redrive.from_attempt = 1;
    redrive.opened = true;
    redrive.attempt = 2;
    redrive.attempts_allowed = 6;
    expect_done({redrive});
    EXPECT_EQ(signal(root_of({1})).status, SignalStatus::ready);
    EXPECT_FALSE(signal(root_of({1})).error.has_value());
    expect_conflict({redrive}, "expected parked in phase 0, attempt 1");

    Finish discard = finish_opened(root(2));
    discard.status = SignalStatus::failed;
    discard.attempt = 1;
    expect_done({discard});
    EXPECT_TRUE(reader().list_parked(organization, {0}, 10).value().empty());
}

TEST_P(StoreSignals, ParkedOnesOfEndedRunsAreNotListed) {
    Reopen park = retry(root(1), {});
    park.opened = true;
    park.to = SignalStatus::parked;
    expect_done({accept(1), park});
    expect_done({SetRunState{.run = {1}, .to = RunState::cancelled, .at = late}});
    EXPECT_TRUE(reader().list_parked(organization, {0}, 10).value().empty());
}

TEST_P(StoreSignals, OpenRowsComeByPriorityThenDepthThenNumber) {
    AcceptRun urgent = accept(3);
    urgent.run.priority = 9;
    expect_done({accept(1)});
    expect_done({accept(2)});
    expect_done({urgent});
    expect_done({emit(root(2), {1, 0}, 2), await(root(2), 2)});
    expect_done({retry(child(2, 2), {}), retry(child(2, 1), late)});

    const std::vector<SignalId> expected{
        root_of({3}),
        make_signal_id({2}, 1),
        make_signal_id({2}, 2),
        root_of({1}),
        root_of({2})
    };
    std::optional<OpenKey> after;
    for (const SignalId id : expected) {
        const auto page = reader().open_rows(organization, after, 1).value();
        ASSERT_EQ(page.size(), 1U);
        EXPECT_EQ(page[0].key.signal, id);
        after = page[0].key;
    }
    EXPECT_TRUE(reader().open_rows(organization, after, 1).value().empty());
    const auto all = open_rows();
    ASSERT_EQ(all.size(), 5U);
    EXPECT_EQ(all[1].not_before, late);
    EXPECT_EQ(all[1].key.depth, 1);
    EXPECT_EQ(all[4].status, SignalStatus::waiting);
    EXPECT_EQ(all[4].pending, 2U);
}

TEST_P(StoreSignals, DueRowsComeByTimePageByPage) {
    start_family(1, 4);
    expect_done({retry(child(1, 1), {300})});
    expect_done({retry(child(1, 2), {100})});
    expect_done({retry(child(1, 3), {})});
    expect_done({retry(child(1, 4), {200})});

    const auto due = reader().due_rows(organization, {200}, std::nullopt, 10).value();
    ASSERT_EQ(due.size(), 2U);
    EXPECT_EQ(number_of(due[0].key.signal), 2U);
    EXPECT_EQ(due[0].not_before, WallTime{100});
    EXPECT_EQ(number_of(due[1].key.signal), 4U);
    const auto first = reader().due_rows(organization, {1'000}, std::nullopt, 1).value();
    const auto rest = reader().due_rows(organization, {1'000}, first[0], 10).value();
    ASSERT_EQ(rest.size(), 2U);
    EXPECT_EQ(number_of(rest[1].key.signal), 1U);
    EXPECT_TRUE(reader().due_rows(organization, {99}, std::nullopt, 10).value().empty());
    EXPECT_TRUE(reader().due_rows({2}, {1'000}, std::nullopt, 10).value().empty());

    Reopen now = retry(child(1, 2), {});
    now.from_attempt = 1;
    now.opened = true;
    expect_done({now});
    EXPECT_TRUE(reader().due_rows(organization, {100}, std::nullopt, 10).value().empty());
}

TEST_P(StoreSignals, ATimerMovesASignalToItsNextPhase) {
    start_family(1, 1);
    Reopen wait = retry(child(1, 1), late);
    wait.phase = 1;
    wait.attempt = 0;
    wait.error.reset();
    expect_done({wait});
    expect_conflict({finish_opened(child(1, 1))}, "found ready in phase 1, attempt 0");
    Finish end = finish_opened(child(1, 1));
    end.phase = 1;
    expect_done({end});
    EXPECT_EQ(signal(make_signal_id({1}, 1)).phase, 1);
}

TEST_P(StoreSignals, NothingEndsTwice) {
    start_family(1, 1);
    expect_done({finish(child(1, 1))});
    expect_conflict({finish(child(1, 1))}, "signal 1 of run 1");
    expect_conflict({finish_opened(child(1, 1))}, "found completed");
    expect_conflict({retry(child(1, 1), {})}, "found completed");
    expect_conflict({emit(child(1, 1), {2, 0}, 1), await(child(1, 1), 1)}, "found completed");
    EXPECT_EQ(reader().last_number({1}).value(), 1U);
}

TEST_P(StoreSignals, AnotherPhaseAttemptOrPlaceIsAConflict) {
    start_family(1, 2);
    Finish wrong = finish(child(1, 1));
    wrong.phase = 1;
    expect_conflict({wrong}, "expected ready in phase 1, attempt 0");
    wrong = finish(child(1, 1));
    wrong.attempt = 2;
    expect_conflict({wrong}, "attempt 2");
    wrong = finish(child(1, 1));
    wrong.opened = true;
    expect_conflict({wrong}, "without an open row");

    expect_done({retry(child(1, 1), {})});
    expect_conflict({finish(child(1, 1))}, "with an open row");
    OpenKey elsewhere = child(1, 1);
    elsewhere.priority = 6;
    wrong = finish_opened(elsewhere);
    wrong.attempt = 1;
    expect_conflict({wrong}, "signal 1 of run 1");
    Reopen again = retry(child(1, 1), {});
    again.opened = true;
    expect_conflict({again}, "found ready in phase 0, attempt 1");
    again.from_attempt = 1;
    again.from = SignalStatus::waiting;
    expect_conflict({again}, "expected waiting");
    expect_conflict({finish(child(1, 9))}, "signal 9 of run 1");
}

HAL9_FOR_EVERY_STORE(StoreSignals);

}  // namespace
}  // namespace hal9::contract
