#include "hal9/adapters/sqlite/detail/writer_thread.hpp"

#include "hal9/base/check.hpp"
#include "hal9/ports/transaction_facts.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <pthread.h>

namespace hal9::sqlite::detail {
namespace {

Receipt refusal(std::uint64_t ticket) {
    Receipt receipt;
    receipt.ticket = ticket;
    receipt.error = Error(
        ErrorCode::resource_exhausted,
        "the disk of the store is full; new work is accepted again once there is room"
    );
    return receipt;
}

bool by_ticket(const Receipt& a, const Receipt& b) {
    return a.ticket < b.ticket;
}

}  // namespace

WriterThread::WriterThread(
    std::unique_ptr<GroupWriter> writer,
    const SqliteOptions& options,
    Waker* waker
)
    : writer_(std::move(writer)),
      recovery_(writer_->recovery()),
      limits_(options.limits),
      clock_(options.clock),
      waker_(waker),
      thread_([this](const std::stop_token& stop) { loop(stop); }) {}

WriterThread::~WriterThread() = default;

// --- the submitter's side

void WriterThread::submit(Transaction transaction) {
    const std::size_t bytes = body_bytes(transaction);
    const std::size_t rows = row_count(transaction);
    const std::lock_guard lock(mutex_);
    if (closing_ || failed_) {
        return;
    }
    HAL9_ASSERT(queue_.empty() || queue_.back().transaction.ticket < transaction.ticket);
    ++queued_transactions_;
    queued_bytes_ += bytes;
    queued_rows_ += rows;
    queue_.push_back({std::move(transaction), bytes, rows});
    work_.notify_one();
}

Receipts WriterThread::take_receipts() {
    const std::lock_guard lock(mutex_);
    Receipts taken = std::move(receipts_);
    receipts_ = {taken.committed, {}};
    return taken;
}

std::optional<Error> WriterThread::failed() const {
    const std::lock_guard lock(mutex_);
    return failed_;
}

WriterStats WriterThread::stats() const {
    const std::lock_guard lock(mutex_);
    return stats_;
}

Result<void> WriterThread::close() {
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
        work_.notify_one();
    }
    if (!thread_.joinable()) {
        return {};
    }
    thread_.join();
    const std::unique_ptr<GroupWriter> writer = std::move(writer_);
    if (std::optional<Error> error = failed()) {
        return fail(*std::move(error));
    }
    if (queued_transactions_ > 0) {
        return fail(
            ErrorCode::resource_exhausted,
            "the disk of the store is full: the last transactions were not committed"
        );
    }
    return writer->close();
}

// --- the writer's side

void WriterThread::loop(const std::stop_token& stop) {
    pthread_setname_np(pthread_self(), "hal9-writer");
    while (wait_for_work(stop)) {
        take_group();
        write_group();
    }
}

bool WriterThread::wait_for_work(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    if (full_) {
        const auto end = [this] { return closing_ || (group_.empty() && !queue_.empty()); };
        try_now_ = !work_.wait_for(lock, stop, pause_, end) || closing_;
        // Closing is not held up by a full disk: one more attempt, then what is left is left.
        const bool last = std::exchange(last_attempt_, closing_);
        return !stop.stop_requested() && !failed_ && !(closing_ && last);
    }
    try_now_ = true;
    work_.wait(lock, stop, [this] { return closing_ || !queue_.empty(); });
    return !stop.stop_requested() && !failed_ && !queue_.empty();
}

void WriterThread::take_group() {
    if (!group_.empty()) {
        return;
    }
    const std::lock_guard lock(mutex_);
    while (!queue_.empty()) {
        Queued& next = queue_.front();
        if (!group_.empty() && (group_bytes_ + next.bytes > limits_.group_bytes_max ||
                                group_rows_ + next.rows > limits_.group_rows_max)) {
            return;
        }
        last_taken_ = next.transaction.ticket;
        if (next.refused) {
            refused_.push_back(refusal(last_taken_));
        } else {
            group_bytes_ += next.bytes;
            group_rows_ += next.rows;
            group_.push_back(std::move(next.transaction));
        }
        queue_.pop_front();
    }
}

