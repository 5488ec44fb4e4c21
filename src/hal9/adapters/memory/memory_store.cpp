#include "hal9/adapters/memory/memory_store.hpp"

#include "hal9/adapters/memory/detail/apply.hpp"
#include "hal9/adapters/memory/detail/memory_inside.hpp"
#include "hal9/base/check.hpp"
#include "hal9/ports/transaction_facts.hpp"

#include <algorithm>
#include <utility>

namespace hal9::memory {

void MemoryStore::Inside::open_again() {
    detail::Owner owner = tables.current_owner();
    owner.unclean_starts = owner.clean ? 0 : owner.unclean_starts + 1;
    owner.clean = false;
    ++owner.epoch;
    *tables.owner.edit(0) = owner;
    tables.keep();
    queue.clear();
    queued_bytes = 0;
    queued_rows = 0;
    receipts = {};
    failed.reset();
    fault.reset();
    full = false;
    closed = false;
}

void MemoryStore::Inside::refuse_new_work() {
    for (Queued& queued : queue) {
        if (!queued.refused && brings_new_work(queued.transaction)) {
            queued.refused = Error(
                ErrorCode::resource_exhausted,
                "the disk of the store is full; new work is accepted again once there is room"
            );
        }
    }
}

void MemoryStore::Inside::decide_front() {
    Queued queued = std::move(queue.front());
    queue.pop_front();
    queued_bytes -= queued.bytes;
    queued_rows -= queued.rows;
    ++stats.transactions;
    Receipt receipt;
    if (queued.refused) {
        receipt.ticket = queued.transaction.ticket;
        receipt.error = std::move(queued.refused);
    } else {
        receipt = detail::apply(tables, queued.transaction, limits);
    }
    receipts.committed = queued.transaction.ticket;
    if (receipt.error || receipt.existing || receipt.swept > 0) {
        receipts.special.push_back(std::move(receipt));
    }
}

std::size_t MemoryStore::Inside::group_size(std::size_t transactions_max) const {
    const std::size_t most = std::min(transactions_max, queue.size());
    std::size_t count = 0;
    std::size_t bytes = 0;
    std::size_t rows = 0;
    while (count < most) {
        bytes += queue[count].bytes;
        rows += queue[count].rows;
        if (count > 0 && (bytes > limits.group_bytes_max || rows > limits.group_rows_max)) {
            break;
        }
        ++count;
    }
    return count;
}

MemoryStore::MemoryStore(std::uint64_t secret, Waker* waker, Limits limits)
    : inside_(std::make_unique<Inside>()) {
    inside_->secret = secret;
    inside_->waker = waker;
    inside_->limits = limits;
    inside_->tables.owner.insert(0, {});
    inside_->open_again();
}

MemoryStore::~MemoryStore() = default;

Recovery MemoryStore::recovery() const {
    const detail::Tables& tables = inside_->tables;
    const detail::Owner& owner = tables.current_owner();
    Recovery recovery;
    recovery.epoch = owner.epoch;
    recovery.unclean_starts = owner.unclean_starts;
    recovery.was_processing = owner.processing;
    recovery.processing_deaths = owner.processing_deaths;
    recovery.secret = inside_->secret;
    if (!tables.runs.rows().empty()) {
        recovery.next_run = {tables.runs.rows().rbegin()->first.value + 1};
    }
    if (!tables.versions.rows().empty()) {
        recovery.next_version = {tables.versions.rows().rbegin()->first.value + 1};
    }
    return recovery;
}

std::size_t MemoryStore::commit_group(std::size_t transactions_max) {
    Inside& in = *inside_;
    if (in.failed || in.closed) {
        return 0;
    }
    std::size_t count = in.group_size(transactions_max);
    if (in.fault) {
        for (std::size_t i = 0; i < count; ++i) {
            if (in.fault_applies) {
                in.decide_front();
            } else {
                in.queued_bytes -= in.queue.front().bytes;
                in.queued_rows -= in.queue.front().rows;
                in.queue.pop_front();
            }
        }
        in.receipts = {};
        fail_for_good(*std::exchange(in.fault, std::nullopt));
        return 0;
    }
    if (in.full) {
        in.refuse_new_work();
        const auto waits = std::find_if(in.queue.begin(), in.queue.end(), [](const auto& queued) {
            return !queued.refused;
        });
        count = std::min(count, static_cast<std::size_t>(waits - in.queue.begin()));
    }
    if (count == 0) {
        return 0;
    }
    for (std::size_t i = 0; i < count; ++i) {
        in.decide_front();
    }
    ++in.stats.groups;
    if (in.waker != nullptr) {
        in.waker->wake();
    }
    return count;
}

Recovery MemoryStore::crash_and_reopen() {
    inside_->open_again();
    return recovery();
}

void MemoryStore::set_disk_full(bool full) {
    inside_->full = full;
}

std::size_t MemoryStore::chunks() const {
    return inside_->tables.chunks.rows().size();
}

void MemoryStore::fail_for_good(Error error) {
    if (inside_->failed) {
        return;
    }
    inside_->failed = std::move(error);
    if (inside_->waker != nullptr) {
        inside_->waker->wake();
    }
}

void MemoryStore::fail_next_group(Error error, bool applied) {
    inside_->fault = std::move(error);
    inside_->fault_applies = applied;
}

void MemoryStore::submit(Transaction transaction) {
    Inside& in = *inside_;
    if (in.closed || in.failed) {
        return;
    }
    HAL9_ASSERT(in.queue.empty() || in.queue.back().transaction.ticket < transaction.ticket);
    const std::size_t bytes = body_bytes(transaction);
    const std::size_t rows = row_count(transaction);
    in.queued_bytes += bytes;
    in.queued_rows += rows;
    in.queue.push_back({std::move(transaction), bytes, rows, std::nullopt});
}

Receipts MemoryStore::take_receipts() {
    Receipts taken = std::move(inside_->receipts);
    inside_->receipts = {taken.committed, {}};
    return taken;
}

std::size_t MemoryStore::queued_transactions() const {
    return inside_->queue.size();
}

std::size_t MemoryStore::queued_rows() const {
    return inside_->queued_rows;
}

std::size_t MemoryStore::queued_bytes() const {
    return inside_->queued_bytes;
}

std::optional<Error> MemoryStore::failed() const {
    return inside_->failed;
}

bool MemoryStore::is_full() const {
    return inside_->full;
}

WriterStats MemoryStore::stats() const {
    return inside_->stats;
}

Result<void> MemoryStore::close() {
    Inside& in = *inside_;
    if (in.closed) {
        return {};
    }
    while (!in.queue.empty() && commit_group(in.queue.size()) > 0) {
    }
    if (in.failed) {
        return fail(*in.failed);
    }
    in.closed = true;
    if (!in.queue.empty()) {
        return fail(
            ErrorCode::resource_exhausted,
            "the disk of the store is full: the last transactions were not committed"
        );
    }
    detail::Owner* owner = in.tables.owner.edit(0);
    owner->clean = true;
    owner->processing.reset();
    owner->processing_deaths = 0;
    in.tables.keep();
    return {};
}

}  // namespace hal9::memory
