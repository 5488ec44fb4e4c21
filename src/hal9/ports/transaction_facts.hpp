// What a store has to know of a transaction before it looks into its commands one by one.
#pragma once

#include "hal9/base/result.hpp"
#include "hal9/base/text.hpp"
#include "hal9/model/limits.hpp"
#include "hal9/ports/transaction.hpp"

#include <cstddef>
#include <string>
#include <variant>

namespace hal9 {

/// What a child takes in memory beside the bytes of its payload: its row, the payload's string and
/// its count of owners. Small payloads are mostly this.
inline constexpr std::size_t child_overhead_bytes = sizeof(ChildRow) + sizeof(std::string) + 32;

/// The bytes of all payloads, results and definitions in it, and of the rows of children: what the
/// limits of queue and group count.
[[nodiscard]] inline std::size_t body_bytes(const Transaction& transaction) {
    std::size_t bytes = 0;
    for (const Command& command : transaction.commands) {
        if (const auto* chunk = std::get_if<EmitChunk>(&command)) {
            for (const ChildRow& child : chunk->children) {
                bytes += size_of(child.payload) + child_overhead_bytes;
            }
        } else if (const auto* finish = std::get_if<Finish>(&command)) {
            bytes += size_of(finish->result);
        } else if (const auto* await = std::get_if<Await>(&command)) {
            bytes += size_of(await->interim);
        } else if (const auto* reopen = std::get_if<Reopen>(&command)) {
            bytes += size_of(reopen->answer);
        } else if (const auto* key = std::get_if<PutKeyState>(&command)) {
            bytes += key->state.state.size();
        } else if (const auto* message = std::get_if<PutMessage>(&command)) {
            bytes += size_of(message->body);
        } else if (const auto* accept = std::get_if<AcceptRun>(&command)) {
            bytes += size_of(accept->payload);
        } else if (const auto* put = std::get_if<PutNetworkVersion>(&command)) {
            bytes += put->version.definition.size();
        }
    }
    return bytes;
}

/// About how many rows its commit writes.
[[nodiscard]] inline std::size_t row_count(const Transaction& transaction) {
    std::size_t rows = 0;
    for (const Command& command : transaction.commands) {
        ++rows;
        if (const auto* chunk = std::get_if<EmitChunk>(&command)) {
            rows += chunk->children.size();
        } else if (const auto* copy = std::get_if<CopySignals>(&command)) {
            rows += copy->signals.size() + copy->chunks.size();
        }
    }
    return rows;
}

/// Passes when every body and chunk is within its limit; limit_exceeded names the signal and the
/// limit.
[[nodiscard]] inline Result<void>
check_limits(const Transaction& transaction, const Limits& limits) {
    const auto check = [&limits](const Body& body, SignalId signal) -> Result<void> {
        if (size_of(body) <= limits.payload_bytes_max) {
            return {};
        }
        return fail(
            ErrorCode::limit_exceeded,
            str("a body of signal ",
                number_of(signal),
                " of run ",
                run_of(signal).value,
                " has ",
                size_of(body),
                " bytes; payload_bytes_max is ",
                limits.payload_bytes_max)
        );
    };
    for (const Command& command : transaction.commands) {
        if (const auto* chunk = std::get_if<EmitChunk>(&command)) {
            if (chunk->children.size() > limits.chunk_signals_max) {
                return fail(
                    ErrorCode::limit_exceeded,
                    str("a chunk of ",
                        chunk->children.size(),
                        " children of signal ",
                        number_of(chunk->parent.signal),
                        " of run ",
                        run_of(chunk->parent.signal).value,
                        "; chunk_signals_max is ",
                        limits.chunk_signals_max)
                );
            }
            std::int64_t id = chunk->first.value;
            for (const ChildRow& child : chunk->children) {
                HAL9_TRY_VOID(check(child.payload, {id++}));
            }
        } else if (const auto* finish = std::get_if<Finish>(&command)) {
            HAL9_TRY_VOID(check(finish->result, finish->signal.signal));
        } else if (const auto* await = std::get_if<Await>(&command)) {
            HAL9_TRY_VOID(check(await->interim, await->signal.signal));
        } else if (const auto* reopen = std::get_if<Reopen>(&command)) {
            HAL9_TRY_VOID(check(reopen->answer, reopen->signal.signal));
        } else if (const auto* accept = std::get_if<AcceptRun>(&command)) {
            HAL9_TRY_VOID(check(accept->payload, root_of(accept->run.id)));
        } else if (const auto* message = std::get_if<PutMessage>(&command)) {
            HAL9_TRY_VOID(check(message->body, root_of(message->message.run)));
        }
    }
    return {};
}

/// True for what a full store refuses: it would bring new work rather than finish some.
[[nodiscard]] inline bool brings_new_work(const Transaction& transaction) {
    for (const Command& command : transaction.commands) {
        const auto* const accept = std::get_if<AcceptRun>(&command);
        const bool from_outside = accept != nullptr && accept->run.parent.value == 0;
        if (from_outside || std::holds_alternative<PutNetworkVersion>(command) ||
            std::holds_alternative<PutMessage>(command) ||
            std::holds_alternative<PutSchedule>(command) ||
            std::holds_alternative<BeginFork>(command)) {
            return true;
        }
    }
    return false;
}

}  // namespace hal9
