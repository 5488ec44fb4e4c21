#include "hal9/adapters/sqlite/sqlite_spill_tables.hpp"

#include "hal9/adapters/sqlite/detail/database.hpp"
#include "hal9/base/text.hpp"

#include <cstdlib>
#include <optional>
#include <system_error>
#include <utility>

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

namespace hal9::sqlite {
namespace {

using detail::Bytes;
using detail::Database;
using detail::Statement;

/// No other process sees the file, so nothing is locked, journaled or synced.
constexpr const char* pragmas =
    "pragma journal_mode=off; pragma synchronous=off; pragma locking_mode=exclusive;"
    "pragma secure_delete=0; pragma cache_size=-2048; pragma temp_store=memory;"
    "create table spill(key blob primary key, value blob not null) without rowid; begin";

class SqliteSpillTable final : public SpillTable {
public:
    static Result<std::unique_ptr<SpillTable>> open(const std::string& path) {
        auto table = std::make_unique<SqliteSpillTable>();
        HAL9_TRY(table->database_, Database::open(path, SQLITE_OPEN_READWRITE));
        HAL9_TRY_VOID(table->database_.execute(pragmas));
        HAL9_TRY(
            table->put_,
            table->database_.prepare("insert into spill values(?1, ?2) "
                                     "on conflict(key) do update set value = ?2")
        );
        HAL9_TRY(table->find_, table->database_.prepare("select value from spill where key = ?"));
        HAL9_TRY(
            table->all_,
            table->database_.prepare("select key, value from spill order by key")
        );
        return table;
    }

    Result<void> put(std::string_view key, std::string_view value) override {
        HAL9_TRY_VOID(put_.run(Bytes{key}, Bytes{value}));
        return {};
    }

    Result<std::optional<std::string>> find(std::string_view key) override {
        HAL9_TRY(const bool found, find_.query(Bytes{key}));
        if (!found) {
            return std::nullopt;
        }
        std::string value(find_.text(0));
        find_.reset();
        return value;
    }

    Result<void> for_each(
        const std::function<Result<bool>(std::string_view key, std::string_view value)>& visit
    ) override {
        HAL9_TRY(bool more, all_.query());
        while (more) {
            Result<bool> wanted = visit(all_.text(0), all_.text(1));
            if (!wanted || !*wanted) {
                all_.reset();
                return wanted ? Result<void>() : fail(std::move(wanted).error());
            }
            HAL9_TRY(more, all_.step());
        }
        return {};
    }

private:
    Database database_;
    Statement put_;
    Statement find_;
    Statement all_;
};

}  // namespace

Result<std::unique_ptr<SpillTable>> SqliteSpillTables::create() {
    std::string path = directory_ + "/spill-XXXXXX";
    const int file = ::mkstemp(path.data());
    if (file < 0) {
        const int number = errno;
        return fail(
            number == ENOSPC || number == EDQUOT ? ErrorCode::resource_exhausted
                                                 : ErrorCode::unavailable,
            str("cannot make a temporary file in ",
                directory_,
                ": ",
                std::generic_category().message(number))
        );
    }
    ::close(file);
    Result<std::unique_ptr<SpillTable>> table = SqliteSpillTable::open(path);
    ::unlink(path.c_str());
    return table;
}

}  // namespace hal9::sqlite
