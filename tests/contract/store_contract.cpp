#include "tests/contract/store_contract.hpp"

#include "hal9/base/text.hpp"

#include <utility>

namespace hal9::contract {

OpenKey key(std::int64_t run, std::uint32_t number, std::uint8_t depth) {
    return {organization, 5, depth, make_signal_id({run}, number)};
}

OpenKey root(std::int64_t run) {
    return key(run, 0, 0);
}

OpenKey child(std::int64_t run, std::uint32_t number) {
    return key(run, number, 1);
}

AcceptRun accept(std::int64_t run) {
    AcceptRun command;
    command.run.id = {run};
    command.run.organization = organization;
    command.run.version = {1};
    command.run.network = "demo";
    command.run.principal = "somebody";
    command.run.created = early;
    command.start = {3};
    command.payload = make_body(str("root of ", run));
    return command;
}

EmitChunk emit(const OpenKey& parent, Numbers first, std::uint32_t count) {
    EmitChunk command;
    command.parent = parent;
    command.first_ordinal = first.ordinal;
    command.first = make_signal_id(run_of(parent.signal), first.number);
    command.created = early;
    for (std::uint32_t i = 0; i < count; ++i) {
        command.children.push_back({{7}, parent.priority, {}, make_body(str("p", first.number + i))}
        );
    }
    return command;
}

Await await(const OpenKey& signal, std::uint32_t pending) {
    Await command;
    command.signal = signal;
    command.opened = number_of(signal.signal) == 0;
    command.pending = pending;
    command.started = early;
    return command;
}

Finish finish(const OpenKey& signal) {
    Finish command;
    command.signal = signal;
    command.result = make_body(str("r", number_of(signal.signal)));
    command.started = early;
    command.finished = late;
    return command;
}

Finish finish_opened(const OpenKey& signal) {
    Finish command = finish(signal);
    command.opened = true;
    return command;
}

Reopen retry(const OpenKey& signal, WallTime not_before) {
    Reopen command;
    command.signal = signal;
    command.attempt = 1;
    command.attempts_allowed = 4;
    command.not_before = not_before;
    command.error = Error(ErrorCode::timeout, "too slow");
    return command;
}

std::uint64_t StoreContract::submit(std::vector<Command> commands) {
    store().submit({++ticket_, std::move(commands)});
    return ticket_;
}

Receipt StoreContract::transact(std::vector<Command> commands) {
    const std::uint64_t ticket = submit(std::move(commands));
    harness_->settle();
    Receipts receipts = store().take_receipts();
    EXPECT_EQ(receipts.committed, ticket);
    for (Receipt& receipt : receipts.special) {
        if (receipt.ticket == ticket) {
            return std::move(receipt);
        }
    }
    Receipt plain;
    plain.ticket = ticket;
    return plain;
}

void StoreContract::expect_done(std::vector<Command> commands) {
    const Receipt receipt = transact(std::move(commands));
    EXPECT_FALSE(receipt.error.has_value()) << receipt.error->full_message();
}

void StoreContract::expect_refused(
    std::vector<Command> commands,
    ErrorCode code,
    const std::string& words
) {
    const Receipt receipt = transact(std::move(commands));
    ASSERT_TRUE(receipt.error.has_value()) << "committed, but should say: " << words;
    EXPECT_EQ(receipt.error->code, code) << receipt.error->full_message();
    EXPECT_NE(receipt.error->message.find(words), std::string::npos) << receipt.error->message;
}

SignalRecord StoreContract::signal(SignalId id) {
    auto found = reader().find_signal(id, true);
    EXPECT_TRUE(found.has_value()) << found.error().full_message();
    EXPECT_TRUE(found->has_value()) << "no signal " << number_of(id);
    return found->value_or(SignalRecord{});
}

bool StoreContract::exists(SignalId id) {
    return reader().find_signal(id, false).value().has_value();
}

RunRecord StoreContract::run(std::int64_t number) {
    return reader().find_run({number}).value().value_or(RunRecord{});
}

std::vector<ChunkRow> StoreContract::chunks() {
    return reader().released_chunks(organization, std::nullopt, 1'000).value();
}

std::vector<OpenRow> StoreContract::open_rows() {
    return reader().open_rows(organization, std::nullopt, 1'000).value();
}

std::vector<std::uint32_t> StoreContract::untouched(SignalId first, std::uint32_t count) {
    std::vector<std::uint32_t> numbers;
    for (const SignalRecord& record :
         reader().untouched_children(first, count, 10'000, 1'000).value()) {
        numbers.push_back(number_of(record.id));
    }
    return numbers;
}

void StoreContract::start_family(std::int64_t run, std::uint32_t count) {
    expect_done({accept(run), emit(root(run), {1, 0}, count), await(root(run), count)});
}

}  // namespace hal9::contract
