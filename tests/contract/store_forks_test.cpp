#include "tests/contract/store_contract.hpp"

// Copies of runs.
namespace hal9::contract {
namespace {

class StoreForks : public StoreContract {
protected:
    /// Run 1: its root waited for three children, of which the first has ended, and has failed.
    void start_source() {
        start_family(1, 3);
        expect_done({finish(child(1, 1)), CountDown{root(1), 1}});
        Finish failed = finish_opened(root(1));
        failed.status = SignalStatus::failed;
        failed.result = nullptr;
        failed.had_children = true;
        expect_done({failed, SetRunState{.run = {1}, .to = RunState::draining}});
        expect_done({SweepRun{{1}, organization, 100, late}});
        expect_done(
            {SetRunState{.run = {1}, .from = RunState::draining, .to = RunState::failed, .at = late}
            }
        );
    }
};

BeginFork begin_fork() {
    BeginFork command;
    command.run = accept(2).run;
    command.run.origin = {1};
    command.run.state = RunState::draining;
    command.run.decided = RunState::cancelled;
    return command;
}

CopiedSignal ended(std::uint32_t number) {
    return {.number = number, .neuron = {7}, .as = CopiedSignal::As::ended};
}

CopiedSignal anew(std::uint32_t number) {
    return {
        .number = number,
        .neuron = {7},
        .as = CopiedSignal::As::ready,
        .created = late,
        .deadline = {9}
    };
}

CopiedSignal waiting_root(std::uint32_t pending) {
    return {
        .number = 0,
        .neuron = {1},
        .as = CopiedSignal::As::waiting,
        .created = late,
        .phase = 0,
        .attempts_allowed = 4,
        .pending = pending,
        .children_from = 1,
        .released = 5
    };
}

CopySignals copy(std::vector<CopiedSignal> signals, std::vector<CopiedChunk> chunks) {
    return {organization, {1}, {2}, std::move(signals), std::move(chunks)};
}

CopiedChunk chunk_of_three() {
    return {
        .parent = root(2),
        .phase = 0,
        .first_ordinal = 0,
        .first_number = 1,
        .count = 3,
        .released = 5
    };
}

const SetRunState complete_copy{
    .run = {2},
    .from = RunState::draining,
    .to = RunState::running,
    .decided = RunState::running
};

TEST_P(StoreForks, ACopyKeepsWhatEndedAndWaitsForTheRest) {
    start_source();
    expect_done({begin_fork()});
    expect_done({copy({ended(1), anew(2), anew(3)}, {chunk_of_three()})});
    expect_done({copy({waiting_root(2)}, {}), complete_copy});

    EXPECT_EQ(run(2).origin, RunId{1});
    EXPECT_EQ(run(2).state, RunState::running);
    const SignalRecord root_copy = signal(root_of({2}));
    EXPECT_EQ(root_copy.status, SignalStatus::waiting);
    EXPECT_EQ(root_copy.pending, 2U);
    EXPECT_EQ(root_copy.children_from, 1U);
    EXPECT_EQ(root_copy.error, std::nullopt);
    EXPECT_FALSE(root_copy.copied);
    const SignalRecord kept = signal(make_signal_id({2}, 1));
    EXPECT_EQ(kept.status, SignalStatus::completed);
    EXPECT_EQ(*kept.result, "r1");
    EXPECT_EQ(*kept.payload, "p1");
    EXPECT_EQ(kept.parent, root_of({2}));
    EXPECT_EQ(kept.neuron.value, 7U);
    EXPECT_EQ(kept.usage, Usage{});
    EXPECT_TRUE(kept.copied);
    const SignalRecord again = signal(make_signal_id({2}, 2));
    EXPECT_EQ(again.status, SignalStatus::ready);
    EXPECT_EQ(*again.payload, "p2");
    EXPECT_EQ(again.result, nullptr);
    EXPECT_EQ(again.deadline.us, 9);
    EXPECT_EQ(again.created, late);
    EXPECT_FALSE(again.copied);
    EXPECT_EQ(untouched(make_signal_id({2}, 1), 3), (std::vector<std::uint32_t>{2, 3}));
    EXPECT_EQ(chunks().size(), 1U);
    ASSERT_EQ(reader().child_results(root(2), 0, 0, 10, 1'000).value().size(), 1U);

    expect_done({finish(child(2, 2)), finish(child(2, 3)), CountDown{root(2), 2}});
    EXPECT_EQ(signal(root_of({2})).pending, 0U);
}

TEST_P(StoreForks, HalfACopyIsSwept) {
    start_source();
    expect_done({begin_fork()});
    expect_done({copy({ended(1), anew(2), anew(3)}, {chunk_of_three()})});
    harness().restart();
    ASSERT_EQ(reader().unfinished_runs(organization).value().size(), 1U);
    EXPECT_EQ(run(2).decided, RunState::cancelled);
    EXPECT_EQ(transact({SweepRun{{2}, organization, 100, late}}).swept, 2U);
    expect_done({SetRunState{
        .run = {2},
        .from = RunState::draining,
        .to = RunState::cancelled,
        .decided = RunState::cancelled,
        .at = late
    }});
    EXPECT_TRUE(chunks().empty());
    EXPECT_EQ(signal(make_signal_id({1}, 1)).status, SignalStatus::completed);
}

TEST_P(StoreForks, TheRootAloneRunsAnew) {
    start_source();
    CopiedSignal fresh_root = anew(0);
    fresh_root.attempts_allowed = 4;
    expect_done({begin_fork(), copy({fresh_root}, {}), complete_copy});
    ASSERT_EQ(open_rows().size(), 1U);
    EXPECT_EQ(open_rows().front().status, SignalStatus::ready);
    EXPECT_EQ(open_rows().front().key.signal, root_of({2}));
}

TEST_P(StoreForks, OnlyWhatEndedIsCopiedAsEnded) {
    start_source();
    expect_done({begin_fork()});
    expect_conflict({copy({ended(2)}, {})}, "copy of");
    expect_conflict({copy({ended(9)}, {})}, "copy of");
}

TEST_P(StoreForks, WhatThenWentOnFromIsThereAgain) {
    start_family(1, 1);
    expect_done({finish(child(1, 1)), CountDown{root(1), 1}});
    Reopen next;
    next.signal = root(1);
    next.from = SignalStatus::waiting;
    next.opened = true;
    next.children_ended = true;
    next.phase = 1;
    EmitChunk then = emit(root(1), {2, 0}, 1);
    then.phase = 1;
    Await waits = await(root(1), 1);
    waits.phase = 1;
    waits.waits_for = WaitsFor::next;
    waits.children_from = 2;
    waits.interim = make_body("interim");
    expect_done({next, then, waits});
    EXPECT_EQ(signal(make_signal_id({1}, 2)).parent_phase, 1U);
    expect_done({finish(child(1, 2)), CountDown{root(1), 1}});
    Finish end = finish_opened(root(1));
    end.phase = 1;
    end.had_children = true;
    end.children_ended = true;
    end.result = make_body("end");
    expect_done({end, SetRunState{.run = {1}, .to = RunState::completed}});

    CopiedSignal waiting = waiting_root(1);
    waiting.phase = 1;
    waiting.waits_for = WaitsFor::next;
    waiting.children_from = 2;
    CopiedChunk chunk = chunk_of_three();
    chunk.phase = 1;
    chunk.first_number = 2;
    chunk.count = 1;
    expect_done({begin_fork(), copy({ended(1), anew(2), waiting}, {chunk}), complete_copy});
    EXPECT_EQ(*signal(root_of({2})).result, "interim");
    EXPECT_TRUE(signal(root_of({1})).went_on);
    EXPECT_TRUE(signal(root_of({2})).went_on);
    EXPECT_FALSE(signal(make_signal_id({2}, 2)).went_on);
    EXPECT_EQ(signal(root_of({2})).waits_for, WaitsFor::next);
}

}  // namespace

HAL9_FOR_EVERY_STORE(StoreForks);

}  // namespace hal9::contract
