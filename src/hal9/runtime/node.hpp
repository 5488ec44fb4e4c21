// Node: the signal runtime of one process.
//
// Owns one store and drives everything in it: takes runs in, delivers signals, joins, retries,
// keeps time, cancels, and recovers at the start. It decides in memory and hands transactions to
// the store; memory runs ahead of the disk, and only what leaves the process (an answer to a
// caller) waits for the commit. It has no threads and no clock of its own: whoever owns it calls
// turn() on one strand whenever wake-ups come in or the time it asked for has come. The simulator
// owns nodes in the same way as the binary does.
#pragma once

#include "hal9/base/clock.hpp"
#include "hal9/base/executor.hpp"
#include "hal9/base/json.hpp"
#include "hal9/base/log.hpp"
#include "hal9/base/random.hpp"
#include "hal9/base/result.hpp"
#include "hal9/base/spill_table.hpp"
#include "hal9/base/task.hpp"
#include "hal9/definition/network.hpp"
#include "hal9/model/limits.hpp"
#include "hal9/model/network_state.hpp"
#include "hal9/model/network_version.hpp"
#include "hal9/model/run.hpp"
#include "hal9/ports/signal_reader.hpp"
#include "hal9/ports/signal_store.hpp"
#include "hal9/ports/time_zones.hpp"
#include "hal9/runtime/loaded_network.hpp"
#include "hal9/runtime/progress.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace hal9::runtime {

/// What a node uses; all outlive it.
struct NodePorts {
    SignalStore& store;
    SignalReader& reader;  ///< for the node alone
    SpillTables& spill;
    Clock& clock;
    Random& random;
    Log& log;
    Executor& strand;   ///< runs posted work between turns
    Executor* compute;  ///< for pure steps on large payloads and large folds; null: in place
    TimeZones* time_zones = nullptr;  ///< of schedules; null: UTC is the only one
};

struct NodeOptions {
    Limits limits;
    /// Work on every unfinished run of the store from the start; else only on those that end
    /// (cancelled, swept) and those that requests name.
    bool take_up_all = true;
    std::uint32_t steps_per_turn = 64;
    /// Pure steps on payloads from this size on go to `compute`.
    std::size_t offload_bytes = 64U << 10U;
    /// So do folds of results that take as much memory.
    std::size_t offload_fold_bytes = 64U << 10U;
    /// Signals not due within this time are not kept in memory.
    Duration timer_horizon = std::chrono::seconds(5);
    std::uint32_t careful_after_unclean_starts = 3;
    std::uint16_t careful_deaths_max = 3;
    std::uint64_t careful_signals = 1'000;
    Duration careful_time = std::chrono::seconds(60);
};

struct Applied {
    NetworkVersion version;
    bool made = false;  ///< else it was there already
};

struct AcceptRequest {
    OrganizationId organization = default_organization;
    NetworkVersion version;  ///< as apply() returned it
    json::value payload;
    std::string principal;
    Grants grants;
    std::optional<IdempotencyKey> idempotency;
    std::optional<Duration> deadline;
    std::uint8_t priority = NeuronDefaults{}.priority;
    std::vector<std::string> tags;
};

/// What somebody answers to a signal that waits for a person.
struct Answering {
    json::value answer;
    std::string by;
};

/// What somebody sends to a run.
struct Sending {
    std::string name;
    json::value message;
    std::string by;
};

struct ForkRequest {
    RunId run;
    std::optional<SignalId> from;             ///< it and all below it run anew; none: the root
    std::optional<NetworkVersionId> version;  ///< of the same network; none: the run's own
    std::string principal;
    std::vector<std::string> tags;
};

struct Accepted {
    RunRecord run;
    bool repeated = false;  ///< the idempotency key was known: this is the first run
};

/// What a node has in memory, against the limits of model/limits.hpp.
struct Footprint {
    std::size_t signals = 0;  ///< with the ancestors of those in the window
    std::size_t active = 0;   ///< ready or being processed: ready_window
};

/// When turn() wants to be called again, besides after every wake-up.
struct TurnAgain {};  ///< at once: there is more to do

struct TurnAt {
    SteadyTime at;
};

struct TurnWhenWoken {};

using NextTurn = std::variant<TurnAgain, TurnAt, TurnWhenWoken>;

class Node {
public:
    Node(NodePorts ports, Kinds kinds, NodeOptions options = {});
    ~Node();
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;

