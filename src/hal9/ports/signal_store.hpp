// SignalStore: the writing side of the store, one owner, group commit.
//
// Transactions go in without waiting and come out as receipts in the order of submission. While the
// disk is full, transactions that accept new work are refused (resource_exhausted), all others wait
// for room. EIO or a failed sync is `failed()`: nothing is known about the last group any more, so
// the process must end and recover at its next start.
#pragma once

#include "hal9/base/result.hpp"
#include "hal9/ports/transaction.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace hal9 {

/// Says that receipts are there. Called by the store from its own thread.
class Waker {
public:
    virtual ~Waker() = default;
    /// Thread: any. Cheap, may be called too often.
    virtual void wake() = 0;
};

/// A transaction about which there is more to say than "committed".
struct Receipt {
    std::uint64_t ticket = 0;
    std::optional<Error> error;     ///< it was rolled back alone
    std::optional<RunId> existing;  ///< for AcceptRun: the run that has the key
    std::uint32_t swept = 0;        ///< for SweepRun
};

struct Receipts {
    std::uint64_t committed = 0;  ///< every ticket up to here is decided and durable
    /// Those of them with something to say, in order. What a full disk refuses is told in its turn,
    /// too: look at is_full() before submitting new work.
    std::vector<Receipt> special;
};

/// Figures of the writer since the start.
struct WriterStats {
    std::uint64_t groups = 0;
    std::uint64_t transactions = 0;
    std::uint64_t busy_us = 0;
};

class SignalStore {
public:
    virtual ~SignalStore() = default;
    /// Thread: the runtime's strand. Takes ownership; never blocks. Whoever submits keeps within
    /// Limits::store_queue_* by looking at queued_*().
    virtual void submit(Transaction transaction) = 0;
    /// What was decided since the last call. Thread: the runtime's strand.
    [[nodiscard]] virtual Receipts take_receipts() = 0;
    /// Transactions submitted and not yet decided, the rows they write and the bytes of their
    /// bodies. Thread: any.
    [[nodiscard]] virtual std::size_t queued_transactions() const = 0;
    [[nodiscard]] virtual std::size_t queued_rows() const = 0;
    [[nodiscard]] virtual std::size_t queued_bytes() const = 0;
    /// Set once, for good: the store cannot go on.
    [[nodiscard]] virtual std::optional<Error> failed() const = 0;
    /// True while the disk is full and transactions wait.
    [[nodiscard]] virtual bool is_full() const = 0;
    [[nodiscard]] virtual WriterStats stats() const = 0;
    /// Commits what is queued, marks a clean end, and stops. Later calls do nothing.
    [[nodiscard]] virtual Result<void> close() = 0;
};

}  // namespace hal9
