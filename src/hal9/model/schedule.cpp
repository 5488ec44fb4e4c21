#include "hal9/model/schedule.hpp"

#include <array>

namespace hal9 {
namespace {

constexpr std::array<std::string_view, missed_times> names{"skip", "once", "all"};

}  // namespace

std::string_view to_string(MissedTimes missed) noexcept {
    return names[static_cast<std::size_t>(missed)];
}

std::optional<MissedTimes> missed_times_from(std::string_view name) noexcept {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == name) {
            return static_cast<MissedTimes>(i);
        }
    }
    return std::nullopt;
}

}  // namespace hal9
