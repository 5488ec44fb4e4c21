#include "hal9/services/detail/ancestors.hpp"

#include "hal9/runtime/dead_letters.hpp"

namespace hal9::services::detail {

Result<bool> Ancestors::is_awaited(const SignalRecord& signal, const RunRecord& run) {
    if (run.state != RunState::running) {
        return false;
    }
    return runtime::is_awaited([this](SignalId id) { return find(id); }, signal);
}

Result<SignalStatus> Ancestors::shown_status(const SignalRecord& signal, const RunRecord& run) {
    if (has_ended(signal.status)) {
        return signal.status;
    }
    HAL9_TRY(const bool awaited, is_awaited(signal, run));
    return awaited ? signal.status : SignalStatus::cancelled;
}

Result<std::optional<SignalRecord>> Ancestors::find(SignalId id) {
    if (const auto known = known_.find(id); known != known_.end()) {
        return known->second;
    }
    HAL9_TRY(const auto read, reader_.find_signal(id, false));
    if (known_.size() == kept_max) {
        known_.clear();
    }
    known_.emplace(id, read);
    return read;
}

}  // namespace hal9::services::detail
