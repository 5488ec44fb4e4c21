#include "tests/contract/store_contract.hpp"

// Waits that are not for all children: the signal of `then`, people, runs, joins that count some;
// and the states of keys.
namespace hal9::contract {
namespace {

class StoreWaits : public StoreContract {
protected:
    [[nodiscard]] std::vector<SignalRecord> asking() {
        return reader().list_asking(organization, WaitsFor::person, {}, 10).value();
    }
};

AcceptRun accept_child(std::int64_t run, SignalId caller, std::uint8_t depth) {
    AcceptRun command = accept(run);
    command.run.parent = caller;
    command.run.depth = depth;
    return command;
}

Await ask(const OpenKey& signal, WallTime until) {
    Await command = await(signal, 0);
    command.waits_for = WaitsFor::person;
    command.not_before = until;
    command.interim = make_body("question");
    return command;
}

/// From waiting in phase 0 to ready in phase 1.
Reopen next_phase(const OpenKey& signal) {
    Reopen command;
    command.signal = signal;
    command.from = SignalStatus::waiting;
    command.opened = true;
    command.phase = 1;
    command.attempts_allowed = 4;
    return command;
}

TEST_P(StoreWaits, AQuestionStandsInTheResultUntilItIsAnswered) {
    expect_done({accept(1), ask(root(1), late)});
    SignalRecord record = signal(root_of({1}));
    EXPECT_EQ(record.status, SignalStatus::waiting);
    EXPECT_EQ(record.waits_for, WaitsFor::person);
    EXPECT_EQ(record.not_before, late);
    EXPECT_EQ(*record.result, "question");
    EXPECT_EQ(asking().size(), 1U);
    ASSERT_EQ(open_rows().size(), 1U);
    EXPECT_EQ(open_rows().front().waits_for, WaitsFor::person);

    Reopen answered = next_phase(root(1));
    answered.answer = make_body("answer");
    expect_done({answered});
    record = signal(root_of({1}));
    EXPECT_EQ(record.status, SignalStatus::ready);
    EXPECT_EQ(record.phase, 1U);
    EXPECT_EQ(*record.result, "answer");
    EXPECT_EQ(record.not_before.us, 0);
    EXPECT_TRUE(asking().empty());
}

TEST_P(StoreWaits, AnotherAttemptKeepsTheAnswer) {
    expect_done({accept(1), ask(root(1), {})});
    Reopen answered = next_phase(root(1));
    answered.answer = make_body("answer");
    Reopen again = next_phase(root(1));
    again.from = SignalStatus::ready;
    again.from_phase = 1;
    again.attempt = 1;
    expect_done({answered, again});
    EXPECT_EQ(*signal(root_of({1})).result, "answer");
}

TEST_P(StoreWaits, WhatNeverRanMayAskToo) {
    start_family(1, 1);
    Await command = ask(child(1, 1), late);
    command.opened = false;
    expect_done({command});
    EXPECT_EQ(signal(make_signal_id({1}, 1)).waits_for, WaitsFor::person);
    EXPECT_EQ(reader().due_rows(organization, late, {}, 10).value().size(), 1U);
}

TEST_P(StoreWaits, ThePhaseOfThenHasChildrenOfItsOwn) {
    start_family(1, 3);
    expect_done({finish(child(1, 1)), CountDown{root(1), 1}});
    EmitChunk chunk = emit(root(1), {4, 0}, 1);
    chunk.phase = 1;
    Await then = await(root(1), 1);
    then.phase = 1;
    then.waits_for = WaitsFor::next;
    then.children_from = 4;
    then.interim = make_body("so far");
    expect_done({next_phase(root(1)), chunk, then});

    const SignalRecord record = signal(root_of({1}));
    EXPECT_EQ(record.waits_for, WaitsFor::next);
    EXPECT_EQ(record.children_from, 4U);
    EXPECT_EQ(record.pending, 1U);
    EXPECT_EQ(*record.result, "so far");
    ASSERT_EQ(chunks().size(), 1U) << "nobody is handed children of the phase before";
    EXPECT_EQ(chunks().front().first, make_signal_id({1}, 4));

    Finish end = finish_opened(root(1));
    end.phase = 1;
    end.had_children = true;
    end.children_ended = true;
    expect_done({finish(child(1, 4)), end});
    EXPECT_EQ(*signal(root_of({1})).result, "r0");
    SetRunState drain{.run = {1}, .from = RunState::running, .to = RunState::draining};
    drain.decided = RunState::completed;
    expect_done({drain});
    const Receipt swept = transact({SweepRun{{1}, organization, 10, late}});
    EXPECT_EQ(swept.swept, 2U) << "children 2 and 3, which never ran";
    EXPECT_EQ(signal(make_signal_id({1}, 2)).status, SignalStatus::cancelled);
}

TEST_P(StoreWaits, ADecidedJoinSaysWhichChildrenItCounts) {
    start_family(1, 4);
    expect_done({finish(child(1, 3)), CountDown{root(1), 1}});
    expect_done(
        {finish(child(1, 1)),
         CountDown{root(1), 1},
         Decide{.signal = root(1), .phase = 0, .attempt = 0, .counted = {0, 2}}}
    );
    const SignalRecord record = signal(root_of({1}));
    EXPECT_EQ(record.counted, (std::vector<std::uint32_t>{0, 2}));
    EXPECT_EQ(record.pending, 0U);
    ASSERT_FALSE(open_rows().empty());
    EXPECT_TRUE(open_rows().front().decided);
    expect_conflict(
        {Decide{.signal = root(1), .phase = 1, .attempt = 0, .counted = {0}}},
        "expected waiting in phase 1"
    );
    harness().restart();
    EXPECT_EQ(signal(root_of({1})).counted, (std::vector<std::uint32_t>{0, 2}));
}

TEST_P(StoreWaits, ARunThatASignalStartedIsFoundByIt) {
    start_family(1, 1);
    Await calls = await(child(1, 1), 0);
    calls.opened = false;
    calls.waits_for = WaitsFor::run;
    expect_done({accept_child(2, child(1, 1).signal, 2), calls});
    const auto children = reader().unfinished_child_runs({1}).value();
    ASSERT_EQ(children.size(), 1U);
    EXPECT_EQ(children.front().id, RunId{2});
    EXPECT_EQ(children.front().parent, child(1, 1).signal);
    EXPECT_EQ(children.front().depth, 2U);
    EXPECT_EQ(signal(root_of({2})).depth, 2U);

    // Its end and the answer of its caller are one transaction.
    Reopen told = next_phase(child(1, 1));
    told.answer_of = root_of({2});
    const SetRunState end{
        .run = {2},
        .from = RunState::running,
        .to = RunState::completed,
        .decided = RunState::completed,
        .at = late,
    };
    expect_conflict({told}, "expected a result of signal 0 of run 2");
    Finish root_ends = finish_opened(key(2, 0, 2));
    expect_done({root_ends, end, told});
    EXPECT_TRUE(reader().unfinished_child_runs({1}).value().empty());
    EXPECT_EQ(*signal(child(1, 1).signal).result, "r0");
}

TEST_P(StoreWaits, ReleasesAreNumberedAsTheRuntimeSays) {
    AcceptRun first = accept(1);
    first.released = 7;
    Await command = await(root(1), 2);
    command.released = 9;
    expect_done({first});
    EXPECT_EQ(open_rows().front().released, 7U);
    expect_done({emit(root(1), {1, 0}, 2), command});
    ASSERT_EQ(chunks().size(), 1U);
    EXPECT_EQ(chunks().front().released, 9U);
    Reopen again = retry(child(1, 1), late);
    again.released = 9;
    expect_done({again});
    EXPECT_EQ(signal(child(1, 1).signal).released, 9U);
}

TEST_P(StoreWaits, AKeyHasTheStateItWasGivenLast) {
    const KeyName name{organization, "demo", "counter", "\"a\""};
    const auto state = [&] { return reader().find_key_state(name).value(); };
    EXPECT_FALSE(state().has_value());
    expect_done({PutKeyState{{name, "1", early, {}}}});
    expect_done({PutKeyState{{name, "2", early, late}}});
    ASSERT_TRUE(state().has_value());
    EXPECT_EQ(state()->state, "2");
    EXPECT_EQ(state()->expires, late);
    EXPECT_TRUE(state()->is_over(late));
    EXPECT_FALSE(state()->is_over(early));
    const KeyName other{organization, "demo", "counter", "\"b\""};
    EXPECT_FALSE(reader().find_key_state(other).value().has_value());
    harness().restart();
    EXPECT_EQ(state()->state, "2");
    expect_done({PutKeyState{{name, "", late, {}}}});
    EXPECT_FALSE(state().has_value());
}

TEST_P(StoreWaits, AStateThatIsRolledBackWasNeverThere) {
    const KeyName name{organization, "demo", "counter", "1"};
    const Finish of_nobody = finish(child(1, 1));
    expect_conflict({PutKeyState{{name, "1", early, {}}}, of_nobody}, "finish of signal 1");
    EXPECT_FALSE(reader().find_key_state(name).value().has_value());
}

HAL9_FOR_EVERY_STORE(StoreWaits);

}  // namespace
}  // namespace hal9::contract
