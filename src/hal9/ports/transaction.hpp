// Transaction: what the runtime asks a store to make durable, all of it or nothing.
//
// Commands are typed and in order. The writer commits many transactions together (a group) and in
// the order of submission. The runtime is the only submitter of a store and never submits what
// cannot succeed, so its memory may run ahead of the disk; only what leaves the process waits for
// the commit. Every command that ends or changes a signal compares first (state, phase, attempt):
// a mismatch means another owner or a bug, and fails the transaction with `conflict`.
//
// In all of them `usage` is that of this step alone and is added to what the signal has; `started`
// counts only where the signal has no start yet; `error` replaces the one that stands there, and
// none clears it.
//
// What a signal costs: emission writes a narrow signal row and its payload; its end one update and
// its result. Children stand under a chunk row of their parent; a child gets a row in the open
// table only when it waits, is tried again or is parked. See docs/decisions/0002.
#pragma once

#include "hal9/model/key_state.hpp"
#include "hal9/model/message.hpp"
#include "hal9/model/network_state.hpp"
#include "hal9/model/network_version.hpp"
#include "hal9/model/run.hpp"
#include "hal9/model/schedule.hpp"
#include "hal9/model/signal.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace hal9 {

/// Where a row of unfinished work stands: the order the scheduler reads it in.
struct OpenKey {
    OrganizationId organization;
    std::uint8_t priority = 5;  ///< 9 first
    std::uint8_t depth = 0;     ///< deeper first
    SignalId signal;
};

/// A new version of a network; its number was taken from Recovery::next_version.
struct PutNetworkVersion {
    NetworkVersion version;
};

/// A run and its root signal, ready. conflict when the idempotency key is taken: Receipt::existing
/// then names the first run.
struct AcceptRun {
    RunRecord run;
    NeuronIndex start;
    WallTime deadline;
    Body payload;
    std::uint64_t released = 0;  ///< place of its root in the order of releases
};

struct ChildRow {
    NeuronIndex neuron;
    std::uint8_t priority = 5;  ///< the neuron's own, else the parent's
    WallTime deadline;          ///< 0: none
    Body payload;
};

/// At most Limits::chunk_signals_max children of one step, with consecutive numbers and ordinals.
/// Not visible to anybody before Await releases them.
struct EmitChunk {
    OpenKey parent;
    std::uint16_t phase = 0;
    std::uint16_t attempt = 0;
    std::uint32_t first_ordinal = 0;
    SignalId first;
    WallTime created;
    std::vector<ChildRow> children;
};

/// The signal waits. For `pending` children (or the one of `then`): releases the chunks written in
/// this epoch under (phase, attempt) and drops all others of that phase. For anything else: there
/// are no children.
struct Await {
    OpenKey signal;
    std::uint16_t phase = 0;
    std::uint16_t attempt = 0;
    std::uint16_t attempts_allowed = 0;
    bool opened = false;        ///< it has a row in the open table already
    bool stale_chunks = false;  ///< chunks of other epochs or attempts may exist
    std::uint32_t pending = 0;
    WaitsFor waits_for = WaitsFor::children;
    WallTime not_before;              ///< of a wait for a person or a message: its end; 0: none
    std::uint32_t children_from = 0;  ///< the number of the first child
    std::uint64_t released = 0;       ///< place of the children in the order of releases
    Body interim;                     ///< becomes SignalRecord::result; null: as it was
    std::string asks;                 ///< of a wait for a message: its name
    WallTime deadline;
    WallTime started;
    Usage usage;
};

/// Which children the join of a waiting signal counts, where it is decided before it is folded.
struct Decide {
    OpenKey signal;
    std::uint16_t phase = 0;
    std::uint16_t attempt = 0;
    std::vector<std::uint32_t> counted;  ///< ordinals, rising
};

/// `by` children of a waiting parent have ended.
struct CountDown {
    OpenKey parent;
    std::uint32_t by = 1;
};

/// The end of a signal.
struct Finish {
    OpenKey signal;
    SignalStatus status = SignalStatus::completed;  ///< completed, failed or cancelled
    std::uint16_t phase = 0;
    std::uint16_t attempt = 0;
    bool opened = false;
    bool stale_chunks = false;
    /// Its chunk rows go. Unless `children_ended`, children that never ran stay for SweepRun, which
    /// cancels them; nobody is handed them any more.
    bool had_children = false;
    bool children_ended = false;
    Body result;                        ///< or
    std::optional<SignalId> result_of;  ///< the result of this child, by reference
    std::optional<Error> error;
    std::uint32_t skipped = 0;
    WallTime started;
    WallTime finished;
    Usage usage;
};

