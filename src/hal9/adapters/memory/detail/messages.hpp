// Messages that were sent to a run and not yet received.
#pragma once

#include "hal9/adapters/memory/detail/tables.hpp"
#include "hal9/base/result.hpp"

#include <cstdint>

namespace hal9::memory::detail {

/// The body of a message that the signal receives: it is no longer there. conflict when it was not.
[[nodiscard]] Result<Body>
take_message(Tables& tables, const OpenKey& receiver, std::uint32_t number);

/// Those of a run that has ended.
void drop_messages(Tables& tables, RunId run);

}  // namespace hal9::memory::detail
