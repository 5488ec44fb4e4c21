// What a store has to know of a transaction before it looks into its commands one by one.
#pragma once

#include "hal9/ports/transaction.hpp"

#include <cstddef>
#include <variant>

namespace hal9 {

/// The bytes of all payloads, results and definitions in it: what the limits of queue and group
/// count.
[[nodiscard]] inline std::size_t body_bytes(const Transaction& transaction) {
    std::size_t bytes = 0;
    for (const Command& command : transaction.commands) {
        if (const auto* chunk = std::get_if<EmitChunk>(&command)) {
            for (const ChildRow& child : chunk->children) {
                bytes += size_of(child.payload);
            }
        } else if (const auto* finish = std::get_if<Finish>(&command)) {
            bytes += size_of(finish->result);
        } else if (const auto* accept = std::get_if<AcceptRun>(&command)) {
            bytes += size_of(accept->payload);
        } else if (const auto* put = std::get_if<PutNetworkVersion>(&command)) {
            bytes += put->version.definition.size();
        }
    }
    return bytes;
}

/// True for what a full store refuses: it would bring new work rather than finish some.
[[nodiscard]] inline bool brings_new_work(const Transaction& transaction) {
    for (const Command& command : transaction.commands) {
        if (std::holds_alternative<AcceptRun>(command) ||
            std::holds_alternative<PutNetworkVersion>(command)) {
            return true;
        }
    }
    return false;
}

}  // namespace hal9
