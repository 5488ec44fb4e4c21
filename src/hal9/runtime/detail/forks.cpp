// Forks: a run copied up to a signal, which runs anew with all that is below it.
//
// The copy is written a page at a time, under a run that drains: until its last part is durable it
// would end as cancelled, so a crash in the middle leaves nothing to repair.
#include "hal9/base/planted_bug.hpp"
#include "hal9/base/text.hpp"
#include "hal9/definition/parse.hpp"
#include "hal9/runtime/detail/node_impl.hpp"
#include "hal9/runtime/fork_plan.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace hal9::runtime {

/// From the root to the signal.
Result<std::vector<SignalRecord>> Node::Impl::path_to(SignalId id) {
    std::vector<SignalRecord> path;
    while (id.value != 0) {
        HAL9_TRY(auto record, ports_.reader.find_signal(id, false));
        if (!record) {
            return fail(ErrorCode::not_found, "there is no such signal");
        }
        id = record->parent;
        path.push_back(*std::move(record));
    }
    std::ranges::reverse(path);
    return path;
}

Result<Node::Impl::Fork> Node::Impl::prepare_fork(ForkRequest request) {
    HAL9_TRY(const auto found, ports_.reader.find_run(request.run));
    if (!found) {
        return fail(ErrorCode::not_found, "there is no such run");
    }
    Fork fork;
    fork.source = *found;
    const RunRecord& source = fork.source;
    if (is_deleted(source.organization, source.network)) {
        return fail(
            ErrorCode::conflict,
            str("the network \"", source.network, "\" was deleted; apply it again")
        );
    }
    HAL9_TRY_VOID(check_tags(request.tags));
    HAL9_TRY(fork.before, network_of(source.version));
    HAL9_TRY(fork.after, network_of(request.version.value_or(source.version)));
    if (fork.after->network.name != source.network) {
        return fail(
            ErrorCode::invalid_argument,
            str("that is a version of \"",
                fork.after->network.name,
                "\"; the run is of \"",
                source.network,
                "\"")
        );
    }
    HAL9_TRY_VOID(check_capabilities(fork.after->network, source.grants));
    HAL9_TRY(fork.path, path_to(request.from.value_or(root_of(source.id))));
    if (run_of(fork.path.back().id) != source.id) {
        return fail(ErrorCode::invalid_argument, "the signal is not of that run");
    }
    fork.record = {
        .id = next_run_,
        .organization = source.organization,
        .version = fork.after->version,
        .network = source.network,
        .principal = std::move(request.principal),
        .parent = {},
        .depth = source.depth,
        .state = RunState::draining,
        .decided = RunState::cancelled,
        .priority = source.priority,
        .created = record_time_,
        .finished = {},
        .grants = source.grants,
        .idempotency = std::nullopt,
        .tags = std::move(request.tags),
        .origin = source.id,
    };
    return fork;
}

/// Of the root: nothing is kept but the input, which must suit the version as any other.
Task<Result<RunRecord>> Node::Impl::begin_anew(Fork fork) {
    HAL9_CO_TRY(const auto root, ports_.reader.find_signal(root_of(fork.source.id), true));
    HAL9_CO_TRY(const Value payload, value_of(root->payload));
    const definition::Network& network = fork.after->network;
    HAL9_CO_TRY(json::value input, definition::check_input(network, json::value(*payload)));
    NewRun run{.record = std::move(fork.record), .loaded = fork.after};
    run.record.state = RunState::running;
    run.record.decided = RunState::running;
    const auto deadline = network.neuron(network.start).deadline;
    run.deadline = deadline ? now_.wall + *deadline : WallTime{};
    HAL9_CO_TRY(run.input.body, input_body(input, options_.limits));
    run.input.value = std::make_shared<const json::value>(std::move(input));
    ++next_run_.value;
    const std::uint64_t released = next_release();
    outbox_.add(accept_command(run, released));
    const Receipt receipt = co_await outbox_.decided(outbox_.submit_request());
    if (receipt.error) {
        co_return fail(*receipt.error);
    }
    begin_run(run.record, run.loaded, run.deadline, std::move(run.input), released);
    co_return run.record;
}

Task<Result<void>> Node::Impl::write_part(CopySignals& part) {
    CopySignals next{part.organization, part.from, part.to, {}, {}};
    outbox_.add(std::exchange(part, std::move(next)));
    const Receipt receipt = co_await outbox_.decided(outbox_.submit_request());
    if (receipt.error) {
        co_return fail(*receipt.error);
    }
    co_return Result<void>{};
}

Task<Result<RunRecord>> Node::Impl::fork(ForkRequest request) {
    if (ports_.store.is_full()) {
        co_return disk_is_full();
    }
    HAL9_CO_TRY(Fork fork, prepare_fork(std::move(request)));
    const RunId from = fork.source.id;
    if (fork.path.size() == 1) {
        co_return co_await begin_anew(std::move(fork));
    }
    HAL9_CO_TRY(const std::uint32_t last_number, ports_.reader.last_number(from));
    HAL9_CO_TRY(
        ForkPlan plan,
        ForkPlan::make(
            {
                .organization = fork.record.organization,
                .from = from,
                .to = fork.record.id,
                .now = now_.wall,
                .released = next_release(),
                .last_number = last_number,
                .chunk_signals_max = options_.limits.chunk_signals_max,
            },
            std::move(fork.path),
            fork.before->network,
            fork.after->network
        )
    );
    ++next_run_.value;
    const Result<void> copied = co_await copy_run(fork.record, last_number, std::move(plan));
    if (!copied) {
        // What was written of it is swept: by a store that reads again, or by the next start.
        HAL9_CO_TRY(const auto begun, ports_.reader.find_run(fork.record.id));
        if (begun) {
            HAL9_CO_TRY_VOID(take_up_draining(*begun));
        }
        co_return fail(copied.error());
    }
    fork.record.state = RunState::running;
    fork.record.decided = RunState::running;
    HAL9_CO_TRY_VOID(take_up_unfinished(fork.record));
    co_return fork.record;
}

/// All of it is durable at the end, and the copy runs in the store.
Task<Result<void>>
Node::Impl::copy_run(const RunRecord& copy, std::uint32_t last_number, ForkPlan plan) {
    const RunId from = copy.origin;
    outbox_.add(BeginFork{copy});
    CopySignals part{copy.organization, from, copy.id, {}, {}};
    HAL9_CO_TRY_VOID(co_await write_part(part));
    const std::uint32_t rows_max = options_.limits.page_rows_max;
    SignalId next = root_of(from);
    for (std::uint32_t read = rows_max; read == rows_max;) {
        HAL9_CO_TRY(const auto page, ports_.reader.list_signals(from, next, rows_max));
        read = static_cast<std::uint32_t>(page.size());
        for (const SignalRecord& signal : page) {
            if (number_of(signal.id) <= last_number) {
                plan.add(signal, part);
            }
            next = {signal.id.value + 1};
        }
        HAL9_CO_TRY_VOID(co_await write_part(part));
    }
    plan.finish(part);
    outbox_.add(SetRunState{
        .run = copy.id,
        .from = RunState::draining,
        .to = RunState::running,
        .decided = RunState::running,
        .at = {},
    });
    co_return co_await write_part(part);
}

}  // namespace hal9::runtime
