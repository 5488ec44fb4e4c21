// TimeZones: the zones that this machine knows, by their names in the IANA time zone database.
#pragma once

#include "hal9/base/result.hpp"
#include "hal9/base/time_zone.hpp"

#include <string_view>

namespace hal9 {

class TimeZones {
public:
    virtual ~TimeZones() = default;
    /// invalid_argument when the name is none, or no zone of this machine has it; data_loss when
    /// its file is damaged. Thread: that of the owner.
    [[nodiscard]] virtual Result<TimeZonePtr> find(std::string_view name) = 0;
};

}  // namespace hal9
