#include "hal9/adapters/memory/memory_store.hpp"

#include "hal9/adapters/memory/memory_spill_tables.hpp"

#include <gtest/gtest.h>

// What every store must do stands in tests/contract; here is what only the twin can do.
namespace hal9::memory {
namespace {

Transaction accept(std::uint64_t ticket, RunId run) {
    AcceptRun command;
    command.run.id = run;
    command.run.organization = default_organization;
    command.payload = make_body("{}");
    Transaction transaction{ticket, {}};
    transaction.commands.emplace_back(std::move(command));
    return transaction;
}

Transaction finish_root(std::uint64_t ticket, RunId run) {
    Finish command;
    command.signal = {default_organization, 5, 0, root_of(run)};
    command.opened = true;
    Transaction transaction{ticket, {}};
    transaction.commands.emplace_back(std::move(command));
    return transaction;
}

TEST(MemoryStore, ACrashLosesExactlyWhatWasQueued) {
    MemoryStore store(7);
    store.submit(accept(1, {1}));
    store.submit(accept(2, {2}));
    EXPECT_EQ(store.commit_group(1), 1U);
    EXPECT_EQ(store.queued_transactions(), 1U);

    const Recovery recovery = store.crash_and_reopen();

    EXPECT_EQ(store.queued_transactions(), 0U);
    EXPECT_EQ(store.queued_bytes(), 0U);
    EXPECT_TRUE(store.find_run({1})->has_value());
    EXPECT_FALSE(store.find_run({2})->has_value());
    EXPECT_EQ(recovery.epoch, 2U);
    EXPECT_EQ(recovery.unclean_starts, 1U);
    EXPECT_EQ(recovery.next_run, RunId{2});
    EXPECT_EQ(recovery.secret, 7U);
    EXPECT_EQ(store.take_receipts().committed, 0U);
}

TEST(MemoryStore, AfterCloseTheNextOwnerFindsACleanEnd) {
    MemoryStore store(7);
    store.submit(accept(1, {1}));
    ASSERT_TRUE(store.close().has_value());
    EXPECT_EQ(store.reopen().unclean_starts, 0U);
    EXPECT_TRUE(store.find_run({1})->has_value());
}

TEST(MemoryStore, AFullDiskRefusesNewWorkAndKeepsTheRest) {
    MemoryStore store(7);
    store.submit(accept(1, {1}));
    store.commit_group(10);
    store.set_disk_full(true);
    store.submit(accept(2, {2}));
    store.submit(finish_root(3, {1}));
    store.submit(accept(4, {4}));

    EXPECT_EQ(store.commit_group(10), 1U);
    Receipts receipts = store.take_receipts();
    EXPECT_EQ(receipts.committed, 2U);
    ASSERT_EQ(receipts.special.size(), 1U);
    EXPECT_EQ(receipts.special[0].error->code, ErrorCode::resource_exhausted);
    EXPECT_TRUE(store.is_full());

    store.set_disk_full(false);
    EXPECT_EQ(store.commit_group(10), 2U);
    receipts = store.take_receipts();
    EXPECT_EQ(receipts.committed, 4U);
    ASSERT_EQ(receipts.special.size(), 1U);
    EXPECT_EQ(receipts.special[0].ticket, 4U);
    EXPECT_EQ((*store.find_signal(root_of({1}), false))->status, SignalStatus::completed);
}

TEST(MemoryStore, AFailedSyncLeavesTheGroupUndecidedEitherWay) {
    for (const bool applied : {false, true}) {
        MemoryStore store(7);
        store.submit(accept(1, {1}));
        store.fail_next_group(Error(ErrorCode::unavailable, "EIO"), applied);
        EXPECT_EQ(store.commit_group(10), 0U);
        ASSERT_TRUE(store.failed().has_value());
        EXPECT_EQ(store.take_receipts().committed, 0U);
        EXPECT_FALSE(store.close().has_value());
        store.submit(accept(2, {2}));
        EXPECT_EQ(store.commit_group(10), 0U);

        store.crash_and_reopen();
        EXPECT_FALSE(store.failed().has_value());
        EXPECT_EQ(store.find_run({1})->has_value(), applied);
    }
}

TEST(MemorySpillTables, RowsComeInByteOrder) {
    MemorySpillTables tables;
    auto table = tables.create().value();
    ASSERT_TRUE(table->put("\xff", "3").has_value());
    ASSERT_TRUE(table->put("a", "1").has_value());
    ASSERT_TRUE(table->put("b", "0").has_value());
    ASSERT_TRUE(table->put("b", "2").has_value());
    std::string seen;
    ASSERT_TRUE(table
                    ->for_each([&seen](std::string_view, std::string_view value) -> Result<bool> {
                        seen += value;
                        return true;
                    })
                    .has_value());
    EXPECT_EQ(seen, "123");
    EXPECT_EQ(table->find("b").value(), "2");
    EXPECT_FALSE(table->find("c").value().has_value());
}

TEST(MemorySpillTables, AFullDiskIsToldAtCreation) {
    MemorySpillTables tables;
    tables.set_full(true);
    EXPECT_EQ(tables.create().error().code, ErrorCode::resource_exhausted);
}

}  // namespace
}  // namespace hal9::memory
