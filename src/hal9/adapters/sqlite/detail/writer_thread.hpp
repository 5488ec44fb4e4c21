// WriterThread: the queue of a SqliteStore and the thread that empties it.
#pragma once

#include "hal9/adapters/sqlite/group_writer.hpp"
#include "hal9/model/limits.hpp"
#include "hal9/ports/signal_store.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

namespace hal9::sqlite::detail {

class WriterThread {
public:
    WriterThread(std::unique_ptr<GroupWriter> writer, const SqliteOptions& options, Waker* waker);
    /// Stops after the group being written.
    ~WriterThread();
    WriterThread(const WriterThread&) = delete;
    WriterThread& operator=(const WriterThread&) = delete;

    void submit(Transaction transaction);
    [[nodiscard]] Receipts take_receipts();

    [[nodiscard]] std::size_t queued_transactions() const { return queued_transactions_; }

    [[nodiscard]] std::size_t queued_rows() const { return queued_rows_; }

    [[nodiscard]] std::size_t queued_bytes() const { return queued_bytes_; }

    [[nodiscard]] std::optional<Error> failed() const;

    [[nodiscard]] bool is_full() const { return full_; }

    [[nodiscard]] WriterStats stats() const;

    [[nodiscard]] const Recovery& recovery() const { return recovery_; }

    /// Empties the queue, marks a clean end, ends the thread. Thread: the submitter's.
    [[nodiscard]] Result<void> close();

private:
    static constexpr auto pause_first = std::chrono::milliseconds(100);
    static constexpr auto pause_max = std::chrono::milliseconds(1'000);

    struct Queued {
        Transaction transaction;
        std::size_t bytes = 0;
        std::size_t rows = 0;
        bool refused = false;  ///< for want of room; told in its turn, its commands are gone
    };

    void loop(const std::stop_token& stop);
    /// Waits for work, or for the time to try again; false when the thread is to end.
    [[nodiscard]] bool wait_for_work(const std::stop_token& stop);
    void take_group();
    void write_group();
    void disk_is_full();
    /// Takes new work out of the group and marks it in the queue: the disk is full.
    void refuse_new_work();
    /// Tells refusals that have nothing undecided before them.
    void publish_refused();
    void publish(std::uint64_t ticket, std::vector<Receipt> special, std::size_t decided);
    void fail_for_good(Error error);

    std::unique_ptr<GroupWriter> writer_;
    Recovery recovery_;
    Limits limits_;
    const Clock& clock_;
    Waker* waker_;

    // Of the writer's thread.
    std::vector<Transaction> group_;  ///< taken from the queue, not decided
    std::size_t group_bytes_ = 0;
    std::size_t group_rows_ = 0;
    std::vector<Receipt> refused_;  ///< decided, not told yet; by ticket
    std::uint64_t last_taken_ = 0;  ///< ticket
    bool last_attempt_ = false;     ///< closing while the disk is full
    bool try_now_ = true;           ///< false while the pause after a full disk lasts
    std::chrono::milliseconds pause_ = pause_first;

    mutable std::mutex mutex_;
    std::condition_variable_any work_;
    std::deque<Queued> queue_;
    Receipts receipts_;
    WriterStats stats_;
    std::optional<Error> failed_;
    bool closing_ = false;

    std::atomic<std::size_t> queued_transactions_ = 0;
    std::atomic<std::size_t> queued_rows_ = 0;
    std::atomic<std::size_t> queued_bytes_ = 0;
    std::atomic<bool> full_ = false;
    std::jthread thread_;
};

}  // namespace hal9::sqlite::detail
