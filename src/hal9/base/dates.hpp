// Dates as texts carry them: the form of mail headers and of Debian changelogs (RFC 5322) and that
// of protocols (RFC 3339).
#pragma once

#include "hal9/base/clock.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace hal9 {

/// RFC 5322 section 3.3 with all that section 4.3 says must be read: a missing or wrong weekday,
/// comments and white space anywhere, no seconds, years of two and three digits, zones by name.
/// Nothing where that grammar does not fit or the day does not exist; never a guess. Years 1900 to
/// 9999. The second 60 is the first of the next minute, as POSIX counts.
[[nodiscard]] std::optional<WallTime> parse_rfc5322_date(std::string_view text);

/// RFC 3339 section 5.6: "2026-11-24T13:26:00Z", with a fraction (cut to microseconds) and an
/// offset if it has them.
[[nodiscard]] std::optional<WallTime> parse_rfc3339(std::string_view text);

/// RFC 3339 in UTC with whole seconds: "2026-11-24T13:26:00Z". Years 0 to 9999.
[[nodiscard]] std::string format_rfc3339_seconds(WallTime time);

}  // namespace hal9
