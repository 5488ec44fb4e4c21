// Database and Statement: SQLite's C interface with owners, Results and typed binding.
//
// A connection belongs to one thread at a time (SQLITE_OPEN_NOMUTEX). Statements are prepared once
// and run many times; text and blobs are bound without a copy, so they must outlive the run.
#pragma once

#include "hal9/base/clock.hpp"
#include "hal9/base/result.hpp"
#include "hal9/base/strong_id.hpp"

#include <sqlite3.h>

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace hal9::sqlite::detail {

/// What SQLite said, in HAL9's codes: a full disk is resource_exhausted, a broken constraint
/// conflict, a damaged file data_loss, a failing disk unavailable.
[[nodiscard]] Error error_of(sqlite3* connection, int code, std::string_view doing);

/// Bound as a blob, not as text.
struct Bytes {
    std::string_view bytes;
};

class Statement {
public:
    Statement() = default;

    Statement(sqlite3* connection, sqlite3_stmt* statement)
        : connection_(connection), statement_(statement) {}

    /// False before it was prepared.
    explicit operator bool() const { return statement_ != nullptr; }

    /// Runs to the end; returns how many rows it changed.
    template <class... Values>
    [[nodiscard]] Result<int> run(const Values&... values) {
        bind_all(values...);
        const int code = sqlite3_step(statement_.get());
        if (code != SQLITE_DONE) [[unlikely]] {
            return fail(failure(code));
        }
        sqlite3_reset(statement_.get());
        return sqlite3_changes(connection_);
    }

    /// Runs to the first row; true when there is one. Whoever asked calls reset() when done.
    template <class... Values>
    [[nodiscard]] Result<bool> query(const Values&... values) {
        bind_all(values...);
        return step();
    }

    /// To the next row; false after the last, and the statement is reset then.
    [[nodiscard]] Result<bool> step();

    void reset() { sqlite3_reset(statement_.get()); }

    [[nodiscard]] std::int64_t integer(int column) const {
        return sqlite3_column_int64(statement_.get(), column);
    }

    template <class Number>
    [[nodiscard]] Number number(int column) const {
        return static_cast<Number>(integer(column));
    }

    [[nodiscard]] bool is_null(int column) const {
        return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
    }

    /// Valid until the next step or reset.
    [[nodiscard]] std::string_view text(int column) const;

private:
    template <class... Values>
    void bind_all(const Values&... values) {
        int index = 0;
        (bind(++index, values), ...);
    }

    template <std::integral Number>
    void bind(int index, Number value) {
        sqlite3_bind_int64(statement_.get(), index, static_cast<sqlite3_int64>(value));
    }

    template <class Enum>
        requires std::is_enum_v<Enum>
    void bind(int index, Enum value) {
        sqlite3_bind_int64(statement_.get(), index, static_cast<sqlite3_int64>(value));
    }

    template <class Tag, class Rep>
    void bind(int index, StrongId<Tag, Rep> value) {
        bind(index, value.value);
    }

    void bind(int index, WallTime value) { bind(index, value.us); }

    template <class Value>
    void bind(int index, const std::optional<Value>& value) {
        if (value) {
            bind(index, *value);
        } else {
            sqlite3_bind_null(statement_.get(), index);
        }
    }

    void bind(int index, std::string_view value) {
        sqlite3_bind_text64(
            statement_.get(),
            index,
            at(value),
            value.size(),
            SQLITE_STATIC,
            SQLITE_UTF8
        );
    }

    void bind(int index, Bytes value) {
        sqlite3_bind_blob64(
            statement_.get(),
            index,
            at(value.bytes),
            value.bytes.size(),
            SQLITE_STATIC
        );
    }

    /// An empty view may point nowhere, which SQLite would take for null.
    static const char* at(std::string_view bytes) { return bytes.empty() ? "" : bytes.data(); }

    [[nodiscard]] Error failure(int code);

    struct Finalize {
        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };

    sqlite3* connection_ = nullptr;
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

/// Passes a result on, but tells a broken constraint in the words of `describe()`.
template <class Describe>
[[nodiscard]] Result<void> unless_taken(Result<int> done, const Describe& describe) {
    if (done) {
        return {};
    }
    if (done.error().code != ErrorCode::conflict) {
        return fail(std::move(done).error());
    }
    return fail(Error(ErrorCode::conflict, describe(), std::move(done).error()));
}

class Database {
public:
    /// `flags` are SQLITE_OPEN_*; `vfs` may be null for the system's.
    [[nodiscard]] static Result<Database>
    open(const std::string& path, int flags, const char* vfs = nullptr);

    /// One or more statements without parameters; rows are not looked at.
    [[nodiscard]] Result<void> execute(const std::string& sql);
    [[nodiscard]] Result<Statement> prepare(std::string_view sql);
    /// The first column of the first row.
    [[nodiscard]] Result<std::int64_t> integer(std::string_view sql);
    [[nodiscard]] Result<std::string> text(std::string_view sql);

    [[nodiscard]] sqlite3* raw() const { return connection_.get(); }

private:
    struct Close {
        void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
    };

    std::unique_ptr<sqlite3, Close> connection_;
};

}  // namespace hal9::sqlite::detail
