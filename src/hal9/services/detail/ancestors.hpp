// Ancestors: whether anybody still waits for a signal, at one look for many siblings.
//
// Within one answer: what was read once is believed until its end, so make one for each answer.
#pragma once

#include "hal9/base/result.hpp"
#include "hal9/ports/signal_reader.hpp"

#include <cstddef>
#include <optional>
#include <unordered_map>

namespace hal9::services::detail {

class Ancestors {
public:
    /// The reader outlives it.
    explicit Ancestors(SignalReader& reader) : reader_(reader) {}

    /// The run goes on, and every signal above waits for one of the phase that this one is of
    /// (runtime::is_awaited).
    [[nodiscard]] Result<bool> is_awaited(const SignalRecord& signal, const RunRecord& run);

    /// The status people see: what is unfinished although nobody waits for it any more is cancelled
    /// with what is above it.
    [[nodiscard]] Result<SignalStatus>
    shown_status(const SignalRecord& signal, const RunRecord& run);

private:
    static constexpr std::size_t kept_max = 4'096;

    [[nodiscard]] Result<std::optional<SignalRecord>> find(SignalId id);

    SignalReader& reader_;
    std::unordered_map<SignalId, std::optional<SignalRecord>> known_;
};

}  // namespace hal9::services::detail
