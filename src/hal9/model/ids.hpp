// Ids as distinct types, and how they fit together.
//
// Inside HAL9 a signal is a local 64-bit number: the number of its run in the upper 40 bits, its
// own number in that run in the lower 24. A run's tree is thus one range of keys. Outside, a
// signal or run is a UUIDv7 computed from it (public_id.hpp).
#pragma once

#include "hal9/base/check.hpp"
#include "hal9/base/strong_id.hpp"

#include <cstdint>

namespace hal9 {

/// Local number of an organisation; the first is 1.
using OrganizationId = StrongId<struct OrganizationTag, std::uint32_t>;
/// One immutable version of a network definition; numbered from 1 in the whole store.
using NetworkVersionId = StrongId<struct NetworkVersionTag, std::uint32_t>;
/// Numbered from 1 in the whole store, below 2^39.
using RunId = StrongId<struct RunTag, std::int64_t>;
/// run << 24 | number in the run; the root signal is number 0. The value 0 means "no signal".
using SignalId = StrongId<struct SignalTag, std::int64_t>;
/// Position of a neuron in its network version, in the order of their names.
using NeuronIndex = StrongId<struct NeuronTag, std::uint16_t>;

inline constexpr int signal_bits = 24;
inline constexpr std::uint32_t signals_per_run_max = (1U << signal_bits) - 1;

[[nodiscard]] constexpr SignalId make_signal_id(RunId run, std::uint32_t number) {
    return {(run.value << signal_bits) | static_cast<std::int64_t>(number)};
}

[[nodiscard]] constexpr SignalId root_of(RunId run) {
    return make_signal_id(run, 0);
}

[[nodiscard]] constexpr RunId run_of(SignalId signal) {
    return {signal.value >> signal_bits};
}

[[nodiscard]] constexpr std::uint32_t number_of(SignalId signal) {
    return static_cast<std::uint32_t>(signal.value & signals_per_run_max);
}

/// The organisation that every store has until organisations can be made.
inline constexpr OrganizationId default_organization{1};
inline constexpr const char* default_organization_name = "default";

}  // namespace hal9
