#include "hal9/runtime/join.hpp"

#include "hal9/base/check.hpp"

namespace hal9::runtime {

JoinDecision child_ended(JoinState& state, ChildEnd end, definition::OnChildError::Rule rule) {
    HAL9_ASSERT(state.pending > 0);
    --state.pending;
    if (end == ChildEnd::failed) {
        if (rule == definition::OnChildError::Rule::fail) {
            return JoinDecision::fail;
        }
        if (rule == definition::OnChildError::Rule::skip) {
            ++state.skipped;
        }
    }
    return state.pending == 0 ? JoinDecision::succeed : JoinDecision::wait;
}

}  // namespace hal9::runtime
