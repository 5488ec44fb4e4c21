#include "tests/contract/store_contract.hpp"

#include <string>

// Transactions in groups: all or nothing each, decided in order; sizes and limits.
namespace hal9::contract {
namespace {

class StoreGroups : public StoreContract {};

TEST_P(StoreGroups, ATransactionThatFailsDoesSoAloneAndEntirely) {
    start_family(1, 6);
    std::vector<std::uint64_t> tickets;
    tickets.push_back(submit({finish(child(1, 1)), CountDown{root(1), 1}}));
    // What it did before its conflict is undone.
    tickets.push_back(submit(
        {accept(2),
         finish(child(1, 2)),
         CountDown{root(1), 1},
         emit(child(1, 3), {7, 0}, 2),
         finish(child(1, 1))}
    ));
    tickets.push_back(submit({finish(child(1, 4)), CountDown{root(1), 1}}));
    tickets.push_back(submit({CountDown{root(1), 9}}));
    tickets.push_back(submit({finish(child(1, 5)), CountDown{root(1), 1}}));
    harness().settle();

    const Receipts receipts = store().take_receipts();
    EXPECT_EQ(receipts.committed, tickets.back());
    ASSERT_EQ(receipts.special.size(), 2U);
    EXPECT_EQ(receipts.special[0].ticket, tickets[1]);
    EXPECT_EQ(receipts.special[0].error->code, ErrorCode::conflict);
    EXPECT_EQ(receipts.special[1].ticket, tickets[3]);
    EXPECT_EQ(receipts.special[1].error->code, ErrorCode::conflict);

    EXPECT_EQ(signal(root_of({1})).pending, 3U);
    EXPECT_EQ(untouched(make_signal_id({1}, 1), 6), (std::vector<std::uint32_t>{2, 3, 6}));
    EXPECT_FALSE(reader().find_run({2}).value().has_value());
    EXPECT_FALSE(exists(root_of({2})));
    EXPECT_EQ(reader().last_number({1}).value(), 6U);
}

TEST_P(StoreGroups, LaterTransactionsSeeWhatEarlierOnesDid) {
    submit({accept(1)});
    submit({emit(root(1), {1, 0}, 2), await(root(1), 2)});
    submit({finish(child(1, 1)), CountDown{root(1), 1}});
    submit({finish(child(1, 2)), CountDown{root(1), 1}});
    Finish end = finish_opened(root(1));
    end.had_children = true;
    expect_done({end, SetRunState{.run = {1}, .at = late}});
    EXPECT_EQ(run(1).state, RunState::completed);
    EXPECT_TRUE(open_rows().empty());
}

TEST_P(StoreGroups, ReceiptsAreTakenOnce) {
    expect_conflict({CountDown{root(1), 1}}, "run 1");
    const Receipts again = store().take_receipts();
    EXPECT_EQ(again.committed, 1U);
    EXPECT_TRUE(again.special.empty());
    EXPECT_EQ(store().queued_transactions(), 0U);
    EXPECT_EQ(store().queued_rows(), 0U);
    EXPECT_EQ(store().queued_bytes(), 0U);
    EXPECT_FALSE(store().is_full());
    EXPECT_FALSE(store().failed().has_value());
    EXPECT_EQ(store().stats().transactions, 1U);
    EXPECT_EQ(store().stats().groups, 1U);
}

TEST_P(StoreGroups, ManySmallGroupsAreDecidedInOrder) {
    Limits limits;
    limits.group_rows_max = 7;
    limits.group_bytes_max = 64;
    open(limits);
    start_family(1, 200);
    for (std::uint32_t number = 1; number <= 200; ++number) {
        Finish command = finish(child(1, number));
        command.result = make_body(std::string(number % 40, 'x'));
        submit({command, CountDown{root(1), 1}});
        if (number % 50 == 0) {
            submit({CountDown{root(1), 1'000}});
        }
    }
    harness().settle();
    const Receipts receipts = store().take_receipts();
    EXPECT_EQ(receipts.committed, 205U);
    ASSERT_EQ(receipts.special.size(), 4U);
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_EQ(receipts.special[i].ticket, 1 + (i + 1) * 51);
    }
    EXPECT_EQ(signal(root_of({1})).pending, 0U);
    EXPECT_GT(store().stats().groups, 25U);
    EXPECT_EQ(reader().child_results(root(1), 0, 0, 1'000, 1'000'000).value().size(), 200U);
}

TEST_P(StoreGroups, AGroupIsBoundedByTheRowsItWrites) {
    Limits limits;
    limits.group_rows_max = 50;
    open(limits);
    expect_done({accept(1)});
    const std::uint64_t before = store().stats().groups;
    for (std::uint32_t at = 0; at < 10; ++at) {
        submit({emit(root(1), {1 + 40 * at, 40 * at}, 40)});
    }
    EXPECT_LE(store().queued_rows(), 410U);
    harness().settle();
    EXPECT_GE(store().stats().groups - before, 9U) << "two chunks have more rows than fit";
    EXPECT_EQ(store().queued_rows(), 0U);
}

TEST_P(StoreGroups, BodiesOfEverySizeComeBack) {
    const std::size_t sizes[] =
        {0, 1, 65'535, 65'536, 65'537, 131'072, 131'073, (16U << 20U) - 1, 16U << 20U};
    expect_done({accept(1)});
    std::uint32_t number = 1;
    for (const std::size_t size : sizes) {
        std::string payload(size, 'p');
        std::string result(size, 'r');
        if (size > 0) {
            payload.back() = '\0';
            result.front() = '\xff';
        }
        EmitChunk chunk = emit(root(1), {number, number - 1}, 1);
        chunk.children[0].payload = make_body(payload);
        Finish end = finish(child(1, number));
        end.result = make_body(result);
        expect_done({chunk, end});
        ++number;
    }
    expect_done({await(root(1), number - 1)});
    number = 1;
    for (const std::size_t size : sizes) {
        const SignalRecord record = signal(make_signal_id({1}, number));
        ASSERT_NE(record.payload, nullptr);
        ASSERT_NE(record.result, nullptr);
        EXPECT_EQ(record.payload->size(), size);
        EXPECT_EQ(record.result->size(), size);
        if (size > 0) {
            EXPECT_EQ(record.payload->back(), '\0');
            EXPECT_EQ(record.result->front(), '\xff');
        }
        ++number;
    }
}

TEST_P(StoreGroups, NoBodyIsNotAnEmptyBody) {
    AcceptRun command = accept(1);
    command.payload = nullptr;
    Finish end = finish_opened(root(1));
    end.result = nullptr;
    expect_done({command, end});
    EXPECT_EQ(signal(root_of({1})).payload, nullptr);
    EXPECT_EQ(signal(root_of({1})).result, nullptr);
}

TEST_P(StoreGroups, BodiesAndChunksBeyondTheirLimitAreRefusedByName) {
    Limits limits;
    limits.payload_bytes_max = 100;
    limits.chunk_signals_max = 3;
    open(limits);
    AcceptRun large = accept(1);
    large.payload = make_body(std::string(101, 'x'));
    expect_refused({large}, ErrorCode::limit_exceeded, "payload_bytes_max is 100");
    large.payload = make_body(std::string(100, 'x'));
    expect_done({large});

    EmitChunk chunk = emit(root(1), {1, 0}, 4);
    expect_refused({chunk}, ErrorCode::limit_exceeded, "chunk_signals_max is 3");
    chunk = emit(root(1), {1, 0}, 3);
    chunk.children[2].payload = make_body(std::string(101, 'x'));
    expect_refused({chunk}, ErrorCode::limit_exceeded, "signal 3 of run 1");
    Finish end = finish_opened(root(1));
    end.result = make_body(std::string(101, 'x'));
    expect_refused({end}, ErrorCode::limit_exceeded, "signal 0 of run 1");
    EXPECT_EQ(reader().last_number({1}).value(), 0U);
    EXPECT_EQ(signal(root_of({1})).status, SignalStatus::ready);
}

TEST_P(StoreGroups, WhatWasCommittedOutlivesCrashAndClose) {
    start_family(1, 3);
    expect_done({finish(child(1, 1)), CountDown{root(1), 1}});
    expect_done({retry(child(1, 2), late)});
    harness().crash();
    const auto check = [this] {
        EXPECT_EQ(signal(root_of({1})).pending, 2U);
        EXPECT_EQ(*signal(make_signal_id({1}, 1)).result, "r1");
        EXPECT_EQ(signal(make_signal_id({1}, 2)).not_before, late);
        EXPECT_EQ(untouched(make_signal_id({1}, 1), 3), (std::vector<std::uint32_t>{3}));
        EXPECT_EQ(reader().last_number({1}).value(), 3U);
    };
    check();
    harness().restart();
    check();
    expect_done({finish(child(1, 3)), CountDown{root(1), 1}});
}

TEST_P(StoreGroups, CloseCommitsWhatIsQueuedAndNothingIsTakenAfterIt) {
    for (std::int64_t number = 1; number <= 20; ++number) {
        submit({accept(number)});
    }
    ASSERT_TRUE(store().close().has_value());
    EXPECT_TRUE(store().close().has_value());
    submit({accept(21)});
    EXPECT_EQ(store().queued_transactions(), 0U);
    EXPECT_EQ(store().take_receipts().committed, 20U);
    EXPECT_EQ(run(20).state, RunState::running);
    EXPECT_FALSE(reader().find_run({21}).value().has_value());
}

HAL9_FOR_EVERY_STORE(StoreGroups);

}  // namespace
}  // namespace hal9::contract
