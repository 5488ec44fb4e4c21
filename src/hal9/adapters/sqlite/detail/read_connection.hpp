// A read-only connection to a store's file that makes no file of its own.
#pragma once

#include "hal9/adapters/sqlite/detail/database.hpp"
#include "hal9/adapters/sqlite/detail/directory_lock.hpp"

#include <map>
#include <optional>
#include <string>

namespace hal9::sqlite::detail {

class ReadConnection {
public:
    [[nodiscard]] static Result<ReadConnection> open(const std::string& directory, const char* vfs);

    /// Prepared at its first use; `sql` is a constant.
    [[nodiscard]] Result<Statement*> statement(const char* sql);

    [[nodiscard]] Database& database() { return database_; }

    [[nodiscard]] const std::string& path() const { return path_; }

    /// Runs `read` inside one read transaction; says which file is damaged if one is.
    template <class Read>
    [[nodiscard]] auto transaction(const Read& read) -> decltype(read());

private:
    [[nodiscard]] Error explain_failure(Error error) const;

    std::optional<DirectoryLock> lock_;
    std::string path_;
    Database database_;
    std::map<const char*, Statement> statements_;
};

template <class Read>
auto ReadConnection::transaction(const Read& read) -> decltype(read()) {
    HAL9_TRY_VOID(database_.execute("begin"));
    auto result = read();
    // A statement that stopped at a row would keep the transaction open.
    for (auto& [sql, statement] : statements_) {
        statement.reset();
    }
    // Nothing was written: how it ends does not matter, only that it does.
    const Result<void> ended = database_.execute("rollback");
    if (!result) {
        return fail(explain_failure(std::move(result).error()));
    }
    if (!ended) {
        return fail(explain_failure(ended.error()));
    }
    return result;
}

}  // namespace hal9::sqlite::detail
