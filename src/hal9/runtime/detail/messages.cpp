// Messages: sent to a run, kept in the store until a signal of the run receives them.
//
// A run in memory knows the names and numbers of the messages that the disk has, and the store
// which signals wait for one: who comes second finds the first.
#include "hal9/base/check.hpp"
#include "hal9/base/planted_bug.hpp"
#include "hal9/base/text.hpp"
#include "hal9/runtime/detail/node_impl.hpp"

#include <utility>

namespace hal9::runtime {

Result<void> Node::Impl::read_mailbox(LiveRun& run) {
    HAL9_TRY(const auto messages, ports_.reader.list_messages(run.record.id));
    for (const MessageRecord& message : messages) {
        run.mailbox[message.name].push_back(message.number);
        run.next_message = message.number + 1;
        unread_.insert(run.record.id);
    }
    return {};
}

/// After a start: what was kept, and signals that began to wait while it was, find each other. One
/// at a time for each name, once the disk knows everything.
Result<void> Node::Impl::deliver_kept() {
    if (unread_.empty() || outbox_.committed() != outbox_.last_ticket()) {
        return {};
    }
    forget_settled();
    for (const RunId id : std::exchange(unread_, {})) {
        LiveRun* const run = tree_.find_run(id);
        if (run == nullptr || run->progress.state != RunState::running) {
            continue;
        }
        const auto mailbox = run->mailbox;  // a copy: what is delivered leaves it
        for (const auto& [name, numbers] : mailbox) {
            HAL9_TRY(const auto found, ports_.reader.find_receiver(id, name));
            if (!found || unsettled_.contains(*found)) {
                continue;
            }
            HAL9_TRY(Live* const live, materialise(*found));
            if (live == nullptr || live->status != SignalStatus::waiting) {
                continue;
            }
            --run->asking;
            answered(*live, {.message = take_from_mailbox(*run, name)});
            leave_in_store_without_room(*found);
            unread_.insert(id);
        }
    }
    outbox_.submit();
    return {};
}

/// The number of the first message of that name, which is the caller's from now on.
std::optional<std::uint32_t> Node::Impl::take_from_mailbox(LiveRun& run, const std::string& name) {
    const auto found = run.mailbox.find(name);
    if (found == run.mailbox.end() || HAL9_PLANTED(mailbox_not_looked_at)) {
        return std::nullopt;
    }
    const std::uint32_t number = found->second.front();
    found->second.pop_front();
    if (found->second.empty()) {
        run.mailbox.erase(found);
    }
    return number;
}

/// A signal of the run that waits for such a message, in memory; null: there is none.
Task<Result<Live*>> Node::Impl::find_receiver(RunId id, std::string name) {
    while (LiveRun* const run = tree_.find_run(id)) {
        HAL9_CO_TRY(const auto found, ports_.reader.find_receiver(id, name));
        // Who began to wait a moment ago, or no longer waits, is not as the store says.
        if (found && !unsettled_.contains(*found)) {
            HAL9_CO_TRY(Live* const live, materialise(*found));
            if (live != nullptr && live->status == SignalStatus::waiting) {
                co_return live;
            }
        } else if (!found && run->receive_ticket <= outbox_.committed()) {
            break;
        }
        const std::uint64_t ticket = outbox_.submit();
        if (ticket <= outbox_.committed() || run->progress.state != RunState::running) {
            break;  // it is there for nobody: somebody above it has ended
        }
        static_cast<void>(co_await outbox_.decided(ticket));
        forget_settled();
    }
    co_return static_cast<Live*>(nullptr);
}

Task<Result<bool>> Node::Impl::send(RunId id, Sending sending) {
    const Limits& limits = options_.limits;
    if (sending.name.empty() || sending.name.size() > limits.message_name_bytes_max) {
        co_return fail(
            ErrorCode::invalid_argument,
            str("the name of a message has 1 to ", limits.message_name_bytes_max, " bytes")
        );
    }
    HAL9_CO_TRY_VOID(take_up(id));
    HAL9_CO_TRY(
        Body body,
        input_body(
            json::object{
                {"message", std::move(sending.message)},
                {"by", sending.by},
                {"at", format_time(record_time_)},
            },
            limits
        )
    );
    HAL9_CO_TRY(Live* const receiver, co_await find_receiver(id, sending.name));
    LiveRun* const run = tree_.find_run(id);
    if (run == nullptr || run->progress.state != RunState::running) {
        HAL9_CO_TRY(const auto record, ports_.reader.find_run(id));
        co_return record ? fail(ErrorCode::conflict, "the run has ended already")
                         : fail(ErrorCode::not_found, "there is no such run");
    }
    if (receiver == nullptr) {
        co_return co_await keep_message(*run, std::move(sending), std::move(body));
    }
    co_return co_await deliver(*receiver, {.body = std::move(body)});
}

Task<Result<bool>> Node::Impl::deliver(Live& receiver, Answered answer) {
    --receiver.run->asking;
    const SignalId id = receiver.id;
    answered(receiver, std::move(answer));
    leave_in_store_without_room(id);
    const Receipt receipt = co_await outbox_.decided(outbox_.submit());
    if (receipt.error) {
        co_return fail(*receipt.error);
    }
    co_return true;
}

/// Nobody knows of it before the disk has it: a full one may refuse it. Who began to wait meanwhile
/// gets it then.
Task<Result<bool>> Node::Impl::keep_message(LiveRun& run, Sending sending, Body body) {
    std::size_t kept = run.messages_under_way;
    for (const auto& [name, numbers] : run.mailbox) {
        kept += numbers.size();
    }
    if (kept >= options_.limits.messages_per_run_max) {
        co_return fail(
            ErrorCode::limit_exceeded,
            str("the run has ",
                kept,
                " messages that nothing has received; at most ",
                options_.limits.messages_per_run_max,
                " (messages_per_run_max)")
        );
    }
    const RunId id = run.record.id;
    const std::uint32_t number = run.next_message++;
    ++run.messages_under_way;
    outbox_.add(
        PutMessage{{id, number, sending.name, std::move(sending.by), record_time_}, std::move(body)}
    );
    const Receipt receipt = co_await outbox_.decided(outbox_.submit_request());
    if (LiveRun* const still = tree_.find_run(id)) {
        --still->messages_under_way;
    }
    if (receipt.error) {
        co_return fail(*receipt.error);
    }
    HAL9_CO_TRY(Live* const receiver, co_await find_receiver(id, sending.name));
    if (receiver != nullptr) {
        co_return co_await deliver(*receiver, {.message = number});
    }
    if (LiveRun* const still = tree_.find_run(id)) {
        still->mailbox[sending.name].push_back(number);
    }
    co_return false;
}

}  // namespace hal9::runtime
