// NetworkState: what an operator decided about a network, whatever its versions.
//
// A paused network takes new runs and starts no step of any; a deleted one has no unfinished runs,
// is in no list and takes none by its name, but its versions stay, for the runs that ended.
#pragma once

#include <cstdint>
#include <string_view>

namespace hal9 {

/// Stored by number: append only.
enum class NetworkState : std::uint8_t { active, paused, deleted };

inline constexpr std::uint8_t network_states = 3;

[[nodiscard]] constexpr std::string_view to_string(NetworkState state) noexcept {
    switch (state) {
        case NetworkState::active:
            return "active";
        case NetworkState::paused:
            return "paused";
        case NetworkState::deleted:
            return "deleted";
    }
    return "";
}

}  // namespace hal9
