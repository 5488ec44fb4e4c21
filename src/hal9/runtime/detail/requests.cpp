// Requests: what people and programs ask of a node. Each answer waits for the commit of what it
// says.
#include "hal9/base/check.hpp"
#include "hal9/base/planted_bug.hpp"
#include "hal9/base/text.hpp"
#include "hal9/definition/parse.hpp"
#include "hal9/runtime/detail/node_impl.hpp"

#include <algorithm>
#include <utility>

namespace hal9::runtime {

std::unexpected<Error> disk_is_full() {
    return fail(
        ErrorCode::resource_exhausted,
        "the disk of the store is full; new work is accepted again once there is room"
    );
}

Result<void> check_capabilities(const definition::Network& network, const Grants& grants) {
    for (const std::string& capability : network.capabilities) {
        if (!grants.contains(capability)) {
            return fail(
                ErrorCode::permission_denied,
                str("network \"",
                    network.name,
                    "\" needs the capability ",
                    capability,
                    ", which is not granted; grant it with --grant ",
                    capability,
                    "=VALUE")
            );
        }
    }
    return {};
}

Result<void> Node::Impl::check_tags(std::vector<std::string>& tags) const {
    std::ranges::sort(tags);
    const auto again = std::ranges::unique(tags);
    tags.erase(again.begin(), again.end());
    const Limits& limits = options_.limits;
    if (tags.size() > limits.tags_per_run_max) {
        return fail(
            ErrorCode::limit_exceeded,
            str("a run has at most ", limits.tags_per_run_max, " tags (tags_per_run_max)")
        );
    }
    for (const std::string& tag : tags) {
        if (tag.empty() || tag.size() > limits.tag_bytes_max) {
            return fail(
                ErrorCode::limit_exceeded,
                str("a tag has 1 to ", limits.tag_bytes_max, " bytes (tag_bytes_max)")
            );
        }
    }
    return {};
}

Result<Body> input_body(const json::value& payload, const Limits& limits) {
    if (is_nested_deeper(payload, limits.value_depth_max)) {
        return fail(too_deep("the input", limits));
    }
    Body body = make_body(json::serialize(payload));
    if (body->size() > limits.payload_bytes_max) {
        return fail(
            ErrorCode::limit_exceeded,
            str("the input has ",
                with_thousands(body->size()),
                " bytes as JSON; at most ",
                format_size(limits.payload_bytes_max),
                " (payload_bytes_max)")
        );
    }
    return body;
}

/// Suspends until the run's end is durable. Leaves the list when its coroutine is destroyed.
class EndOfRun {
public:
    EndOfRun(std::multimap<RunId, EndOfRun*>& waiters, RunId run) : waiters_(waiters) {
        place_ = waiters_.emplace(run, this);
    }

    EndOfRun(const EndOfRun&) = delete;
    EndOfRun& operator=(const EndOfRun&) = delete;

    ~EndOfRun() {
        if (!record_) {
            waiters_.erase(place_);
        }
    }

    bool await_ready() const noexcept { return false; }

    void await_suspend(std::coroutine_handle<> awaiter) noexcept { awaiter_ = awaiter; }

    RunRecord await_resume() { return *std::move(record_); }

