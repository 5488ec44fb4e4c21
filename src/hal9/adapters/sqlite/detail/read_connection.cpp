#include "hal9/adapters/sqlite/detail/read_connection.hpp"

#include "hal9/adapters/sqlite/detail/schema.hpp"
#include "hal9/base/text.hpp"

#include <filesystem>
#include <system_error>
#include <utility>

namespace hal9::sqlite::detail {
namespace {

/// SQLite's URI form of a path.
std::string uri_of(const std::string& path, std::string_view options) {
    std::string uri = "file:";
    for (const char c : path) {
        if (c == '%' || c == '?' || c == '#') {
            constexpr std::string_view digits = "0123456789abcdef";
            const auto byte = static_cast<unsigned char>(c);
            uri += '%';
            uri += digits[byte >> 4U];
            uri += digits[byte & 0xfU];
        } else {
            uri += c;
        }
    }
    return str(uri, "?", options);
}

/// True when nothing is in the log that a reader would have to take into account.
Result<bool> log_is_empty(const std::string& path) {
    std::error_code missing;
    const auto size = std::filesystem::file_size(path + "-wal", missing);
    if (missing || size == 0) {
        return true;
    }
    if (!std::filesystem::exists(path + "-shm", missing)) {
        return fail(
            ErrorCode::unavailable,
            str("the store ",
                path,
                " was not closed and lacks its index ",
                path,
                "-shm; resume a run (hal9 resume RUN) to make it whole")
        );
    }
    return false;
}

}  // namespace

Result<ReadConnection> ReadConnection::open(const std::string& directory, const char* vfs) {
    ReadConnection connection;
    connection.path_ = str(directory, "/", database_name);
    const std::string& path = connection.path_;
    HAL9_TRY(connection.lock_, DirectoryLock::share(directory));
    std::error_code unreadable;
    if (!std::filesystem::exists(path, unreadable)) {
        return fail(ErrorCode::not_found, str("there is no store in ", directory));
    }
    bool immutable = false;
    if (connection.lock_) {
        HAL9_TRY(immutable, log_is_empty(path));
        if (!immutable) {
            // SQLite's own locks serve: an owner may begin while this one reads.
            connection.lock_.reset();
        }
    }
    HAL9_TRY(
        connection.database_,
        Database::open(
            uri_of(path, immutable ? "immutable=1" : "mode=ro"),
            SQLITE_OPEN_READONLY | SQLITE_OPEN_URI,
            vfs
        )
    );
    sqlite3_db_config(connection.database_.raw(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    Result<void> readable = connection.database_.execute(
        "pragma cache_size=-2048; pragma mmap_size=0;"
        "pragma temp_store=memory"
    );
    if (readable) {
        readable = check_readable(connection.database_, path);
    }
    if (readable) {
        readable = stand_in_for_later_schema(connection.database_);
    }
    if (readable) {
        readable = connection.database_.execute("pragma query_only=1");
    }
    if (!readable) {
        return fail(explain(std::move(readable).error(), path));
    }
    return connection;
}

Result<Statement*> ReadConnection::statement(const char* sql) {
    Statement& statement = statements_[sql];
    if (!statement) {
        HAL9_TRY(statement, database_.prepare(sql));
    }
    return &statement;
}

Error ReadConnection::explain_failure(Error error) const {
    return explain(std::move(error), path_);
}

}  // namespace hal9::sqlite::detail