void WriterThread::write_group() {
    if (full_) {
        refuse_new_work();
        publish_refused();
    }
    // A full disk is probed by an empty group when there is nothing else to write.
    if (!try_now_ || (group_.empty() && refused_.empty() && !full_)) {
        return;
    }
    const SteadyTime begun = clock_.now().steady;
    Result<std::vector<Receipt>> special = writer_->apply(group_);
    if (!special && special.error().code == ErrorCode::resource_exhausted) {
        disk_is_full();
        return;
    }
    if (!special) {
        fail_for_good(std::move(special).error());
        return;
    }
    pause_ = pause_first;
    if (full_.exchange(false) && waker_ != nullptr) {
        waker_->wake();
    }
    {
        const std::lock_guard lock(mutex_);
        ++stats_.groups;
        stats_.busy_us += static_cast<std::uint64_t>((clock_.now().steady - begun).count());
    }
    const std::size_t decided = group_.size() + refused_.size();
    queued_bytes_ -= std::exchange(group_bytes_, 0);
    queued_rows_ -= std::exchange(group_rows_, 0);
    group_.clear();
    std::vector<Receipt> told;
    std::ranges::merge(
        std::make_move_iterator(special->begin()),
        std::make_move_iterator(special->end()),
        std::make_move_iterator(refused_.begin()),
        std::make_move_iterator(refused_.end()),
        std::back_inserter(told),
        by_ticket
    );
    refused_.clear();
    publish(last_taken_, std::move(told), decided);
}

void WriterThread::disk_is_full() {
    pause_ = full_ ? std::min(pause_ * 2, pause_max) : pause_first;
    full_ = true;
    refuse_new_work();
    publish_refused();
    if (waker_ != nullptr) {
        waker_->wake();
    }
}

void WriterThread::refuse_new_work() {
    std::erase_if(group_, [this](const Transaction& transaction) {
        if (!brings_new_work(transaction)) {
            return false;
        }
        const std::size_t bytes = body_bytes(transaction);
        const std::size_t rows = row_count(transaction);
        group_bytes_ -= bytes;
        group_rows_ -= rows;
        queued_bytes_ -= bytes;
        queued_rows_ -= rows;
        refused_.push_back(refusal(transaction.ticket));
        return true;
    });
    std::ranges::sort(refused_, by_ticket);
    const std::lock_guard lock(mutex_);
    for (Queued& queued : queue_) {
        if (!queued.refused && brings_new_work(queued.transaction)) {
            queued.refused = true;
            queued.transaction.commands.clear();
            queued_bytes_ -= std::exchange(queued.bytes, 0);
            queued_rows_ -= std::exchange(queued.rows, 0);
        }
    }
}

void WriterThread::publish_refused() {
    const std::uint64_t undecided = group_.empty() ? last_taken_ + 1 : group_.front().ticket;
    const auto end = std::ranges::find_if(refused_, [undecided](const Receipt& receipt) {
        return receipt.ticket > undecided;
    });
    if (end == refused_.begin()) {
        return;
    }
    std::vector<Receipt> told(
        std::make_move_iterator(refused_.begin()),
        std::make_move_iterator(end)
    );
    refused_.erase(refused_.begin(), end);
    const std::uint64_t ticket = told.back().ticket;
    const std::size_t decided = told.size();
    publish(ticket, std::move(told), decided);
}

void WriterThread::publish(
    std::uint64_t ticket,
    std::vector<Receipt> special,
    std::size_t decided
) {
    if (decided == 0) {
        return;
    }
    {
        const std::lock_guard lock(mutex_);
        stats_.transactions += decided;
        receipts_.committed = ticket;
        std::ranges::move(special, std::back_inserter(receipts_.special));
    }
    queued_transactions_ -= decided;
    if (waker_ != nullptr) {
        waker_->wake();
    }
}

void WriterThread::fail_for_good(Error error) {
    {
        const std::lock_guard lock(mutex_);
        failed_ = std::move(error);
    }
    if (waker_ != nullptr) {
        waker_->wake();
    }
}

}  // namespace hal9::sqlite::detail
