#include "tests/contract/store_contract.hpp"

// Children: held, released, counted, read for a join, dropped, swept.
namespace hal9::contract {
namespace {

using Numbered = std::vector<std::uint32_t>;

class StoreChildren : public StoreContract {
protected:
    std::vector<ChildResult> results(std::int64_t run, std::uint32_t from, std::uint32_t rows_max) {
        return reader().child_results(root(run), 0, from, rows_max, 1'000'000).value();
    }

    void decide(std::int64_t run) {
        expect_done({SetRunState{
            .run = {run},
            .from = RunState::running,
            .to = RunState::draining,
            .decided = RunState::cancelled,
            .at = late
        }});
    }
};

Numbered ordinals(const std::vector<ChildResult>& results) {
    Numbered out;
    for (const ChildResult& result : results) {
        out.push_back(result.ordinal);
    }
    return out;
}

TEST_P(StoreChildren, HeldChildrenAreSeenByNobody) {
    expect_done({accept(1), emit(root(1), {1, 0}, 3)});

    EXPECT_TRUE(chunks().empty());
    EXPECT_FALSE(exists(make_signal_id({1}, 1)));
    EXPECT_EQ(reader().list_signals({1}, {0}, 10).value().size(), 1U);
    const auto counts = reader().count_signals({1}).value();
    ASSERT_EQ(counts.size(), 1U);
    EXPECT_EQ(counts[0].neuron, NeuronIndex{3});
    EXPECT_EQ(reader().last_number({1}).value(), 3U);
}

TEST_P(StoreChildren, AwaitReleasesThemReady) {
    EmitChunk chunk = emit(root(1), {1, 0}, 2);
    chunk.children[1].priority = 9;
    chunk.children[1].deadline = late;
    chunk.children[1].neuron = {8};
    Await command = await(root(1), 2);
    command.deadline = late;
    command.attempts_allowed = 4;
    command.usage = {30, 20};
    expect_done({accept(1), chunk, command});

    const SignalRecord parent = signal(root_of({1}));
    EXPECT_EQ(parent.status, SignalStatus::waiting);
    EXPECT_EQ(parent.pending, 2U);
    EXPECT_EQ(parent.deadline, late);
    EXPECT_EQ(parent.attempts_allowed, 4);
    EXPECT_EQ(parent.started, early);
    EXPECT_EQ(parent.usage, (Usage{30, 20}));
    const SignalRecord second = signal(make_signal_id({1}, 2));
    EXPECT_EQ(second.status, SignalStatus::ready);
    EXPECT_EQ(second.parent, root_of({1}));
    EXPECT_EQ(second.ordinal, 1U);
    EXPECT_EQ(second.depth, 1);
    EXPECT_EQ(second.priority, 9);
    EXPECT_EQ(second.neuron, NeuronIndex{8});
    EXPECT_EQ(second.deadline, late);
    EXPECT_EQ(second.created, early);
    EXPECT_EQ(*second.payload, "p2");

    ASSERT_EQ(chunks().size(), 1U);
    EXPECT_EQ(chunks()[0].parent.signal, root_of({1}));
    EXPECT_EQ(chunks()[0].first, make_signal_id({1}, 1));
    EXPECT_EQ(chunks()[0].count, 2U);
    EXPECT_EQ(open_rows().size(), 1U);
    EXPECT_EQ(open_rows()[0].pending, 2U);
}

TEST_P(StoreChildren, AwaitWithoutChildrenOfThatAttemptIsRefused) {
    expect_done({accept(1), emit(root(1), {1, 0}, 1)});
    EmitChunk other = emit(root(1), {2, 0}, 1);
    other.attempt = 1;
    expect_done({other});
    Await third = await(root(1), 1);
    third.phase = 1;
    expect_conflict({third}, "signal 0 of run 1: expected ready in phase 1");
    expect_done({await(root(1), 1)});
    EXPECT_EQ(untouched(make_signal_id({1}, 1), 2), (Numbered{1, 2}));
    EXPECT_FALSE(exists(make_signal_id({1}, 2)));

    expect_done({accept(2)});
    expect_conflict({await(root(2), 1)}, "expected children of phase 0, attempt 0, found none");
    EXPECT_EQ(signal(root_of({2})).status, SignalStatus::ready);
}

TEST_P(StoreChildren, ANumberOrAnOrdinalIsUsedOnce) {
    start_family(1, 2);
    expect_conflict({emit(child(1, 1), {2, 0}, 1)}, "signal 2 of run 1");
    expect_conflict({emit(root(1), {5, 0}, 1)}, "expected none from ordinal 0");
    EXPECT_EQ(reader().last_number({1}).value(), 2U);
}

TEST_P(StoreChildren, ThoseOfADeadOwnerAreDropped) {
    expect_done({accept(1), emit(root(1), {1, 0}, 2)});
    harness().crash();
    Await command = await(root(1), 1);
    command.stale_chunks = true;
    expect_done({emit(root(1), {3, 0}, 1), command});

    ASSERT_EQ(chunks().size(), 1U);
    EXPECT_EQ(chunks()[0].first, make_signal_id({1}, 3));
    EXPECT_FALSE(exists(make_signal_id({1}, 1)));
    EXPECT_EQ(untouched(make_signal_id({1}, 1), 3), (Numbered{3}));
    EXPECT_EQ(*signal(make_signal_id({1}, 3)).payload, "p3");
}

TEST_P(StoreChildren, AWaitingParentKeepsItsChildrenUnderTheNextOwner) {
    start_family(1, 2);
    harness().crash();
    EXPECT_EQ(chunks().size(), 1U);
    expect_done({finish(child(1, 1)), CountDown{root(1), 1}});
    EXPECT_EQ(ordinals(results(1, 0, 10)), (Numbered{0}));
}

TEST_P(StoreChildren, ThoseOfAFailedAttemptAreDropped) {
    Reopen again = retry(root(1), {});
    again.opened = true;
    again.drop_chunks = true;
    expect_done({accept(1), emit(root(1), {1, 0}, 2), again});
    EXPECT_EQ(reader().last_number({1}).value(), 0U);

    EmitChunk second = emit(root(1), {3, 0}, 1);
    second.attempt = 1;
    Await command = await(root(1), 1);
    command.attempt = 1;
    expect_done({second, command});
    ASSERT_EQ(chunks().size(), 1U);
    EXPECT_EQ(chunks()[0].first, make_signal_id({1}, 3));
}

TEST_P(StoreChildren, TheNextPhaseHasItsOwn) {
    start_family(1, 1);
    Reopen next = retry(root(1), {});
    next.from = SignalStatus::waiting;
    next.opened = true;
    next.phase = 1;
    next.attempt = 0;
    expect_done({finish(child(1, 1)), CountDown{root(1), 1}, next});
    EXPECT_TRUE(chunks().empty());

    EmitChunk second = emit(root(1), {2, 0}, 1);
    second.phase = 1;
    Await command = await(root(1), 1);
    command.phase = 1;
    expect_done({second, command});
    expect_done({finish(child(1, 2))});
    EXPECT_TRUE(reader().child_results(root(1), 0, 0, 10, 1'000).value().empty());
    const auto found = reader().child_results(root(1), 1, 0, 10, 1'000).value();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(*found[0].result, "r2");
}

TEST_P(StoreChildren, CountsOfOneGroupAddUp) {
    start_family(1, 5);
    submit({CountDown{root(1), 1}});
    submit({CountDown{root(1), 2}});
    expect_done({CountDown{root(1), 1}});
    EXPECT_EQ(signal(root_of({1})).pending, 1U);
    expect_conflict({CountDown{root(1), 2}}, "signal 0 of run 1");
    EXPECT_EQ(signal(root_of({1})).pending, 1U);
    expect_done({CountDown{root(1), 1}});
    EXPECT_EQ(open_rows()[0].pending, 0U);
}

TEST_P(StoreChildren, OnlyAWaitingParentCounts) {
    expect_done({accept(1)});
    expect_conflict({CountDown{root(1), 1}}, "signal 0 of run 1");
    expect_conflict({CountDown{child(1, 4), 1}}, "signal 4 of run 1");
}

TEST_P(StoreChildren, OneCountTooManyIsFoundEvenAsTheParentEnds) {
    start_family(1, 1);
    Finish end = finish_opened(root(1));
    end.had_children = true;
    expect_done({finish(child(1, 1)), CountDown{root(1), 1}, end});

    start_family(2, 1);
    end = finish_opened(root(2));
    end.had_children = true;
    expect_conflict({CountDown{root(2), 2}, end}, "signal 0 of run 2");
    EXPECT_EQ(signal(root_of({2})).status, SignalStatus::waiting);
}

TEST_P(StoreChildren, ReleasedChunksComeInTheirParentsOrderThenByOrdinal) {
    expect_done(
        {accept(1),
         emit(root(1), {1, 0}, 2),
         emit(root(1), {3, 2}, 1),
         await(root(1), 3),
         emit(child(1, 3), {4, 0}, 1),
         await(child(1, 3), 1)}
    );
    AcceptRun urgent = accept(2);
    urgent.run.priority = 9;
    OpenKey urgent_root = root(2);
    urgent_root.priority = 9;
    expect_done({urgent, emit(urgent_root, {1, 0}, 1), await(urgent_root, 1)});

    const auto all = chunks();
    ASSERT_EQ(all.size(), 4U);
    EXPECT_EQ(all[0].parent.signal, root_of({2}));
    EXPECT_EQ(all[0].parent.priority, 9);
    EXPECT_EQ(all[1].parent.signal, make_signal_id({1}, 3));
    EXPECT_EQ(all[1].parent.depth, 1);
    EXPECT_EQ(all[2].first_ordinal, 0U);
    EXPECT_EQ(all[3].first_ordinal, 2U);

    std::vector<SignalId> paged;
    std::optional<ChunkRow> after;
    for (int page = 0; page < 10; ++page) {
        const auto rows = reader().released_chunks(organization, after, 1).value();
        if (rows.empty()) {
            break;
        }
        after = rows[0];
        paged.push_back(rows[0].first);
    }
    ASSERT_EQ(paged.size(), 4U);
    for (std::size_t i = 0; i < all.size(); ++i) {
        EXPECT_EQ(paged[i], all[i].first);
    }
    EXPECT_TRUE(reader().released_chunks({2}, std::nullopt, 10).value().empty());
}

TEST_P(StoreChildren, UntouchedOnesAreThoseThatNeverRan) {
    start_family(1, 6);
    expect_done({finish(child(1, 2))});
    expect_done({retry(child(1, 4), late)});
    expect_done({emit(child(1, 5), {7, 0}, 1), await(child(1, 5), 1)});
    EXPECT_EQ(untouched(make_signal_id({1}, 1), 6), (Numbered{1, 3, 6}));
    EXPECT_EQ(untouched(make_signal_id({1}, 2), 3), (Numbered{3}));

    const auto page = reader().untouched_children(make_signal_id({1}, 1), 6, 2, 1'000).value();
    ASSERT_EQ(page.size(), 2U);
    EXPECT_EQ(*page[1].payload, "p3");
    EXPECT_EQ(page[1].parent, root_of({1}));
    EXPECT_EQ(page[1].ordinal, 2U);
}

TEST_P(StoreChildren, PayloadsOfUntouchedOnesAreReadUpToABound) {
    start_family(1, 4);
    const auto page = reader().untouched_children(make_signal_id({1}, 1), 4, 10, 3).value();
    ASSERT_EQ(page.size(), 4U);
    EXPECT_EQ(*page[0].payload, "p1");
    EXPECT_EQ(*page[1].payload, "p2");
    EXPECT_EQ(page[2].payload, nullptr);
    EXPECT_EQ(page[3].payload, nullptr);
    const auto none = reader().untouched_children(make_signal_id({1}, 1), 4, 10, 0).value();
    EXPECT_EQ(none[0].payload, nullptr);
}

TEST_P(StoreChildren, ResultsComeInOrdinalOrderAcrossChunks) {
    expect_done(
        {accept(1),
         emit(root(1), {1, 0}, 2),
         emit(root(1), {3, 2}, 2),
         emit(root(1), {5, 4}, 2),
         await(root(1), 6)}
    );
    Finish failed = finish(child(1, 4));
    failed.status = SignalStatus::failed;
    failed.result = nullptr;
    failed.error = Error(ErrorCode::not_found, "no file");
    for (const std::uint32_t number : {6U, 1U, 5U}) {
        expect_done({finish(child(1, number))});
    }
    expect_done({failed});

    const auto all = results(1, 0, 10);
    EXPECT_EQ(ordinals(all), (Numbered{0, 3, 4, 5}));
    EXPECT_EQ(*all[0].result, "r1");
    EXPECT_EQ(all[1].status, SignalStatus::failed);
    EXPECT_EQ(all[1].result, nullptr);
    EXPECT_EQ(all[1].error, Error(ErrorCode::not_found, "no file"));
    EXPECT_EQ(all[1].neuron, NeuronIndex{7});
    EXPECT_EQ(ordinals(results(1, 1, 2)), (Numbered{3, 4}));
    EXPECT_EQ(ordinals(results(1, 5, 10)), (Numbered{5}));
    EXPECT_TRUE(results(1, 6, 10).empty());
}

TEST_P(StoreChildren, ListsLeaveHeldOnesOutAndGoOnBehindThem) {
    start_family(1, 2);
    expect_done({emit(child(1, 1), {3, 0}, 3), emit(child(1, 2), {6, 0}, 1)});
    expect_done({await(child(1, 2), 1)});
    const auto page = reader().list_signals({1}, make_signal_id({1}, 2), 2).value();
    ASSERT_EQ(page.size(), 2U);
    EXPECT_EQ(number_of(page[0].id), 2U);
    EXPECT_EQ(page[0].status, SignalStatus::waiting);
    EXPECT_EQ(page[0].pending, 1U);
    EXPECT_EQ(page[0].payload, nullptr);
    EXPECT_EQ(number_of(page[1].id), 6U);
    EXPECT_EQ(reader().list_signals({1}, {0}, 100).value().size(), 4U);

    std::uint64_t ready = 0;
    for (const auto& group : reader().count_signals({1}).value()) {
        ready += group.status == SignalStatus::ready ? group.count : 0;
    }
    EXPECT_EQ(ready, 2U);
}

TEST_P(StoreChildren, APageOfResultsEndsWhereTheirBytesDo) {
    start_family(1, 4);
    for (const std::uint32_t number : {1U, 2U, 3U, 4U}) {
        expect_done({finish(child(1, number)), CountDown{root(1), 1}});
    }
    // Each result has two bytes.
    const auto page = [&](std::uint32_t from, std::size_t bytes) {
        return ordinals(reader().child_results(root(1), 0, from, 10, bytes).value());
    };
    EXPECT_EQ(page(0, 3), (Numbered{0, 1}));
    EXPECT_EQ(page(2, 4), (Numbered{2, 3}));
    EXPECT_EQ(page(1, 1), (Numbered{1}));
    EXPECT_EQ(page(4, 4), (Numbered{}));
}

TEST_P(StoreChildren, CountsSayWhatEachNeuronUsed) {
    start_family(1, 2);
    for (const std::uint32_t number : {1U, 2U}) {
        Finish end = finish(child(1, number));
        end.usage = {100 * number, 10 * number};
        expect_done({end, CountDown{root(1), 1}});
    }
    Usage completed;
    for (const auto& group : reader().count_signals({1}).value()) {
        completed += group.status == SignalStatus::completed ? group.usage : Usage{};
    }
    EXPECT_EQ(completed, (Usage{300, 30}));
}

TEST_P(StoreChildren, OfAFailedParentNobodyIsHandedThemAnyMore) {
    start_family(1, 3);
    Finish end = finish_opened(root(1));
    end.status = SignalStatus::failed;
    end.had_children = true;
    expect_done({end});
    EXPECT_TRUE(chunks().empty());
    EXPECT_EQ(signal(make_signal_id({1}, 1)).status, SignalStatus::ready);
    // The runtime may still end those that it was processing.
    Finish cancelled = finish(child(1, 1));
    cancelled.status = SignalStatus::cancelled;
    expect_done({cancelled});

    decide(1);
    EXPECT_EQ(transact({SweepRun{{1}, organization, 100, late}}).swept, 2U);
    EXPECT_EQ(signal(make_signal_id({1}, 2)).status, SignalStatus::cancelled);
    EXPECT_EQ(signal(make_signal_id({1}, 2)).finished, late);
}

TEST_P(StoreChildren, ASweepEndsAllThatIsUnfinishedOfItsRunInPieces) {
    start_family(1, 5);
    start_family(2, 2);
    expect_done({finish(child(1, 1))});
    expect_done({retry(child(1, 2), late)});
    expect_done({emit(child(1, 3), {6, 0}, 2), await(child(1, 3), 2)});
    expect_done({emit(child(1, 4), {8, 0}, 1)});
    expect_conflict({SweepRun{{1}, organization, 100, late}}, "run 1");
    decide(1);

    // Unfinished: the root, 2, 3, 4, 5, 6, 7, and the held child 8.
    EXPECT_EQ(transact({SweepRun{{1}, organization, 4, late}}).swept, 4U);
    EXPECT_EQ(transact({SweepRun{{1}, organization, 3, late}}).swept, 3U);
    EXPECT_EQ(transact({SweepRun{{1}, organization, 4, late}}).swept, 1U);
    EXPECT_EQ(transact({SweepRun{{1}, organization, 4, late}}).swept, 0U);

    for (const SignalRecord& record : reader().list_signals({1}, {0}, 100).value()) {
        EXPECT_EQ(
            record.status,
            number_of(record.id) == 1 ? SignalStatus::completed : SignalStatus::cancelled
        ) << number_of(record.id);
        EXPECT_EQ(record.not_before, WallTime{});
        EXPECT_EQ(record.pending, 0U);
    }
    EXPECT_FALSE(exists(make_signal_id({1}, 8)));
    EXPECT_TRUE(reader().due_rows(organization, late, std::nullopt, 10).value().empty());
    ASSERT_EQ(chunks().size(), 1U);
    EXPECT_EQ(chunks()[0].parent.signal, root_of({2}));
    EXPECT_EQ(open_rows().size(), 1U);
    expect_conflict({finish(child(1, 5))}, "found cancelled");
}

HAL9_FOR_EVERY_STORE(StoreChildren);

}  // namespace
}  // namespace hal9::contract
