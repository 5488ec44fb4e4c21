#include "hal9/runtime/detail/outbox.hpp"

#include "hal9/base/text.hpp"

#include <algorithm>
#include <utility>

namespace hal9::runtime::detail {

Outbox::Decided::Decided(Outbox& outbox, std::uint64_t ticket) : outbox_(outbox) {
    receipt_.ticket = ticket;
    outbox_.waiting_.emplace(ticket, this);
}

Outbox::Decided::~Decided() {
    const auto [first, last] = outbox_.waiting_.equal_range(receipt_.ticket);
    for (auto at = first; at != last; ++at) {
        if (at->second == this) {
            outbox_.waiting_.erase(at);
            return;
        }
    }
}

std::uint64_t Outbox::submit() {
    if (current_.commands.empty()) {
        return last_ticket_;
    }
    current_.ticket = ++last_ticket_;
    store_.submit(std::exchange(current_, {}));
    return last_ticket_;
}

std::uint64_t Outbox::submit_request() {
    requests_.insert(next_ticket());
    return submit();
}

Result<bool> Outbox::receive() {
    Receipts receipts = store_.take_receipts();
    const bool progress = receipts.committed > committed_ || !receipts.special.empty();
    committed_ = std::max(committed_, receipts.committed);
    for (Receipt& receipt : receipts.special) {
        const auto [first, last] = waiting_.equal_range(receipt.ticket);
        if (receipt.error && !requests_.contains(receipt.ticket)) {
            return fail(Error(
                ErrorCode::internal,
                str("the store refused transaction ", receipt.ticket, ", which it had to accept"),
                *receipt.error
            ));
        }
        for (auto at = first; at != last; ++at) {
            at->second->receipt_ = receipt;
        }
    }
    requests_.erase(requests_.begin(), requests_.upper_bound(committed_));
    return progress;
}

void Outbox::resume_decided() {
    while (!waiting_.empty() && waiting_.begin()->first <= committed_) {
        Decided* const decided = waiting_.begin()->second;
        waiting_.erase(waiting_.begin());
        decided->awaiter_.resume();
    }
}

}  // namespace hal9::runtime::detail
