// Levels: the (urgency, height) pairs that one organisation has rows at in a clustered table.
//
// A run's rows lie apart, one range in each level; there are at most 650 levels and usually a
// handful. Asking for the next one costs a single seek.
#pragma once

#include "hal9/adapters/sqlite/detail/database.hpp"
#include "hal9/base/text.hpp"
#include "hal9/model/ids.hpp"

#include <optional>
#include <string_view>
#include <utility>

namespace hal9::sqlite::detail {

struct Level {
    std::int64_t urgency = 0;
    std::int64_t height = 0;
};

/// Of `open` or `chunk`.
[[nodiscard]] inline Result<Statement>
prepare_next_level(Database& database, std::string_view table) {
    return database.prepare(
        str("select urgency, height from ",
            table,
            " where organization = ? and (urgency, height) > (?, ?) "
            "order by urgency, height limit 1")
    );
}

/// The level after `after`; from the first one on when there is none. data_loss when the table is
/// damaged.
[[nodiscard]] inline Result<std::optional<Level>>
next_level(Statement& next, OrganizationId organization, std::optional<Level> after) {
    const Level start = after.value_or(Level{-1, 0});
    HAL9_TRY(const bool found, next.query(organization, start.urgency, start.height));
    if (!found) {
        return std::nullopt;
    }
    const Level level{next.integer(0), next.integer(1)};
    next.reset();
    // Text, which SQLite sorts behind every number, would make this turn in a circle.
    if (std::pair(level.urgency, level.height) <= std::pair(start.urgency, start.height)) {
        return fail(ErrorCode::data_loss, "unfinished work stands at a level that is no number");
    }
    return level;
}

}  // namespace hal9::sqlite::detail
