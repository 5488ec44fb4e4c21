// Outbox: the runtime's side of the store's writer.
//
// Collects the commands of one step into a transaction, numbers transactions, knows which are
// durable, and lets coroutines wait for that. Thread: the runtime's strand.
#pragma once

#include "hal9/base/planted_bug.hpp"
#include "hal9/base/result.hpp"
#include "hal9/model/limits.hpp"
#include "hal9/ports/signal_store.hpp"

#include <coroutine>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace hal9::runtime::detail {

class Outbox {
public:
    Outbox(SignalStore& store, const Limits& limits) : store_(store), limits_(limits) {}

    template <class C>
    void add(C command) {
        current_.commands.emplace_back(std::move(command));
    }

    /// Hands over what was added as one transaction; returns its ticket, or the last one when
    /// nothing was added.
    std::uint64_t submit();
    /// The same for a request, which the store may refuse whether or not somebody still waits.
    std::uint64_t submit_request();

    /// Takes receipts; waiting coroutines become resumable. Returns an error when a transaction
    /// failed that nobody waits for: memory and store differ, the node must stop.
    [[nodiscard]] Result<bool> receive();
    /// Resumes the coroutines whose ticket is decided.
    void resume_decided();

    [[nodiscard]] std::uint64_t committed() const { return committed_; }

    [[nodiscard]] std::uint64_t last_ticket() const { return last_ticket_; }

    /// The ticket that what is being added will get.
    [[nodiscard]] std::uint64_t next_ticket() const { return last_ticket_ + 1; }

    [[nodiscard]] bool has_room() const {
        return HAL9_PLANTED(queue_without_bound) ||
               (store_.queued_rows() < limits_.store_queue_rows_max &&
                store_.queued_bytes() < limits_.store_queue_bytes_max);
    }

    /// co_await outbox.decided(ticket): a Receipt, with the error if the transaction failed.
    class Decided {
    public:
        Decided(Outbox& outbox, std::uint64_t ticket);
        Decided(const Decided&) = delete;
        Decided& operator=(const Decided&) = delete;
        ~Decided();

        bool await_ready() const noexcept { return false; }

        void await_suspend(std::coroutine_handle<> awaiter) noexcept { awaiter_ = awaiter; }

        Receipt await_resume() { return std::move(receipt_); }

    private:
        friend class Outbox;
        Outbox& outbox_;
        Receipt receipt_;
        std::coroutine_handle<> awaiter_;
    };

    [[nodiscard]] Decided decided(std::uint64_t ticket) { return {*this, ticket}; }

private:
    SignalStore& store_;
    const Limits& limits_;
    Transaction current_;
    std::uint64_t last_ticket_ = 0;
    std::uint64_t committed_ = 0;
    std::multimap<std::uint64_t, Decided*> waiting_;
    std::set<std::uint64_t> requests_;  ///< undecided ones
};

}  // namespace hal9::runtime::detail
