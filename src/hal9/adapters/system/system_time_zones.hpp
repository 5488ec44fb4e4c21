// SystemTimeZones: the machine's time zone database, files below $TZDIR or /usr/share/zoneinfo.
//
// A zone is read once and kept: what an update of the database changes counts after a restart.
#pragma once

#include "hal9/ports/time_zones.hpp"

#include <functional>
#include <map>
#include <string>

namespace hal9::adapters {

/// Thread: one at a time.
class SystemTimeZones final : public TimeZones {
public:
    /// "": the machine's folder.
    explicit SystemTimeZones(std::string folder = {});

    [[nodiscard]] Result<TimeZonePtr> find(std::string_view name) override;

private:
    std::string folder_;
    std::map<std::string, TimeZonePtr, std::less<>> known_;  ///< no more than there are files
};

}  // namespace hal9::adapters
