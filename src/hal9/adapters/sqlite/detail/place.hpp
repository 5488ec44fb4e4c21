// An OpenKey as the columns it is stored in: ascending keys are the scheduler's order.
#pragma once

#include "hal9/ports/transaction.hpp"

#include <cstdint>

namespace hal9::sqlite::detail {

/// The numbers in chunk.state.
enum class ChunkState : std::uint8_t { held, released, lost };

[[nodiscard]] constexpr int urgency(const OpenKey& key) {
    return 9 - key.priority;
}

[[nodiscard]] constexpr int height(const OpenKey& key) {
    return 64 - key.depth;
}

[[nodiscard]] constexpr OpenKey
key_of(OrganizationId organization, std::int64_t urgency, std::int64_t height, SignalId signal) {
    return {
        organization,
        static_cast<std::uint8_t>(9U - static_cast<std::uint64_t>(urgency)),
        static_cast<std::uint8_t>(64U - static_cast<std::uint64_t>(height)),
        signal
    };
}

}  // namespace hal9::sqlite::detail
