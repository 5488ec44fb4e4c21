// The schema of a store file: making it, checking it, taking it forward.
#pragma once

#include "hal9/adapters/sqlite/detail/database.hpp"

#include <cstdint>
#include <span>
#include <string>

namespace hal9::sqlite::detail {

/// The "application_id" of a HAL9 store in its file header: "HAL9".
inline constexpr std::int64_t application_id = 0x48414c39;
inline constexpr const char* database_name = "hal9.db";

/// The SQL of each step of the schema; step n makes version n + 1 of version n.
[[nodiscard]] std::span<const char* const> schema_steps();

[[nodiscard]] inline std::int64_t schema_version() {
    return static_cast<std::int64_t>(schema_steps().size());
}

/// conflict when a writer must keep off: the file is another program's, or of a newer version.
[[nodiscard]] Result<void> check_openable(Database& database, const std::string& path);
/// Makes the schema, or takes it forward to schema_version() in one transaction. conflict when the
/// file is of a newer version or not HAL9's, data_loss when it is damaged.
[[nodiscard]] Result<void> migrate(Database& database, const std::string& path);
/// What a reader can read: any version up to schema_version(), else conflict; not_found when
/// nothing is in the file yet.
[[nodiscard]] Result<void> check_readable(Database& database, const std::string& path);
/// For a reader of an older file: what later steps added, beside it in memory: empty tables, and
/// views that have their names and columns.
[[nodiscard]] Result<void> stand_in_for_later_schema(Database& database);
/// Adds the file's name, and what to do, to what SQLite says of a damaged file.
[[nodiscard]] Error explain(Error error, const std::string& path);

}  // namespace hal9::sqlite::detail
