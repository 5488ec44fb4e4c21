#include "hal9/adapters/sqlite/detail/schema.hpp"

#include "hal9/base/text.hpp"

#include <map>
#include <utility>

namespace hal9::sqlite::detail {
namespace {

struct FileVersion {
    std::int64_t application = 0;
    std::int64_t version = 0;
    bool empty = true;
};

Result<FileVersion> read_version(Database& database) {
    FileVersion found;
    HAL9_TRY(found.application, database.integer("pragma application_id"));
    HAL9_TRY(found.version, database.integer("pragma user_version"));
    HAL9_TRY(const std::int64_t things, database.integer("select count(*) from sqlite_schema"));
    found.empty = things == 0;
    return found;
}

Result<void> check_version(const FileVersion& found, const std::string& path) {
    if (found.application != application_id) {
        return fail(
            ErrorCode::conflict,
            str(path, " is a database of another program; choose another data directory")
        );
    }
    if (found.version > schema_version()) {
        return fail(
            ErrorCode::conflict,
            str(path,
                " has schema version ",
                found.version,
                ", this hal9 knows up to ",
                schema_version(),
                "; use the newer hal9 that wrote it, or restore a backup made before it")
        );
    }
    return {};
}

bool is_new(const FileVersion& found) {
    return found.empty && found.application == 0 && found.version == 0;
}

Result<void> apply_steps(Database& database, const std::string& path) {
    HAL9_TRY(const FileVersion found, read_version(database));
    if (!is_new(found)) {
        HAL9_TRY_VOID(check_version(found, path));
    }
    if (found.version == schema_version()) {
        return {};
    }
    for (std::int64_t version = found.version; version < schema_version(); ++version) {
        HAL9_TRY_VOID(database.execute(schema_steps()[static_cast<std::size_t>(version)]));
    }
    HAL9_TRY_VOID(database.execute(str("pragma application_id=", application_id)));
    return database.execute(str("pragma user_version=", schema_version()));
}

}  // namespace

Error explain(Error error, const std::string& path) {
    if (error.code == ErrorCode::resource_exhausted) {
        return {error.code, str("the disk of the store ", path, " is full; make room on it")};
    }
    if (error.code != ErrorCode::data_loss) {
        return error;
    }
    return {
        error.code,
        str("the store file ",
            path,
            " is damaged; restore a backup, or save what can be read with: sqlite3 ",
            path,
            " .recover")
    };
}

Result<void> migrate(Database& database, const std::string& path) {
    HAL9_TRY_VOID(database.execute("begin immediate"));
    if (Result<void> done = apply_steps(database, path); !done) {
        // Fails where SQLite has rolled back already.
        [[maybe_unused]] const Result<void> undone = database.execute("rollback");
        return done;
    }
    return database.execute("commit");
}

Result<void> check_openable(Database& database, const std::string& path) {
    HAL9_TRY(const FileVersion found, read_version(database));
    return is_new(found) ? Result<void>() : check_version(found, path);
}

namespace {

/// What a step of the schema brought, as an older file would have it: no rows, or the values that
/// the step gives to old rows.
struct Later {
    std::int64_t since;
    const char* table;
    const char* columns;  ///< of a new table, else those added: value and name
};

constexpr Later new_tables[] = {
    {4, "network", "organization, name, state, changed"},
    {5, "key_state", "organization, network, neuron, key, state, changed, expires"},
    {6, "tag", "organization, tag, run"},
    {6, "message", "run, number, name, sender, at, body"},
    {6,
     "schedule",
     "organization, name, network, cron, missed, input, grants, tags, principal, created, next, "
     "last, last_run, error"},
};

constexpr Later new_columns[] = {
    {3, "blob", "null as codec"},
    {5, "open", "0 as waits_for, 0 as children_from, null as counted, 0 as released"},
    {6, "open", "'' as asks"},
    {5, "chunk", "0 as released"},
    {5, "run", "null as parent, 0 as depth"},
    {6, "run", "null as tags, null as origin"},
    {6, "signal", "0 as parent_phase, null as interim, 0 as copied"},
};

}  // namespace

Result<void> stand_in_for_later_schema(Database& database) {
    HAL9_TRY(const FileVersion found, read_version(database));
    for (const Later& later : new_tables) {
        if (found.version < later.since) {
            HAL9_TRY_VOID(
                database.execute(str("create temp table ", later.table, "(", later.columns, ")"))
            );
        }
    }
    std::map<std::string_view, std::string> views;
    for (const Later& later : new_columns) {
        if (found.version < later.since) {
            views[later.table] += str(", ", later.columns);
        }
    }
    for (const auto& [table, columns] : views) {
        HAL9_TRY_VOID(database.execute(
            str("create temp view ", table, " as select *", columns, " from main.", table)
        ));
    }
    return {};
}

Result<void> check_readable(Database& database, const std::string& path) {
    HAL9_TRY(const FileVersion found, read_version(database));
    if (is_new(found)) {
        return fail(ErrorCode::not_found, str(path, " holds no store yet"));
    }
    return check_version(found, path);
}

}  // namespace hal9::sqlite::detail
