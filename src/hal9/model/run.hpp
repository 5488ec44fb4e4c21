// Run: a root signal and everything it caused, under one version of one network.
#pragma once

#include "hal9/base/clock.hpp"
#include "hal9/base/error.hpp"
#include "hal9/model/ids.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hal9 {

/// Stored by number: append only. Ended runs stay ended.
enum class RunState : std::uint8_t {
    running,
    draining,  ///< its end is decided; steps that were being processed still finish
    completed,
    failed,
    cancelled,
};

[[nodiscard]] constexpr bool has_ended(RunState state) {
    return state >= RunState::completed;
}

[[nodiscard]] std::string_view to_string(RunState state) noexcept;
[[nodiscard]] std::optional<RunState> run_state_from(std::string_view name) noexcept;

/// What a run may touch outside HAL9: values by class of capability, for example
/// {"files.read": ["/usr/share/doc"]}. A class that is absent is not granted at all.
using Grants = std::map<std::string, std::vector<std::string>>;

/// A request may carry a key under which it is accepted once (in its organisation).
struct IdempotencyKey {
    std::string key;  ///< 1 to 256 bytes
    std::string
        digest;  ///< SHA-256 of what was asked; another digest under the same key is a conflict
};

struct RunRecord {
    RunId id;
    OrganizationId organization;
    NetworkVersionId version;
    std::string network;     ///< its name
    std::string principal;   ///< who ran it
    SignalId parent;         ///< the signal of another run that started it; value 0: none
    std::uint8_t depth = 0;  ///< of its root signal: one more than that of `parent`
    RunState state = RunState::running;
    RunState decided = RunState::running;  ///< the end a draining run will have
    std::uint8_t priority = 5;
    WallTime created;
    WallTime finished;
    Grants grants;
    std::optional<IdempotencyKey> idempotency;
    std::vector<std::string> tags;  ///< sorted, each once
    RunId origin;                   ///< the run it was forked from; value 0: none
};

}  // namespace hal9