    /// Already out of the list.
    void resume(const RunRecord& record) {
        record_ = record;
        awaiter_.resume();
    }

private:
    std::multimap<RunId, EndOfRun*>& waiters_;
    std::multimap<RunId, EndOfRun*>::iterator place_;
    std::optional<RunRecord> record_;
    std::coroutine_handle<> awaiter_;
};

void Node::Impl::resume_end_waiters(const RunRecord& record) {
    while (true) {
        const auto found = end_waiters_.find(record.id);
        if (found == end_waiters_.end()) {
            return;
        }
        EndOfRun* const waiter = found->second;
        end_waiters_.erase(found);
        waiter->resume(record);
    }
}

/// Here no coroutine of theirs is on the stack.
void Node::Impl::forget_answered_requests() {
    for (const std::uint64_t serial : answered_requests_) {
        requests_.erase(serial);
    }
    answered_requests_.clear();
}

Task<Result<Applied>> Node::Impl::apply(OrganizationId organization, definition::Network network) {
    const std::string name = network.name;
    const std::string hash = network.hash;
    HAL9_CO_TRY(const auto known, ports_.reader.find_network(organization, name, hash));
    const bool revives = network_state(organization, name) == NetworkState::deleted;
    if (known && !revives) {
        co_return Applied{*known, false};
    }
    if (ports_.store.is_full()) {
        co_return disk_is_full();
    }
    const SetNetworkState revival{
        organization,
        name,
        NetworkState::deleted,
        NetworkState::active,
        record_time_,
    };
    if (known) {
        outbox_.add(revival);
        const Receipt receipt = co_await outbox_.decided(outbox_.submit_request());
        // Somebody else may have brought it back a moment ago.
        if (receipt.error && receipt.error->code != ErrorCode::conflict) {
            co_return fail(*receipt.error);
        }
        network_states_.erase({organization, name});
        co_return Applied{*known, false};
    }
    NetworkVersion version{
        .id = next_version_,
        .organization = organization,
        .name = name,
        .hash = hash,
        .definition = network.canonical,
        .created = ports_.clock.now().wall,
    };
    // Handlers first: what a kind refuses must not be stored.
    HAL9_CO_TRY(const auto loaded, load_network(version.id, std::move(network), kinds_));
    ++next_version_.value;
    outbox_.add(PutNetworkVersion{version});
    if (revives) {
        outbox_.add(revival);
    }
    const Receipt receipt = co_await outbox_.decided(outbox_.submit_request());
    if (receipt.error) {
        // Somebody may have applied the same definition a moment ago.
        HAL9_CO_TRY(const auto first, ports_.reader.find_network(organization, name, hash));
        if (first) {
            co_return Applied{*first, false};
        }
        co_return fail(*receipt.error);
    }
    if (revives) {
        network_states_.erase({organization, name});
    }
    keep_loaded(version.id, loaded);
    co_return Applied{version, true};
}

/// The run that has the key already, if it was asked for in the same way.
Result<Accepted> Node::Impl::first_under_key(RunId existing, const IdempotencyKey& asked) {
    HAL9_TRY(const auto first, ports_.reader.find_run(existing));
    if (first && first->idempotency && first->idempotency->digest == asked.digest) {
        HAL9_TRY_VOID(take_up(first->id));
        return Accepted{*first, true};
    }
    return fail(
        ErrorCode::conflict,
        str("the idempotency key \"", asked.key, "\" was used for another request; use a new key")
    );
}

/// The run is durable; its root comes into memory if the window has room.
void Node::Impl::begin_run(
    const RunRecord& record,
    const LoadedNetworkPtr& loaded,
    WallTime deadline,
    Emission input,
    std::uint64_t released
) {
    keep_loaded(record.version, loaded);
    LiveRun& run = insert_run(record, loaded);
    if (loaded->network.needs_root) {
        remember_root(record.id, input.value, input.body->size());
    }
    ++run.progress.known;
    ++run.progress.neurons[loaded->network.start.value].known;
    Backlog& backlog = backlogs_[record.organization];
    // Those of a key come in the order in which they were accepted.
    const bool comes_later = loaded->network.neuron(loaded->network.start).keyed &&
                             (backlog.again || is_scanning(record.organization));
    if (has_window_room(record.organization, 1) && !comes_later) {
        Live& root = tree_.insert(root_of(record.id), run, nullptr);
        root.neuron = loaded->network.start;
        root.priority = record.priority;
        root.depth = record.depth;
        root.deadline = deadline;
        root.attempts_allowed = root.definition().retry.attempts;
        root.opened = true;
        root.released = released;
        tree_.hold(root, std::move(input.body), std::move(input.value));
        set_deadline_timer(root);
        make_ready(root);
    }
    // The first run of an organisation opens its backlog; a root without room waits in the store.
    backlog.again |= tree_.find(root_of(record.id)) == nullptr;
}

/// Everything but its being written.
Result<Node::Impl::NewRun> Node::Impl::prepare_run(AcceptRequest request) {
    if (is_deleted(request.organization, request.version.name)) {
        return fail(
            ErrorCode::conflict,
            str("the network \"", request.version.name, "\" was deleted; apply it again")
        );
    }
    HAL9_TRY_VOID(check_tags(request.tags));
    NewRun run;
    HAL9_TRY(run.loaded, network_of(request.version.id));
    const definition::Network& network = run.loaded->network;
    const definition::Neuron& start = network.neuron(network.start);
    HAL9_TRY_VOID(check_capabilities(network, request.grants));
    HAL9_TRY(json::value payload, definition::check_input(network, std::move(request.payload)));
    HAL9_TRY(run.input.body, input_body(payload, options_.limits));
    run.input.value = std::make_shared<const json::value>(std::move(payload));
    run.record = {
        .id = next_run_,
        .organization = request.organization,
        .version = request.version.id,
        .network = request.version.name,
        .principal = std::move(request.principal),
        .priority = start.priority.value_or(request.priority),
        .created = ports_.clock.now().wall,
        .grants = std::move(request.grants),
        .idempotency = std::move(request.idempotency),
        .tags = std::move(request.tags),
    };
    const auto deadline = request.deadline ? request.deadline : start.deadline;
    run.deadline = deadline ? now_.wall + *deadline : WallTime{};
    return run;
}

AcceptRun Node::Impl::accept_command(const NewRun& run, std::uint64_t released) {
    return {run.record, run.loaded->network.start, run.deadline, run.input.body, released};
}

Task<Result<Accepted>> Node::Impl::accept(AcceptRequest request) {
    if (draining_) {
        co_return fail(ErrorCode::unavailable, "the node is stopping and takes no new runs");
    }
    if (ports_.store.is_full()) {
        co_return disk_is_full();
    }
    HAL9_CO_TRY(NewRun run, prepare_run(std::move(request)));
    ++next_run_.value;
    const std::uint64_t released = next_release();
    outbox_.add(accept_command(run, released));
    const std::uint64_t ticket = outbox_.submit_request();
    Receipt receipt;
    if (!HAL9_PLANTED(answer_before_commit)) {
        receipt = co_await outbox_.decided(ticket);
    }
    if (receipt.existing && run.record.idempotency) {
        co_return first_under_key(*receipt.existing, *run.record.idempotency);
    }
    if (receipt.error) {
        co_return fail(*receipt.error);
    }
    begin_run(run.record, run.loaded, run.deadline, std::move(run.input), released);
    co_return Accepted{run.record, false};
}

Task<Result<RunRecord>> Node::Impl::ended(RunId id) {
    HAL9_CO_TRY_VOID(take_up(id));
    if (tree_.find_run(id) != nullptr) {
        co_return co_await EndOfRun(end_waiters_, id);
    }
    HAL9_CO_TRY(const auto record, ports_.reader.find_run(id));
    if (!record) {
        co_return fail(ErrorCode::not_found, "there is no such run");
    }
    co_return *record;
}

/// In memory; null when it has ended, or is being accepted. One whose network cannot be read is
/// there to be swept.
Result<LiveRun*> Node::Impl::run_to_cancel(RunId id) {
    const auto taken_up = take_up(id);
    if (!taken_up && taken_up.error().code != ErrorCode::data_loss) {
        return fail(taken_up.error());
    }
    if (taken_up) {
        return tree_.find_run(id);
    }
    HAL9_TRY(const auto record, ports_.reader.find_run(id));
    return &insert_run(*record, std::make_shared<const LoadedNetwork>());
}

Task<Result<RunRecord>> Node::Impl::cancel(RunId id) {
    HAL9_CO_TRY(LiveRun* const run, run_to_cancel(id));
    if (run == nullptr || run->progress.state != RunState::running) {
        HAL9_CO_TRY(const auto record, ports_.reader.find_run(id));
        if (!record) {
            co_return fail(ErrorCode::not_found, "there is no such run");
        }
        const bool is_copied =
            record->origin.value != 0 && !has_ended(record->state) && tree_.find_run(id) == nullptr;
        if (!has_ended(record->decided) || is_copied) {
            co_return fail(ErrorCode::unavailable, "the run is being accepted; ask again");
        }
        co_return fail(
            ErrorCode::conflict,
            str("the run has ended already (", to_string(record->decided), ")")
        );
    }
    cancel_in_memory(*run);
    RunRecord record = run->record;
    const Receipt receipt = co_await outbox_.decided(outbox_.submit());
    if (receipt.error) {
        co_return fail(*receipt.error);
    }
    co_return record;
}

/// The parked signal in memory, its run and ancestors alive.
Result<Live*> Node::Impl::find_parked(SignalId id) {
    if (tree_.find(id) == nullptr && !unsettled_.contains(id)) {
        HAL9_TRY(const auto record, ports_.reader.find_signal(id, false));
        if (!record) {
            return fail(ErrorCode::not_found, "there is no such signal");
        }
        if (record->status == SignalStatus::parked) {
            HAL9_TRY_VOID(take_up(run_of(id)));
            HAL9_TRY(Live* const live, materialise(id));
            if (live != nullptr) {
                return live;
            }
            outbox_.submit();  // it was found to be lost
            return fail(ErrorCode::conflict, "the signal's run, or a signal above it, has ended");
        }
    }
    return fail(
        ErrorCode::conflict,
        "the signal is not parked; `hal9 dead list` shows those that are"
    );
}

/// Of many that become ready at once, only as many are in memory as the window has.
void Node::Impl::leave_in_store_without_room(SignalId id) {
    Live* const live = tree_.find(id);
    if (live == nullptr || live->stage == Stage::processing) {
        return;
    }
    const OrganizationId organization = live->run->record.organization;
    if (tree_.active(organization) > options_.limits.ready_window) {
        backlogs_[organization].again = true;
        settle_and_erase(*live);
    }
}

Task<Result<void>> Node::Impl::redrive(SignalId id) {
    HAL9_CO_TRY(Live* const live, find_parked(id));
    if (live->attempt + 1 >= attempts_ever_max) {
        co_return fail(
            ErrorCode::limit_exceeded,
            str("the signal was tried ", live->attempt, " times; discard it")
        );
    }
    const DeliveryAction decided = decide_for(*live, event::Redriven{});
    --live->run->parked;
    apply_again(*live, std::get<action::Again>(decided), false);
    leave_in_store_without_room(id);
    const Receipt receipt = co_await outbox_.decided(outbox_.submit());
    if (receipt.error) {
        co_return fail(*receipt.error);
    }
    co_return Result<void>{};
}

Task<Result<void>> Node::Impl::discard(SignalId id) {
    HAL9_CO_TRY(Live* const live, find_parked(id));
    HAL9_CO_TRY(const auto record, ports_.reader.find_signal(id, false));
    const bool says_why = record && record->error;
    const DeliveryAction decided =
        decide_for(*live, event::Discarded{says_why ? record->error->message : std::string()});
    --live->run->parked;
    end_signal(
        *live,
        {.status = SignalStatus::failed, .error = std::get<action::Fail>(decided).error}
    );
    const Receipt receipt = co_await outbox_.decided(outbox_.submit());
    if (receipt.error) {
        co_return fail(*receipt.error);
    }
    co_return Result<void>{};
}

Task<Result<void>> Node::Impl::answer(SignalId id, Answering answering) {
    HAL9_CO_TRY(const auto record, ports_.reader.find_signal(id, true));
    if (!record) {
        co_return fail(ErrorCode::not_found, "there is no such signal");
    }
    const auto waits = [](SignalStatus status, WaitsFor what) {
        return status == SignalStatus::waiting && what == WaitsFor::person;
    };
    const Error not_asked(ErrorCode::conflict, "the signal does not wait for a person");
    if (!waits(record->status, record->waits_for)) {
        co_return fail(not_asked);
    }
    HAL9_CO_TRY(const Value asked, value_of(record->result));
    const json::object* const question = asked->if_object();
    const json::value* const form = question == nullptr ? nullptr : question->if_contains("form");
    if (form != nullptr && !form->is_null()) {
        HAL9_CO_TRY_VOID(definition::check_value(*form, answering.answer, "the answer"));
    }
    HAL9_CO_TRY_VOID(take_up(run_of(id)));
    forget_settled();
    HAL9_CO_TRY(Live* const live, materialise(id));
    if (live == nullptr || !waits(live->status, live->waits_for)) {
        outbox_.submit();
        co_return fail(
            live == nullptr
                ? Error(ErrorCode::conflict, "the signal's run, or a signal above it, has ended")
                : not_asked
        );
    }
    json::value full = json::object{
        {"answer", std::move(answering.answer)},
        {"by", std::move(answering.by)},
        {"at", format_time(record_time_)},
    };
    HAL9_CO_TRY(Body body, input_body(full, options_.limits));
    --live->run->asking;
    Value value = std::make_shared<const json::value>(std::move(full));
    answered(*live, {.body = std::move(body), .value = std::move(value)});
    leave_in_store_without_room(id);
    const Receipt receipt = co_await outbox_.decided(outbox_.submit());
    if (receipt.error) {
        co_return fail(*receipt.error);
    }
    co_return Result<void>{};
}

}  // namespace hal9::runtime
