#include "hal9/runtime/join.hpp"

#include "hal9/base/check.hpp"
#include "hal9/base/planted_bug.hpp"

namespace hal9::runtime {
namespace {

using Rule = definition::OnChildError::Rule;

JoinDecision of_partial(JoinState& state, bool succeeded, std::uint32_t needed) {
    state.succeeded += succeeded ? 1 : 0;
    if (state.succeeded >= needed) {  // a fork may begin with more
        return JoinDecision::succeed;
    }
    return state.succeeded + state.pending < needed ? JoinDecision::fail : JoinDecision::wait;
}

}  // namespace

JoinDecision child_ended(JoinState& state, ChildEnd end, const JoinPolicy& policy) {
    HAL9_ASSERT(state.pending > 0);
    --state.pending;
    if (end == ChildEnd::failed && policy.on_child_error == Rule::skip) {
        ++state.skipped;
    }
    if (is_partial(policy.join)) {
        const bool forgiven =
            HAL9_PLANTED(quorum_counts_forgiven) && policy.on_child_error != Rule::fail;
        return of_partial(state, end == ChildEnd::completed || forgiven, policy.join.needed);
    }
    if (end == ChildEnd::failed && policy.on_child_error == Rule::fail) {
        return JoinDecision::fail;
    }
    return state.pending == 0 ? JoinDecision::succeed : JoinDecision::wait;
}

}  // namespace hal9::runtime
