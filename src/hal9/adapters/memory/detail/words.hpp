// How conflicts name a signal and the state it is in.
#pragma once

#include "hal9/base/text.hpp"
#include "hal9/model/ids.hpp"
#include "hal9/model/signal.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace hal9::memory::detail {

[[nodiscard]] inline std::string name_of(SignalId signal) {
    return str("signal ", number_of(signal), " of run ", run_of(signal).value);
}

[[nodiscard]] inline std::string
describe(SignalStatus status, std::uint16_t phase, std::uint16_t attempt, bool opened) {
    return str(
        to_string(status),
        " in phase ",
        phase,
        ", attempt ",
        attempt,
        opened ? ", with an open row" : ", without an open row"
    );
}

}  // namespace hal9::memory::detail