    /// Takes up what the last owner left. Before the first turn.
    [[nodiscard]] Result<void> start(const Recovery& recovery);

    /// A bounded amount of work. An error is final: the store failed, or memory and store differ;
    /// end the process and start again.
    [[nodiscard]] Result<NextTurn> turn();

    /// Begins no new steps from now on; those under way finish.
    void drain();
    /// Nothing is being processed and everything submitted is durable, or cannot be: the disk is
    /// full.
    [[nodiscard]] bool is_quiet() const;

    // Requests. Each finishes after the commit of what it did.
    /// Stores the definition as a version unless it is there already. limit and parse errors are
    /// the caller's business (definition/parse.hpp).
    [[nodiscard]] Task<Result<Applied>>
    apply(OrganizationId organization, definition::Network network);
    /// invalid_argument (payload against the input schema), permission_denied (a capability that
    /// the network needs is not granted at all), conflict (idempotency key), limit_exceeded,
    /// resource_exhausted (the disk is full).
    [[nodiscard]] Task<Result<Accepted>> accept(AcceptRequest request);
    /// Works on this run of the store, if it does not yet; nothing when the run has ended;
    /// not_found.
    [[nodiscard]] Result<void> take_up(RunId run);
    /// The record of a run once it has ended; not_found.
    [[nodiscard]] Task<Result<RunRecord>> ended(RunId run);
    /// No signal of the run starts after this returned. conflict when it has ended already.
    [[nodiscard]] Task<Result<RunRecord>> cancel(RunId run);
    /// A parked signal is tried again; conflict when it is not parked or its run has ended.
    [[nodiscard]] Task<Result<void>> redrive(SignalId signal);
    /// A parked signal fails for good.
    [[nodiscard]] Task<Result<void>> discard(SignalId signal);

    /// A signal that waits for a person goes on with {answer, by, at}. conflict when it does not
    /// wait for one, invalid_argument when the answer does not satisfy its form.
    [[nodiscard]] Task<Result<void>> answer(SignalId signal, Answering answering);

    /// Ends a signal and all that is below it: its parent gets the error `cancelled`. Of a root, it
    /// is the cancel of the run. conflict when it, or somebody above it, has ended.
    [[nodiscard]] Task<Result<void>> cancel_signal(SignalId signal);
    /// The run's signals are scheduled with this priority (0 to 9), but for those below a neuron
    /// that asks for one of its own; so are the runs it started. conflict when it has ended.
    [[nodiscard]] Task<Result<RunRecord>> prioritise(RunId run, std::uint8_t priority);
    /// Pauses a network (no step of its runs starts after this returned), resumes or deletes it
    /// (conflict while it has unfinished runs; apply() brings it back). not_found.
    [[nodiscard]] Task<Result<void>>
    set_network_state(OrganizationId organization, std::string name, NetworkState to);
    /// A message to a run: true when a signal that waited has received it, else it is kept for the
    /// next that waits. conflict when the run has ended, limit_exceeded.
    [[nodiscard]] Task<Result<bool>> send(RunId run, Sending sending);

    /// A new run with what has ended of another: fork_plan.hpp. not_found, invalid_argument (a
    /// neuron that is missing in the version), permission_denied, limit_exceeded.
    [[nodiscard]] Task<Result<RunRecord>> fork(ForkRequest request);
    /// invalid_argument (the cron expression), conflict (the name is taken), limit_exceeded.
    /// Started by nodes that take up everything.
    [[nodiscard]] Task<Result<Schedule>> add_schedule(Schedule schedule);
    /// not_found. What it started goes on.
    [[nodiscard]] Task<Result<void>> remove_schedule(OrganizationId organization, std::string name);

    /// Of a run that this process knows to be unfinished, or that ended a moment ago.
    [[nodiscard]] std::optional<RunProgress> progress(RunId run) const;
    /// The names of its neurons, by NeuronIndex; empty when progress() knows nothing.
    [[nodiscard]] std::vector<std::string> neuron_names(RunId run) const;
    [[nodiscard]] Footprint footprint() const;
    /// Runs whose end became durable since the start.
    [[nodiscard]] std::uint64_t ended_runs() const;
    /// Signals finished since the start.
    [[nodiscard]] std::uint64_t finished_signals() const;
    [[nodiscard]] bool is_careful() const;

    class Impl;

private:
    std::unique_ptr<Impl> impl_;
};

}  // namespace hal9::runtime