/// Another attempt, the next phase, a timer, parking, redrive: the signal's row in the open table
/// becomes as said, whether it had one or not.
struct Reopen {
    OpenKey signal;
    SignalStatus from = SignalStatus::ready;
    std::uint16_t from_phase = 0;
    std::uint16_t from_attempt = 0;
    bool opened = false;
    bool drop_chunks = false;               ///< of the attempt that ended, and older ones
    bool children_ended = false;            ///< from waiting: as in Finish
    Body answer;                            ///< becomes SignalRecord::result, or
    std::optional<SignalId> answer_of;      ///< the result of this signal does, by reference, or
    std::optional<std::uint32_t> message;   ///< this message of its run, which is then gone
    SignalStatus to = SignalStatus::ready;  ///< ready or parked
    std::uint16_t phase = 0;
    std::uint16_t attempt = 0;
    std::uint16_t attempts_allowed = 0;
    WallTime not_before;  ///< 0: at once; of a parked one its deadline
    WallTime deadline;
    WallTime started;
    std::optional<Error> error;
    Usage usage;
    std::uint64_t released = 0;  ///< its place in the order of releases
};

/// The state of a key from now on; it is deleted where `state` is empty.
struct PutKeyState {
    KeyState state;
};

struct SetRunState {
    RunId run;
    RunState from = RunState::running;
    RunState to = RunState::completed;
    RunState decided = RunState::running;  ///< for draining: the end it will have
    WallTime at;
};

/// Ends up to `rows_max` unfinished signals of a run whose end is decided: they become cancelled,
/// held children go altogether. Receipt::swept says how many; fewer than rows_max means none is
/// left.
struct SweepRun {
    RunId run;
    OrganizationId organization;
    std::uint32_t rows_max = 0;
    WallTime at;
};

/// The run is scheduled with this priority from now on, and with it the signals that inherit it.
/// Their rows stay where they stand.
struct SetRunPriority {
    RunId run;
    std::uint8_t priority = 5;
};

/// A message to a run, until a Reopen takes it or the run ends.
struct PutMessage {
    MessageRecord message;  ///< `number` follows the run's last
    Body body;
};

/// A new schedule; conflict when there is one of that name.
struct PutSchedule {
    Schedule schedule;
};

/// conflict when there is none.
struct RemoveSchedule {
    OrganizationId organization;
    std::string name;
};

/// A time of a schedule has been dealt with: with a start, in the transaction of its AcceptRun.
/// conflict when its next time is not `from`, or it is gone.
struct AdvanceSchedule {
    OrganizationId organization;
    std::string name;
    WallTime from;
    WallTime to;                 ///< 0: it has no next time
    std::optional<RunId> run;    ///< started for `from`; none: skipped, or
    std::optional<Error> error;  ///< why it could not be started
};

/// A run that is about to be copied from another, `run.origin`. It drains, and would end as
/// cancelled, until the copy is complete: so half a copy is swept at the next start.
struct BeginFork {
    RunRecord run;
};

/// A signal of a fork, made from the signal of the same number of the run it is forked from.
struct CopiedSignal {
    enum class As : std::uint8_t {
        ended,    ///< as it ended, with its result; it has used nothing
        ready,    ///< runs anew: below a chunk, or with a row in the open table if it is the root
        waiting,  ///< for the children of `phase`, with a row in the open table
    };

    std::uint32_t number = 0;
    NeuronIndex neuron;
    As as = As::ended;
    WallTime created;   ///< of a ready one
    WallTime deadline;  ///< of a ready or waiting one
    // Of a waiting one
    std::uint16_t phase = 0;
    std::uint16_t attempts_allowed = 0;
    WaitsFor waits_for = WaitsFor::children;  ///< or next: what its `then` goes on from is copied
    std::uint32_t pending = 0;
    std::uint32_t children_from = 0;
    std::uint64_t released = 0;
};

/// Children of a waiting signal of a fork, with consecutive numbers and ordinals.
struct CopiedChunk {
    OpenKey parent;
    std::uint16_t phase = 0;
    std::uint32_t first_ordinal = 0;
    std::uint32_t first_number = 0;
    std::uint32_t count = 0;
    std::uint64_t released = 0;
};

/// A part of a fork; at most Limits::chunk_signals_max signals.
struct CopySignals {
    OrganizationId organization;
    RunId from;
    RunId to;
    std::vector<CopiedSignal> signals;
    std::vector<CopiedChunk> chunks;
};

/// The signal being processed now: written only in careful mode (signals.md section 4).
struct MarkProcessing {
    std::optional<SignalId> signal;
    std::uint16_t deaths = 0;  ///< careful starts that found it in this place
};

/// The node has proved itself: the count of unclean starts begins anew, and no signal is marked.
struct MarkHealthy {};

/// What an operator decides about a network. conflict when it is in another state than `from`, or
/// is to be deleted and has unfinished runs.
struct SetNetworkState {
    OrganizationId organization;
    std::string name;
    NetworkState from = NetworkState::active;
    NetworkState to = NetworkState::active;
    WallTime at;
};

using Command = std::variant<
    PutNetworkVersion,
    AcceptRun,
    EmitChunk,
    Await,
    Decide,
    CountDown,
    Finish,
    Reopen,
    PutKeyState,
    SetRunState,
    SweepRun,
    MarkProcessing,
    MarkHealthy,
    SetNetworkState,
    SetRunPriority,
    PutMessage,
    PutSchedule,
    RemoveSchedule,
    AdvanceSchedule,
    BeginFork,
    CopySignals>;

struct Transaction {
    std::uint64_t ticket = 0;  ///< rises by one with each submission of this process
    std::vector<Command> commands;
};

}  // namespace hal9
