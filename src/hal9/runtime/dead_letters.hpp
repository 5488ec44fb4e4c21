// Dead letters: parked signals that an operator can still decide about.
//
// One whose run, or any signal above it, has ended is none: nothing waits for it any more
// (signals.md section 3). The same rule says whose question still counts.
#pragma once

#include "hal9/base/result.hpp"
#include "hal9/ports/signal_reader.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace hal9::runtime {

/// How signals above another are looked up, without bodies.
using FindSignal = std::function<Result<std::optional<SignalRecord>>(SignalId id)>;

/// Every signal above it waits, for one of the phase that the signal below it is of.
[[nodiscard]] Result<bool> is_awaited(const FindSignal& find, const SignalRecord& signal);
[[nodiscard]] Result<bool> is_awaited(SignalReader& reader, const SignalRecord& signal);

/// By id, strictly after `after`, at most `rows_max`; without bodies. Reads up to 64 signals for
/// each one parked.
[[nodiscard]] Result<std::vector<SignalRecord>> list_dead_letters(
    SignalReader& reader,
    OrganizationId organization,
    SignalId after,
    std::uint32_t rows_max
);

}  // namespace hal9::runtime
