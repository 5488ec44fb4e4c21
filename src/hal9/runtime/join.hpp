// Join: when the children of a signal are enough, decided purely (signals.md section 3).
//
// `join: all`: every child must succeed, but those that `on_child_error` forgives; the first one
// that it does not forgive fails the join at once. Which children count is decided here; their
// results are folded elsewhere, in ordinal order.
#pragma once

#include "hal9/definition/network.hpp"

#include <cstdint>

namespace hal9::runtime {

struct JoinState {
    std::uint32_t pending = 0;  ///< children not ended
    std::uint32_t skipped = 0;  ///< forgiven ones
};

enum class ChildEnd : std::uint8_t { completed, failed };

enum class JoinDecision : std::uint8_t {
    wait,     ///< children are missing
    succeed,  ///< all ended, and none failed unforgiven
    fail,     ///< with this child's error
};

/// Asserts that a child was pending.
[[nodiscard]] JoinDecision
child_ended(JoinState& state, ChildEnd end, definition::OnChildError::Rule rule);

}  // namespace hal9::runtime
