// Applies one transaction to the tables of the in-memory store: all of it, or nothing.
#pragma once

#include "hal9/adapters/memory/detail/tables.hpp"
#include "hal9/model/limits.hpp"
#include "hal9/ports/signal_store.hpp"
#include "hal9/ports/transaction.hpp"

namespace hal9::memory::detail {

/// The receipt is special (error, existing or swept set) or plain.
[[nodiscard]] Receipt apply(Tables& tables, const Transaction& transaction, const Limits& limits);

}  // namespace hal9::memory::detail
