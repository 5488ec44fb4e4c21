#include "hal9/runtime/delivery.hpp"

#include "hal9/base/check.hpp"
#include "hal9/base/planted_bug.hpp"
#include "hal9/base/text.hpp"
#include "hal9/model/limits.hpp"
#include "hal9/runtime/retry.hpp"

#include <algorithm>
#include <utility>

namespace hal9::runtime {
namespace {

struct Decider {
    const DeliveryState& state;
    const DeliveryPolicy& policy;
    WallTime now;
    Random& random;

    [[nodiscard]] bool past_deadline(WallTime time) const {
        return state.deadline.us != 0 && time >= state.deadline;
    }

    [[nodiscard]] std::uint16_t next_attempt() const {
        HAL9_ASSERT(state.attempt < attempts_ever_max);
        return static_cast<std::uint16_t>(state.attempt + 1);
    }

    /// The error goes up, or the signal waits for an operator.
    [[nodiscard]] DeliveryAction exhausted(Error error) const {
        const bool replay_differs = error.code == ErrorCode::nondeterministic;
        if (policy.on_exhausted == definition::OnExhausted::park || replay_differs) {
            return action::Park{next_attempt(), std::move(error)};
        }
        return action::Fail{std::move(error)};
    }

    DeliveryAction operator()(const event::Returned&) const {
        HAL9_ASSERT(state.status == SignalStatus::ready);
        return action::Complete{};
    }

    DeliveryAction operator()(const event::Emitted& emitted) const {
        HAL9_ASSERT(state.status == SignalStatus::ready && emitted.children > 0);
        return action::AwaitChildren{emitted.children};
    }

    [[nodiscard]] action::Again next_phase(WallTime not_before) const {
        HAL9_ASSERT(state.phase < phase_max);
        return action::Again{
            .phase = static_cast<std::uint16_t>(state.phase + 1),
            .attempt = 0,
            .attempts_allowed = policy.retry.attempts,
            .not_before = not_before,
            .error = std::nullopt,
        };
    }

    DeliveryAction operator()(const event::WaitAsked& wait) const {
        HAL9_ASSERT(state.status == SignalStatus::ready);
        // At its deadline at the latest somebody looks at it again.
        return next_phase(
            state.deadline.us == 0 ? wait.until : std::min(wait.until, state.deadline)
        );
    }

    DeliveryAction operator()(const event::WaitBegan&) const {
        HAL9_ASSERT(state.status == SignalStatus::ready);
        return action::AwaitAnswer{};
    }

    DeliveryAction operator()(const event::Answered&) const {
        HAL9_ASSERT(state.status == SignalStatus::waiting);
        return next_phase({});
    }

    /// Not tried again: whoever answers had their own attempts, and time has passed.
    DeliveryAction operator()(const event::WaitFailed& failed) const {
        HAL9_ASSERT(state.status == SignalStatus::waiting);
        return exhausted(failed.error);
    }

    DeliveryAction operator()(const event::GoesOn&) const {
        HAL9_ASSERT(!has_ended(state.status) && state.status != SignalStatus::parked);
        return next_phase({});
    }

    DeliveryAction operator()(const event::AttemptFailed& failed) const {
        HAL9_ASSERT(state.status == SignalStatus::ready);
        const std::uint16_t attempt =
            HAL9_PLANTED(attempt_not_counted) ? state.attempt : next_attempt();
        if (!is_retryable(failed.error.code) || attempt >= state.attempts_allowed) {
            return exhausted(failed.error);
        }
        const WallTime at = now + backoff(policy.retry, state.attempt, random);
        if (past_deadline(at)) {
            return exhausted(failed.error);
        }
        return action::Again{
            state.phase,
            attempt,
            state.attempts_allowed,
            at,
            failed.error,
        };
    }

    DeliveryAction operator()(const event::Joined&) const {
        HAL9_ASSERT(state.status == SignalStatus::waiting);
        return action::Complete{};
    }

    DeliveryAction operator()(const event::JoinFailed& failed) const {
        HAL9_ASSERT(state.status == SignalStatus::waiting);
        return action::Fail{failed.error};
    }

    DeliveryAction operator()(const event::DeadlinePassed&) const {
        HAL9_ASSERT(!has_ended(state.status));
        return action::Fail{Error(
            ErrorCode::deadline_exceeded,
            str("the deadline passed (", format_time(state.deadline), ")")
        )};
    }

    DeliveryAction operator()(const event::Cancelled&) const {
        HAL9_ASSERT(!has_ended(state.status));
        return action::Fail{Error(ErrorCode::cancelled, "cancelled by an operator")};
    }

    DeliveryAction operator()(const event::Redriven&) const {
        HAL9_ASSERT(state.status == SignalStatus::parked);
        return action::Again{
            .phase = state.phase,
            .attempt = next_attempt(),
            .attempts_allowed = static_cast<std::uint16_t>(
                std::min<std::uint32_t>(attempts_ever_max, next_attempt() + policy.retry.attempts)
            ),
            .not_before = {},
            .error = std::nullopt,
        };
    }

    DeliveryAction operator()(const event::Discarded& discarded) const {
        HAL9_ASSERT(state.status == SignalStatus::parked);
        return action::Fail{Error(
            ErrorCode::cancelled,
            str("discarded by an operator", discarded.error.empty() ? "" : ": ", discarded.error)
        )};
    }
};

}  // namespace

DeliveryAction decide(
    const DeliveryState& state,
    const DeliveryEvent& event,
    const DeliveryPolicy& policy,
    WallTime now,
    Random& random
) {
    return std::visit(Decider{state, policy, now, random}, event);
}

}  // namespace hal9::runtime
