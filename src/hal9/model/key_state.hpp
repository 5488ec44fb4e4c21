// KeyState: what a keyed neuron remembers of one key, from one signal to the next.
//
// signals.md section 5: the key is (organisation, network, neuron, value), across versions of the
// network; its state changes in the transaction that ends a phase of a signal that held the key.
#pragma once

#include "hal9/base/clock.hpp"
#include "hal9/model/ids.hpp"

#include <compare>
#include <optional>
#include <string>

namespace hal9 {

struct KeyName {
    OrganizationId organization;
    std::string network;
    std::string neuron;
    std::string key;  ///< the value as canonical JSON

    friend auto operator<=>(const KeyName&, const KeyName&) = default;
};

struct KeyState {
    KeyName name;
    std::string state;  ///< JSON, at most Limits::key_state_bytes_max
    WallTime changed;
    WallTime expires;  ///< 0: never

    [[nodiscard]] bool is_over(WallTime now) const { return expires.us != 0 && expires <= now; }
};

}  // namespace hal9
