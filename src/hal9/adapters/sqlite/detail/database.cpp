#include "hal9/adapters/sqlite/detail/database.hpp"

#include "hal9/base/text.hpp"

#include <cerrno>
#include <mutex>

namespace hal9::sqlite::detail {
namespace {

constexpr int busy_timeout_ms = 2'000;

/// Memory statistics take a lock that all threads share; nobody reads them.
void prepare_library() {
    static std::once_flag once;
    std::call_once(once, [] {
        // Refused (and no harm done) where somebody has used SQLite in this process before.
        sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
        sqlite3_initialize();
    });
}

ErrorCode code_of(sqlite3* connection, int code) {
    // The shared index of the log cannot grow: SQLite reports that as I/O error.
    if (code == SQLITE_IOERR_SHMSIZE || (connection != nullptr && (code & 0xff) == SQLITE_IOERR &&
                                         sqlite3_system_errno(connection) == ENOSPC)) {
        return ErrorCode::resource_exhausted;
    }
    switch (code & 0xff) {
        case SQLITE_FULL:
            return ErrorCode::resource_exhausted;
        case SQLITE_CONSTRAINT:
            return ErrorCode::conflict;
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return ErrorCode::data_loss;
        case SQLITE_PERM:
        case SQLITE_READONLY:
            return ErrorCode::permission_denied;
        case SQLITE_IOERR:
        case SQLITE_BUSY:
        case SQLITE_CANTOPEN:
            return ErrorCode::unavailable;
        default:
            return ErrorCode::internal;
    }
}

}  // namespace

Error error_of(sqlite3* connection, int code, std::string_view doing) {
    const char* said = connection == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(connection);
    return {code_of(connection, code), str(doing, ": ", said, " (SQLite ", code, ")")};
}

Result<bool> Statement::step() {
    const int code = sqlite3_step(statement_.get());
    if (code == SQLITE_ROW) {
        return true;
    }
    if (code != SQLITE_DONE) {
        return fail(failure(code));
    }
    reset();
    return false;
}

std::string_view Statement::text(int column) const {
    const void* bytes = sqlite3_column_blob(statement_.get(), column);
    const int size = sqlite3_column_bytes(statement_.get(), column);
    return {static_cast<const char*>(bytes), static_cast<std::size_t>(size)};
}

Error Statement::failure(int code) {
    Error error = error_of(connection_, code, sqlite3_sql(statement_.get()));
    reset();
    return error;
}

Result<Database> Database::open(const std::string& path, int flags, const char* vfs) {
    prepare_library();
    sqlite3* connection = nullptr;
    const int code = sqlite3_open_v2(
        path.c_str(),
        &connection,
        flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
        vfs
    );
    Database database;
    database.connection_.reset(connection);
    if (code != SQLITE_OK) {
        return fail(error_of(connection, code, str("cannot open ", path)));
    }
    // From the first statement on: whoever takes the log over from a dead process holds it a while.
    sqlite3_busy_timeout(connection, busy_timeout_ms);
    return database;
}

Result<void> Database::execute(const std::string& sql) {
    const int code = sqlite3_exec(raw(), sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) {
        return fail(error_of(raw(), code, sql));
    }
    return {};
}

Result<Statement> Database::prepare(std::string_view sql) {
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(
        raw(),
        sql.data(),
        static_cast<int>(sql.size()),
        SQLITE_PREPARE_PERSISTENT,
        &statement,
        nullptr
    );
    if (code != SQLITE_OK) {
        return fail(error_of(raw(), code, sql));
    }
    return Statement(raw(), statement);
}

Result<std::int64_t> Database::integer(std::string_view sql) {
    HAL9_TRY(Statement statement, prepare(sql));
    HAL9_TRY(const bool found, statement.step());
    return found ? statement.integer(0) : 0;
}

Result<std::string> Database::text(std::string_view sql) {
    HAL9_TRY(Statement statement, prepare(sql));
    HAL9_TRY(const bool found, statement.step());
    return found ? std::string(statement.text(0)) : std::string();
}

}  // namespace hal9::sqlite::detail
