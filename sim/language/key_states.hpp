// KeyStates: what the steps of keyed neurons left behind, for the reference interpreter.
//
// The only order that the language promises is that of the releases, then of the ordinals: siblings
// with one key come one after the other, and everybody else whenever they come. So a state is known
// as long as one family works on it; who reads what another family wrote may find anything.
#pragma once

#include "hal9/base/json.hpp"

#include <compare>
#include <cstdint>
#include <map>
#include <string>

namespace hal9::sim::language {

struct ReferenceKey {
    std::string network;
    std::string neuron;
    std::string value;  ///< as canonical JSON

    friend auto operator<=>(const ReferenceKey&, const ReferenceKey&) = default;
};

class KeyStates {
public:
    /// The state that a member of the family finds; null where there is none.
    [[nodiscard]] json::value read(const ReferenceKey& key, std::uint64_t family);

    void write(const ReferenceKey& key, json::value state) { keys_[key].state = std::move(state); }

    /// Two families have read the state of one key.
    [[nodiscard]] bool order_is_chance() const { return order_is_chance_; }

private:
    struct Key {
        json::value state;
        std::uint64_t family = 0;  ///< that reads it; 0: none yet
    };

    std::map<ReferenceKey, Key> keys_;
    bool order_is_chance_ = false;
};

}  // namespace hal9::sim::language
