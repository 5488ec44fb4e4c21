// Join: when the children of a signal are enough, decided purely (signals.md section 3).
//
// `all`: every child must succeed, but those that `on_child_error` forgives; the first one that it
// does not forgive fails the join at once. `any` and `quorum`: so many must succeed; once too few
// can, the join fails. Which children count is decided here; their results are folded elsewhere,
// in ordinal order.
#pragma once

#include "hal9/definition/network.hpp"

#include <cstdint>

namespace hal9::runtime {

struct JoinState {
    std::uint32_t pending = 0;    ///< children not ended
    std::uint32_t skipped = 0;    ///< forgiven ones
    std::uint32_t succeeded = 0;  ///< of any and quorum
};

enum class ChildEnd : std::uint8_t { completed, failed };

enum class JoinDecision : std::uint8_t {
    wait,     ///< children are missing
    succeed,  ///< enough have succeeded
    fail,     ///< enough can no longer succeed
};

struct JoinPolicy {
    definition::Join join;
    definition::OnChildError::Rule on_child_error = definition::OnChildError::Rule::fail;
};

/// Asserts that a child was pending.
[[nodiscard]] JoinDecision child_ended(JoinState& state, ChildEnd end, const JoinPolicy& policy);

/// Any or quorum: children that are not needed are losers.
[[nodiscard]] inline bool is_partial(const definition::Join& join) {
    return join.rule != definition::Join::Rule::all;
}

}  // namespace hal9::runtime
