// The one table of legal changes of a signal's durable status; signals.md section 1.
//
//   from \ to   ready  waiting  parked  completed  failed  cancelled
//   ready         x       x       x         x        x         x
//   waiting       x       -       x         x        x         x
//   parked        x       -       -         -        x         x
//   ended         -       -       -         -        -         -
//
// ready -> ready is a retry or a timer that was set; waiting -> ready is the next phase; waiting ->
// parked is an error of a child where `on_exhausted: park`; parked -> ready is redrive, parked ->
// failed is discard or a passed deadline. Everything else trips an assertion.
#pragma once

#include "hal9/model/signal.hpp"

#include <array>

namespace hal9 {

[[nodiscard]] constexpr bool is_legal(SignalStatus from, SignalStatus to) {
    constexpr std::array<std::array<bool, 6>, 3> legal{{
        {true, true, true, true, true, true},
        {true, false, true, true, true, true},
        {true, false, false, false, true, true},
    }};
    return !has_ended(from) && legal[static_cast<std::size_t>(from)][static_cast<std::size_t>(to)];
}

}  // namespace hal9
