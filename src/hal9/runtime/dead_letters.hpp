// Dead letters, and questions: parked signals that an operator can still decide about, and signals
// that wait for a person whose answer still counts.
//
// One whose run, or any signal above it, has ended is none: nothing waits for it any more
// (signals.md section 3).
#pragma once

#include "hal9/base/result.hpp"
#include "hal9/ports/signal_reader.hpp"

#include <cstdint>
#include <vector>

namespace hal9::runtime {

/// Every signal above it waits, for one of the phase that the signal below it is of.
[[nodiscard]] Result<bool> is_awaited(SignalReader& reader, const SignalRecord& signal);

/// By id, strictly after `after`, at most `rows_max`; without bodies. Reads up to 64 signals for
/// each one parked.
[[nodiscard]] Result<std::vector<SignalRecord>> list_dead_letters(
    SignalReader& reader,
    OrganizationId organization,
    SignalId after,
    std::uint32_t rows_max
);

/// Likewise, with what is asked as `result`.
[[nodiscard]] Result<std::vector<SignalRecord>> list_questions(
    SignalReader& reader,
    OrganizationId organization,
    SignalId after,
    std::uint32_t rows_max
);

}  // namespace hal9::runtime
