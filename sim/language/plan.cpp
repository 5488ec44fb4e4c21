#include "sim/language/plan.hpp"

#include "hal9/base/random.hpp"

#include <string>

namespace hal9::sim::language {
namespace {

std::uint64_t hash(std::uint64_t salt, std::string_view text) {
    for (const char byte : text) {
        salt = mix64(salt ^ static_cast<unsigned char>(byte));
    }
    return salt;
}

}  // namespace

bool Plan::redrives(std::string_view neuron, const json::value& payload, std::uint32_t attempt)
    const {
    constexpr std::uint32_t enough = 12;
    return attempt < enough && hash(hash(salt + attempt, neuron), canonical_json(payload)) % 2 == 0;
}

}  // namespace hal9::sim::language
