// Live: a signal in the node's memory, and LiveRun: its run.
//
// In memory are: ready signals within the window, those being processed, timers within the horizon,
// and every ancestor of these. Everything else is in the store only and comes in when it is due.
#pragma once

#include "hal9/base/clock.hpp"
#include "hal9/model/run.hpp"
#include "hal9/model/signal.hpp"
#include "hal9/ports/transaction.hpp"
#include "hal9/runtime/gather.hpp"
#include "hal9/runtime/join.hpp"
#include "hal9/runtime/loaded_network.hpp"
#include "hal9/runtime/progress.hpp"

#include <coroutine>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace hal9::runtime::detail {

struct Live;
struct PendingFold;
struct Step;

/// The signals of one key, and its state (keys.cpp).
struct KeyLine {
    /// By release, then ordinal: those that wait for the key.
    std::set<std::tuple<std::uint64_t, std::uint32_t, SignalId>> waiting;
    std::optional<SignalId> holder;
    std::uint64_t free_after = 0;  ///< the ticket that the next holder waits for
    bool state_known = false;      ///< else it is read from the store
    Value state;                   ///< null: none
    WallTime expires;
    std::uint64_t written = 0;  ///< the ticket of its last change
};

using KeyLines = std::map<KeyName, KeyLine>;  ///< places stay while others come and go

/// Steps of one neuron under way, against its `concurrency`; shared by all runs of the version.
struct NeuronSlots {
    std::uint32_t used = 0;
    std::deque<SignalId> blocked;
};

struct LiveRun {
    RunRecord record;
    LoadedNetworkPtr loaded;
    std::vector<NeuronSlots>* slots = nullptr;  ///< by NeuronIndex; the node's
    std::shared_ptr<const Grants> grants;       ///< shared with every call
    std::uint32_t next_number = 1;
    bool timers_in_store = false;  ///< there may be some: it is not stalled
    bool has_losers = false;    ///< unfinished work was left behind in the store: sweep at the end
    std::uint64_t lives = 0;    ///< its signals in memory
    std::uint64_t waiting = 0;  ///< of these: waiting for children or runs
    std::uint64_t parked = 0;
    std::uint64_t asking = 0;              ///< wait for people or messages, in the store only
    std::map<SignalId, RunId> child_runs;  ///< unfinished ones, by the signal that started them
    std::optional<Error> error;            ///< of its root, once that has failed
    bool reprioritised = false;            ///< its priority is not that of its root's row
    /// Numbers of messages that nothing has received, by name; none of the lists is empty.
    std::map<std::string, std::deque<std::uint32_t>> mailbox;
    std::uint32_t next_message = 1;
    std::uint32_t messages_under_way = 0;  ///< to the disk
    std::uint64_t receive_ticket = 0;      ///< of the last wait for a message
    RunProgress progress;

    [[nodiscard]] const definition::Network& network() const { return loaded->network; }
};

/// Children written together that were released and of which some may not be in memory.
struct LiveChunk {
    std::uint32_t first_ordinal = 0;
    SignalId first;
    std::uint32_t count = 0;
    std::uint32_t loaded = 0;    ///< this many from the start are in memory or ended
    std::uint64_t ticket = 0;    ///< readable once this is committed; 0: was so at the start
    std::uint64_t released = 0;  ///< place in the order of releases
};

/// What a waiting signal remembers of its children.
struct Family {
    JoinState join;
    bool losers_forgotten = false;  ///< those still pending do not count any more
    bool next = false;              ///< the child is the signal of `then`
    bool decided = false;           ///< of any and quorum: `succeeded` are what is folded
    bool left_behind = false;       ///< decided by another process: children may be left
    std::vector<LiveChunk> chunks;
    std::optional<Gather> gather;  ///< absent: the results are read from the store at the end
    std::size_t gathered_bytes = 0;
    std::shared_ptr<PendingFold> fold;  ///< once they have ended, where it takes more than a turn

    // Of any and quorum
    std::vector<std::uint32_t> succeeded;                         ///< ordinals
    std::optional<std::pair<std::uint32_t, Error>> first_failed;  ///< by ordinal

    Value payload;  ///< the parent's, where its `then` needs it; null: too large, or in the store
    Value interim;  ///< the result it goes on from, where it counts; null: in the store

    [[nodiscard]] bool all_ended() const { return join.pending == 0 && !left_behind; }
};

enum class Stage : std::uint8_t {
    ready,    ///< in the scheduler
    blocked,  ///< at its neuron's concurrency limit
    processing,
    timed,    ///< until its not_before
    held,     ///< until its network is resumed
    waiting,  ///< for children, or for a run
    folding,  ///< children ended, results to be read from the store
};

struct Live {
    SignalId id;
    LiveRun* run = nullptr;
    Live* parent = nullptr;
    Live* first_child = nullptr;
    Live* next = nullptr;  ///< sibling
    Live* previous = nullptr;
    std::uint32_t ordinal = 0;
    std::uint32_t children_from = 0;  ///< the number of the first child of its phase
    NeuronIndex neuron;
    std::uint8_t depth = 0;
    std::uint8_t priority = 5;
    Stage stage = Stage::ready;
    SignalStatus status = SignalStatus::ready;  ///< the durable one
    bool opened = false;                        ///< has a row in the open table
    bool stale_chunks = false;  ///< chunks of other epochs or attempts may be in the store
    std::uint16_t phase = 0;
    std::uint16_t attempt = 0;
    std::uint16_t attempts_allowed = 0;
    WallTime deadline;
    WallTime started;
    Usage usage;
    std::uint64_t timer = 0;       ///< serial of the ready or timeout timer that counts
    Body payload;                  ///< null: in the store
    Value value;                   ///< the payload, parsed
    Value answer;                  ///< what ended its wait; null: none, or in the store
    bool answer_in_store = false;  ///< if there is one
    WaitsFor waits_for = WaitsFor::children;
    std::optional<RunId> child_run;        ///< it waits for it
    std::uint64_t released = 0;            ///< place in the order of releases
    KeyLines::value_type* line = nullptr;  ///< of a keyed neuron: where it stands
    std::optional<Error> key_error;        ///< why it has no key
    bool key_in_store = false;             ///< it stands in no line before the disk has its payload
    std::optional<StateChange> change;     ///< of the key's state, with the end of the phase
    std::unique_ptr<Family> family;
    std::shared_ptr<Step> step;  ///< shared with a compute thread while it works on it

    [[nodiscard]] const definition::Neuron& definition() const {
        return run->network().neuron(neuron);
    }

    [[nodiscard]] OpenKey key() const { return {run->record.organization, priority, depth, id}; }
};

}  // namespace hal9::runtime::detail
