#include "sim/language/key_states.hpp"

namespace hal9::sim::language {

json::value KeyStates::read(const ReferenceKey& key, std::uint64_t family) {
    Key& known = keys_[key];
    order_is_chance_ |= known.family != 0 && known.family != family;
    known.family = family;
    return known.state;
}

}  // namespace hal9::sim::language
