// Delivery: what becomes of one signal, decided purely.
//
// decide(state, event, policy, now) says what to do next; the node (node.hpp) does it in memory and
// in the store. Everything a signal can meet is an event here: its handler's outcomes, its
// children's, time, and people. Legal changes of status are those of model/transitions.hpp.
#pragma once

#include "hal9/base/clock.hpp"
#include "hal9/base/error.hpp"
#include "hal9/base/random.hpp"
#include "hal9/definition/network.hpp"
#include "hal9/model/signal.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace hal9::runtime {

struct DeliveryState {
    SignalStatus status = SignalStatus::ready;
    std::uint16_t phase = 0;
    std::uint16_t attempt = 0;
    std::uint16_t attempts_allowed = 0;
    WallTime deadline;  ///< 0: none
};

/// The policy of the neuron, as far as delivery needs it.
struct DeliveryPolicy {
    definition::RetryPolicy retry;
    definition::OnExhausted on_exhausted = definition::OnExhausted::fail;
};

namespace event {
/// The handler is done; its result needs no children.
struct Returned {};

/// The handler is done; so many children were emitted.
struct Emitted {
    std::uint32_t children = 0;
};

struct WaitAsked {
    WallTime until;
};

/// The handler waits for a person, a message or a run.
struct WaitBegan {};

/// What it waited for has come.
struct Answered {};

/// What it waited for does not come.
struct WaitFailed {
    Error error;
};

/// Its result goes on to the neuron of `then`.
struct GoesOn {};

/// The attempt failed, timed out or threw.
struct AttemptFailed {
    Error error;
};

/// The join of the children succeeded and was folded.
struct Joined {};

/// The join can no longer succeed, or its fold failed.
struct JoinFailed {
    Error error;
};

struct DeadlinePassed {};

/// An operator ended it, and what is below it.
struct Cancelled {};

struct Redriven {};

struct Discarded {
    std::string error;  ///< the message of what parked it
};
}  // namespace event

using DeliveryEvent = std::variant<
    event::Returned,
    event::Emitted,
    event::WaitAsked,
    event::WaitBegan,
    event::Answered,
    event::WaitFailed,
    event::GoesOn,
    event::AttemptFailed,
    event::Joined,
    event::JoinFailed,
    event::DeadlinePassed,
    event::Cancelled,
    event::Redriven,
    event::Discarded>;

namespace action {
struct Complete {};

struct AwaitChildren {
    std::uint32_t pending = 0;
};

/// It waits for what its handler asked for.
struct AwaitAnswer {};

/// Ready again: another attempt or the next phase.
struct Again {
    std::uint16_t phase = 0;
    std::uint16_t attempt = 0;
    std::uint16_t attempts_allowed = 0;
    WallTime not_before;  ///< 0: at once
    std::optional<Error> error;
};

struct Park {
    std::uint16_t attempt = 0;
    Error error;
};

struct Fail {
    Error error;
};
}  // namespace action

using DeliveryAction = std::variant<
    action::Complete,
    action::AwaitChildren,
    action::AwaitAnswer,
    action::Again,
    action::Park,
    action::Fail>;

/// Asserts that the event is possible in the state. `random` is used for the pause of a retry.
[[nodiscard]] DeliveryAction decide(
    const DeliveryState& state,
    const DeliveryEvent& event,
    const DeliveryPolicy& policy,
    WallTime now,
    Random& random
);

}  // namespace hal9::runtime
