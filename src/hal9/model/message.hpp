// Message: what somebody sent to a run, until a signal of it receives it.
//
// Messages of one name are received in the order in which they were sent, each by one signal.
#pragma once

#include "hal9/base/clock.hpp"
#include "hal9/model/ids.hpp"
#include "hal9/model/signal.hpp"

#include <cstdint>
#include <string>

namespace hal9 {

struct MessageRecord {
    RunId run;
    std::uint32_t number = 0;  ///< in its run, in the order of sending
    std::string name;
    std::string sender;
    WallTime at;
};

}  // namespace hal9
