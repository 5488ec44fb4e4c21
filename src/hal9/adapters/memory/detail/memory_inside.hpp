// What a MemoryStore holds: the committed tables, and the queue of what is not committed yet.
#pragma once

#include "hal9/adapters/memory/detail/tables.hpp"
#include "hal9/adapters/memory/memory_store.hpp"

#include <deque>

namespace hal9::memory {

struct MemoryStore::Inside {
    struct Queued {
        Transaction transaction;
        std::size_t bytes = 0;
        std::size_t rows = 0;
        std::optional<Error> refused;  ///< decided already, told in its turn
    };

    std::uint64_t secret = 0;
    Waker* waker = nullptr;
    Limits limits;
    detail::Tables tables;
    std::deque<Queued> queue;
    std::size_t queued_bytes = 0;
    std::size_t queued_rows = 0;
    Receipts receipts;
    WriterStats stats;
    std::optional<Error> failed;
    std::optional<Error> fault;  ///< of the next group
    bool fault_applies = false;
    bool full = false;
    bool closed = false;

    void open_again();
    void refuse_new_work();
    /// Decides the oldest transaction and adds its receipt.
    void decide_front();
    /// How many of the oldest make the next group.
    [[nodiscard]] std::size_t group_size(std::size_t transactions_max) const;
};

}  // namespace hal9::memory
