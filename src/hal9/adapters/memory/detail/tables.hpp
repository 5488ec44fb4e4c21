// Tables: everything the in-memory store keeps, in the shape of the SQLite store's tables.
//
// Signals hold their whole state; `open`, `timers` and `chunks` are the orders it is found in.
#pragma once

#include "hal9/adapters/memory/detail/undo_map.hpp"
#include "hal9/model/key_state.hpp"
#include "hal9/model/message.hpp"
#include "hal9/model/network_state.hpp"
#include "hal9/model/network_version.hpp"
#include "hal9/model/run.hpp"
#include "hal9/model/schedule.hpp"
#include "hal9/model/signal.hpp"
#include "hal9/ports/transaction.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace hal9::memory::detail {

/// An OpenKey in the order the scheduler reads: priority and depth falling, id rising.
struct Place {
    OrganizationId organization;
    std::uint8_t urgency = 0;  ///< 9 - priority
    std::uint8_t height = 0;   ///< 64 - depth
    SignalId signal;

    friend auto operator<=>(const Place&, const Place&) = default;
};

[[nodiscard]] inline Place place_of(const OpenKey& key) {
    return {
        key.organization,
        static_cast<std::uint8_t>(9 - key.priority),
        static_cast<std::uint8_t>(64 - key.depth),
        key.signal
    };
}

[[nodiscard]] inline OpenKey key_of(const Place& place) {
    return {
        place.organization,
        static_cast<std::uint8_t>(9 - place.urgency),
        static_cast<std::uint8_t>(64 - place.height),
        place.signal
    };
}

struct SignalRow {
    SignalRecord record;
    std::string asks;  ///< the message that it waits for
    Body interim;      ///< the result that its `then` went on from
};

struct Message {
    MessageRecord record;
    Body body;
};

struct TimerKey {
    OrganizationId organization;
    WallTime not_before;
    SignalId signal;

    friend auto operator<=>(const TimerKey&, const TimerKey&) = default;
};

struct ChunkKey {
    Place parent;
    std::uint16_t phase = 0;
    std::uint32_t first_ordinal = 0;
    std::uint64_t epoch = 0;
    std::uint16_t attempt = 0;

    friend auto operator<=>(const ChunkKey&, const ChunkKey&) = default;
};

enum class ChunkState : std::uint8_t {
    held,      ///< nobody sees its children yet
    released,  ///< the parent waits for them
    lost,      ///< the parent went on without them; SweepRun ends what never ran
};

struct Chunk {
    SignalId first;
    std::uint32_t count = 0;
    ChunkState state = ChunkState::held;
    std::uint64_t released = 0;
};

struct IdempotentRun {
    std::string digest;
    RunId run;
};

struct Owner {
    std::uint64_t epoch = 0;
    std::uint32_t unclean_starts = 0;
    bool clean = true;
    std::optional<SignalId> processing;
    std::uint16_t processing_deaths = 0;
};

struct Tables {
    UndoMap<NetworkVersionId, NetworkVersion> versions;
    UndoMap<std::pair<OrganizationId, std::string>, NetworkState> networks;  ///< none: active
    UndoMap<RunId, RunRecord> runs;
    UndoMap<SignalId, SignalRow> signals;
    UndoMap<Place, std::monostate> open;
    UndoMap<TimerKey, Place> timers;
    UndoMap<ChunkKey, Chunk> chunks;
    UndoMap<std::pair<OrganizationId, std::string>, IdempotentRun> idempotency;
    UndoMap<KeyName, KeyState> key_states;
    UndoMap<std::pair<RunId, std::uint32_t>, Message> messages;
    UndoMap<std::pair<OrganizationId, std::string>, Schedule> schedules;
    UndoMap<int, Owner> owner;  ///< one row, number 0

    void keep();
    void undo();

    [[nodiscard]] const Owner& current_owner() const { return *owner.find(0); }

    [[nodiscard]] NetworkState network_state(OrganizationId organization, std::string_view name)
        const;
    [[nodiscard]] std::uint64_t
    unfinished_runs(OrganizationId organization, std::string_view network) const;
};

}  // namespace hal9::memory::detail
