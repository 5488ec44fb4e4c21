// How conflicts name a signal and the state it is in.
#pragma once

#include "hal9/base/text.hpp"
#include "hal9/model/ids.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace hal9::sqlite::detail {

[[nodiscard]] inline std::string name_of(SignalId signal) {
    return str("signal ", number_of(signal), " of run ", run_of(signal).value);
}

[[nodiscard]] inline std::string
describe(std::string_view status, std::int64_t phase, std::int64_t attempt, bool opened) {
    return str(
        status,
        " in phase ",
        phase,
        ", attempt ",
        attempt,
        opened ? ", with an open row" : ", without an open row"
    );
}

}  // namespace hal9::sqlite::detail
