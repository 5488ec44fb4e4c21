// Signal: the unit of work that travels through a network, and what becomes of it.
//
// Durable states and their legal changes stand in transitions.hpp. "Being processed" is not a
// state: it is known in memory only, so it costs no write and a crash counts as no attempt.
#pragma once

#include "hal9/base/clock.hpp"
#include "hal9/base/error.hpp"
#include "hal9/model/ids.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hal9 {

/// Stored by number: append only.
enum class SignalStatus : std::uint8_t {
    ready,      ///< may run now, or at its not_before
    waiting,    ///< for what WaitsFor says
    parked,     ///< needs an operator: a dead letter
    completed,  ///< ended with a result
    failed,     ///< ended with an error
    cancelled,  ///< ended because somebody above it ended
};

/// What a waiting signal waits for. Stored by number: append only.
enum class WaitsFor : std::uint8_t {
    children,  ///< those it emitted
    next,      ///< the signal of its neuron's `then`
    run,       ///< a run of another network that it started
    person,    ///< an answer
    message,   ///< a message to its run
};

[[nodiscard]] std::string_view to_string(WaitsFor what) noexcept;

[[nodiscard]] constexpr bool has_ended(SignalStatus status) {
    return status >= SignalStatus::completed;
}

[[nodiscard]] std::string_view to_string(SignalStatus status) noexcept;
[[nodiscard]] std::optional<SignalStatus> signal_status_from(std::string_view name) noexcept;

/// Bytes of a payload or result, JSON unless said. Shared because the same bytes stand in the
/// writer's queue and in the window of ready work; immutable. Null means none.
using Body = std::shared_ptr<const std::string>;

[[nodiscard]] inline Body make_body(std::string bytes) {
    return std::make_shared<const std::string>(std::move(bytes));
}

[[nodiscard]] inline std::size_t size_of(const Body& body) {
    return body ? body->size() : 0;
}

/// What the work on a signal cost, all attempts together.
struct Usage {
    std::int64_t wall_us = 0;
    std::int64_t cpu_us = 0;

    Usage& operator+=(const Usage& other) {
        wall_us += other.wall_us;
        cpu_us += other.cpu_us;
        return *this;
    }

    friend bool operator==(const Usage&, const Usage&) = default;
};

/// A signal as a reader of the store sees it.
struct SignalRecord {
    SignalId id;
    SignalId parent;            ///< value 0 for a root
    std::uint32_t ordinal = 0;  ///< position among its siblings of one phase
    NeuronIndex neuron;
    std::uint8_t depth = 0;  ///< 0 for a root that no other run started
    std::uint8_t priority = 5;
    SignalStatus status = SignalStatus::ready;
    bool opened = false;             ///< it has a row in the open table
    bool copied = false;             ///< the work was done in the run this one was forked from
    bool went_on = false;            ///< with its `then`
    std::uint16_t parent_phase = 0;  ///< of its parent, when it was emitted
    std::uint16_t phase = 0;         ///< rises when its children were joined or its timer fired
    std::uint16_t attempt = 0;       ///< failures and redrives so far in this phase
    std::uint16_t attempts_allowed = 0;
    WaitsFor waits_for = WaitsFor::children;
    std::uint64_t released = 0;       ///< place in the order of releases; 0: its chunk's
    std::uint32_t pending = 0;        ///< children not ended, while waiting for them
    std::uint32_t children_from = 0;  ///< children with lower numbers are of earlier phases
    /// The ordinals that a join counts which was decided before its fold; else empty.
    std::vector<std::uint32_t> counted;
    std::uint32_t skipped = 0;  ///< children forgiven by on_child_error: skip
    WallTime created;
    WallTime not_before;  ///< 0: at once
    WallTime deadline;    ///< 0: none
    WallTime started;
    WallTime finished;
    Usage usage;
    std::optional<Error> error;  ///< of the last failed attempt, or of the end
    Body payload;                ///< null unless the call asked for bodies
    /// Of an unended one: the result that its `then` goes on from, what it asks for while it waits
    /// for a person or a message, and what ended that wait.
    Body result;
};

}  // namespace hal9
