// Copies: signals of a fork.
#pragma once

#include "hal9/adapters/memory/detail/tables.hpp"
#include "hal9/base/result.hpp"

namespace hal9::memory::detail {

/// conflict when a signal that is to be copied is not there, or not as it should be.
[[nodiscard]] Result<void> copy_signals(Tables& tables, const CopySignals& command);

}  // namespace hal9::memory::detail
