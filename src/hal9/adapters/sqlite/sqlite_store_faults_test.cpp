#include "hal9/adapters/sqlite/detail/fault_vfs.hpp"
#include "hal9/adapters/sqlite/detail/testing.hpp"
#include "hal9/adapters/sqlite/sqlite_reader.hpp"
#include "hal9/adapters/sqlite/sqlite_store.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace hal9::sqlite {
namespace {

using detail::accept_run;
using detail::finish_run;

class SqliteStoreFaults : public testing::Test {
protected:
    SqliteStoreFaults() { open(); }

    void open() {
        SeededRandom random(1);
        auto store = SqliteStore::open(
            directory_.path(),
            {clock_, random, Limits{}, faults_.name()},
            &waker_
        );
        ASSERT_TRUE(store.has_value()) << store.error().full_message();
        store_ = *std::move(store);
    }

    void settle() {
        EXPECT_TRUE(waker_.wait([this] { return store_->queued_transactions() == 0; }));
    }

    bool has_run(std::int64_t run) {
        auto reader = SqliteReader::open(directory_.path());
        return reader.value()->find_run({run}).value().has_value();
    }

    detail::TemporaryDirectory directory_;
    detail::FaultVfs faults_{"hal9-faults"};
    detail::FixedClock clock_;
    detail::WaitingWaker waker_;
    std::unique_ptr<SqliteStore> store_;
};

TEST_F(SqliteStoreFaults, AFullDiskRefusesNewWorkKeepsTheRestAndGoesOnByItself) {
    store_->submit(accept_run(1));
    settle();
    faults_.disk_full_after(0);
    store_->submit(accept_run(2));
    settle();
    Receipts receipts = store_->take_receipts();
    EXPECT_EQ(receipts.committed, 2U);
    ASSERT_EQ(receipts.special.size(), 1U);
    EXPECT_EQ(receipts.special[0].ticket, 2U);
    EXPECT_EQ(receipts.special[0].error->code, ErrorCode::resource_exhausted);
    EXPECT_TRUE(store_->is_full());

    store_->submit(finish_run(3, 1));
    store_->submit(accept_run(4));
    const int failures = faults_.failures();
    EXPECT_TRUE(waker_.wait([&] { return faults_.failures() > failures; }));
    EXPECT_EQ(store_->queued_transactions(), 2U);
    EXPECT_EQ(store_->take_receipts().special.size(), 0U);
    EXPECT_FALSE(store_->failed().has_value());
    EXPECT_TRUE(has_run(1));

    faults_.lift();
    settle();
    receipts = store_->take_receipts();
    EXPECT_EQ(receipts.committed, 4U);
    ASSERT_EQ(receipts.special.size(), 1U);
    EXPECT_EQ(receipts.special[0].ticket, 4U);
    EXPECT_FALSE(store_->is_full());
    EXPECT_FALSE(has_run(2));
    EXPECT_FALSE(has_run(4));

    store_->submit(accept_run(5));
    ASSERT_TRUE(store_->close().has_value());
    EXPECT_TRUE(has_run(5));
    EXPECT_EQ(store_->queued_bytes(), 0U);
}

TEST_F(SqliteStoreFaults, AFullDiskIsNoticedToBeEmptyAgainWithoutNewWork) {
    faults_.disk_full_after(0);
    store_->submit(accept_run(1));
    settle();
    EXPECT_TRUE(store_->is_full());
    faults_.lift();
    EXPECT_TRUE(waker_.wait([this] { return !store_->is_full(); }));
    store_->submit(accept_run(2));
    settle();
    EXPECT_TRUE(has_run(2));
}

TEST_F(SqliteStoreFaults, ADiskThatFillsInTheMiddleOfAGroupLeavesNothingOfIt) {
    store_->submit(accept_run(1));
    settle();
    faults_.disk_full_after(3);
    store_->submit(accept_run(2, std::string(200'000, 'x')));
    settle();
    EXPECT_EQ(store_->take_receipts().special.size(), 1U);
    faults_.lift();
    EXPECT_TRUE(waker_.wait([this] { return !store_->is_full(); }));
    store_->submit(accept_run(3));
    settle();
    EXPECT_TRUE(has_run(1));
    EXPECT_FALSE(has_run(2));
    EXPECT_TRUE(has_run(3));
}

TEST_F(SqliteStoreFaults, ClosingOnAFullDiskSaysWhatWasLostAndIsNoCleanEnd) {
    store_->submit(accept_run(1));
    settle();
    faults_.disk_full_after(0);
    store_->submit(finish_run(2, 1));
    EXPECT_TRUE(waker_.wait([this] { return store_->is_full(); }));
    const Result<void> closed = store_->close();
    ASSERT_FALSE(closed.has_value());
    EXPECT_EQ(closed.error().code, ErrorCode::resource_exhausted);
    store_.reset();
    faults_.lift();
    open();
    EXPECT_EQ(store_->recovery().unclean_starts, 1U);
}

TEST_F(SqliteStoreFaults, AFailedWriteEndsTheStore) {
    faults_.write_fails_after(0);
    store_->submit(accept_run(1));
    EXPECT_TRUE(waker_.wait([this] { return store_->failed().has_value(); }));
    EXPECT_EQ(store_->failed()->code, ErrorCode::unavailable);
    EXPECT_EQ(store_->take_receipts().committed, 0U);
    faults_.lift();
    store_->submit(accept_run(2));
    EXPECT_EQ(store_->queued_transactions(), 1U) << "the first one stays undecided";
    EXPECT_FALSE(store_->close().has_value());
    store_.reset();
    open();
    EXPECT_EQ(store_->recovery().unclean_starts, 1U);
    EXPECT_EQ(store_->recovery().next_run, RunId{1});
}

TEST_F(SqliteStoreFaults, AFailedSyncEndsTheStore) {
    store_->submit(accept_run(1));
    settle();
    faults_.sync_fails_after(0);
    store_->submit(accept_run(2));
    EXPECT_TRUE(waker_.wait([this] { return store_->failed().has_value(); }));
    EXPECT_EQ(store_->take_receipts().committed, 1U);
    store_.reset();
    faults_.lift();
    open();
    EXPECT_TRUE(has_run(1));
}

TEST_F(SqliteStoreFaults, ASyncOfTheDatabaseFileThatFailsInTheCheckpointEndsTheStore) {
    // The writer's own syncs are of the log and succeed.
    faults_.checkpoint_sync_fails_after(0);
    const std::string body(60'000, 'x');
    std::uint64_t ticket = 0;
    while (!store_->failed() && ticket < 20'000) {
        store_->submit(accept_run(++ticket, body));
        if (ticket % 50 == 0) {
            waker_.wait([this] { return store_->queued_transactions() == 0 || store_->failed(); });
        }
    }
    ASSERT_TRUE(store_->failed().has_value());
    EXPECT_EQ(store_->failed()->code, ErrorCode::unavailable) << store_->failed()->message;
    EXPECT_GT(store_->take_receipts().committed, 50U);
}

TEST_F(SqliteStoreFaults, TheLogIsWrittenOverAfterACheckpoint) {
    const std::string body(60'000, 'x');
    for (std::uint64_t ticket = 1; ticket <= 2'000; ++ticket) {
        store_->submit(accept_run(ticket, body));
        if (ticket % 20 == 0) {
            settle();
        }
    }
    // 120 MB went through it.
    EXPECT_LT(std::filesystem::file_size(directory_.file() + "-wal"), 60U << 20U);
    ASSERT_TRUE(store_->close().has_value());
}

}  // namespace
}  // namespace hal9::sqlite
