#include "hal9/adapters/sqlite/detail/store_file.hpp"

#include "hal9/adapters/sqlite/detail/schema.hpp"
#include "hal9/base/text.hpp"

#include <optional>
#include <utility>

namespace hal9::sqlite::detail {
namespace {

/// No journal_size_limit: a log file that is written over syncs in half the time.
constexpr const char* pragmas =
    "pragma journal_mode=wal; pragma synchronous=full;"
    "pragma wal_autocheckpoint=0; pragma cache_size=-16384; pragma mmap_size=0;"
    "pragma temp_store=memory; pragma secure_delete=0";

Result<std::optional<std::int64_t>> find_meta(Database& database, std::string_view key) {
    HAL9_TRY(Statement select, database.prepare("select value from meta where key = ?"));
    HAL9_TRY(const bool found, select.query(key));
    if (!found || select.is_null(0)) {
        return std::nullopt;
    }
    return select.integer(0);
}

Result<void> put_meta(Database& database, std::string_view key, std::int64_t value) {
    HAL9_TRY(Statement put, database.prepare("replace into meta values(?, ?)"));
    HAL9_TRY_VOID(put.run(key, value));
    return {};
}

Result<std::int64_t> get_meta(Database& database, std::string_view key, std::int64_t otherwise) {
    HAL9_TRY(const std::optional<std::int64_t> found, find_meta(database, key));
    return found.value_or(otherwise);
}

Result<void> check_after_crash(Database& database) {
    HAL9_TRY(const std::int64_t clean, get_meta(database, "clean", 1));
    HAL9_TRY(const std::int64_t pages, database.integer("pragma page_count"));
    if (clean != 0 || pages * 4096 > quick_check_bytes_max) {
        return {};
    }
    HAL9_TRY(const std::string found, database.text("pragma quick_check(1)"));
    if (found != "ok") {
        return fail(ErrorCode::data_loss, found);
    }
    return {};
}

/// Epoch, count of unclean starts and secret, in one transaction.
Result<Recovery> take_over(Database& database, Random& random) {
    Recovery recovery;
    HAL9_TRY(const std::int64_t epoch, get_meta(database, "epoch", 0));
    HAL9_TRY(const std::int64_t clean, get_meta(database, "clean", 1));
    HAL9_TRY(const std::int64_t unclean, get_meta(database, "unclean_starts", 0));
    HAL9_TRY(std::optional<std::int64_t> secret, find_meta(database, "secret"));
    if (!secret) {
        secret = static_cast<std::int64_t>(random.next());
        HAL9_TRY_VOID(put_meta(database, "secret", *secret));
    }
    recovery.epoch = static_cast<std::uint64_t>(epoch) + 1;
    recovery.unclean_starts = clean != 0 ? 0 : static_cast<std::uint32_t>(unclean) + 1;
    recovery.secret = static_cast<std::uint64_t>(*secret);
    HAL9_TRY_VOID(put_meta(database, "epoch", epoch + 1));
    HAL9_TRY_VOID(put_meta(database, "unclean_starts", recovery.unclean_starts));
    HAL9_TRY_VOID(put_meta(database, "clean", 0));

    HAL9_TRY(const std::optional<std::int64_t> processing, find_meta(database, "processing"));
    if (processing) {
        recovery.was_processing = SignalId{*processing};
    }
    HAL9_TRY(const std::int64_t deaths, get_meta(database, "processing_deaths", 0));
    recovery.processing_deaths = static_cast<std::uint16_t>(deaths);
    HAL9_TRY(const std::int64_t run, database.integer("select max(id) from run"));
    HAL9_TRY(const std::int64_t version, database.integer("select max(id) from network_version"));
    recovery.next_run = {run + 1};
    recovery.next_version = {static_cast<std::uint32_t>(version) + 1};
    return recovery;
}

Result<StoreFile> open_checked(const std::string& path, const char* vfs, Random& random) {
    StoreFile file;
    HAL9_TRY(file.database, Database::open(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, vfs));
    Database& database = file.database;
    HAL9_TRY_VOID(check_openable(database, path));
    HAL9_TRY_VOID(database.execute(pragmas));
    HAL9_TRY_VOID(migrate(database, path));
    HAL9_TRY_VOID(check_after_crash(database));
    HAL9_TRY_VOID(database.execute("begin immediate"));
    HAL9_TRY(file.recovery, take_over(database, random));
    HAL9_TRY_VOID(database.execute("commit"));
    return file;
}

}  // namespace

Result<StoreFile> open_store_file(const std::string& path, const char* vfs, Random& random) {
    Result<StoreFile> file = open_checked(path, vfs, random);
    if (!file) {
        return fail(explain(std::move(file).error(), path));
    }
    return file;
}

}  // namespace hal9::sqlite::detail
