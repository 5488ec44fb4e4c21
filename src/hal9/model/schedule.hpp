// Schedule: when a network is started by itself.
//
// The times are those of a cron expression, in UTC. A start and the move to the next time are one
// transaction, so that a time is started once however often the process is.
#pragma once

#include "hal9/base/clock.hpp"
#include "hal9/base/error.hpp"
#include "hal9/model/ids.hpp"
#include "hal9/model/run.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hal9 {

/// What becomes of times that passed while nobody served the store. Stored by number: append only.
enum class MissedTimes : std::uint8_t {
    skip,  ///< nothing
    once,  ///< one start for all of them
    all,   ///< one start for each
};

inline constexpr std::uint8_t missed_times = 3;

[[nodiscard]] std::string_view to_string(MissedTimes missed) noexcept;
[[nodiscard]] std::optional<MissedTimes> missed_times_from(std::string_view name) noexcept;

struct Schedule {
    OrganizationId organization;
    std::string name;     ///< unique in the organisation
    std::string network;  ///< its newest version at each start
    std::string cron;     ///< base/cron.hpp
    MissedTimes missed = MissedTimes::once;
    std::string input;  ///< JSON
    Grants grants;
    std::vector<std::string> tags;
    std::string principal;  ///< who made it: the runs are theirs
    WallTime created;
    WallTime next;  ///< 0: there is none
    WallTime last;  ///< the time of the last start; 0: none yet
    std::optional<RunId> last_run;
    std::optional<Error> error;  ///< why the last time was not started
};

}  // namespace hal9
