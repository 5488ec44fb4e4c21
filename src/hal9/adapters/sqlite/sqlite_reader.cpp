// The part of SqliteReader about runs and networks; the rest is in sqlite_reader_signals.cpp.
#include "hal9/adapters/sqlite/sqlite_reader.hpp"

#include "hal9/adapters/sqlite/detail/row_checks.hpp"
#include "hal9/adapters/sqlite/detail/row_text.hpp"
#include "hal9/adapters/sqlite/detail/schema.hpp"
#include "hal9/adapters/sqlite/detail/sqlite_reader_inside.hpp"
#include "hal9/base/text.hpp"

#include <filesystem>
#include <limits>
#include <system_error>
#include <utility>

namespace hal9::sqlite {
namespace {

using detail::ReadConnection;
using detail::Statement;

#define HAL9_RUN_COLUMNS                                                                   \
    "select r.id, r.organization, r.version, r.network, r.principal, r.state, r.decided, " \
    "r.priority, r.created, r.finished, r.grants, r.idempotency_key, i.digest, r.parent, " \
    "r.depth, r.tags, r.origin from run r "                                                \
    "left join idem i on i.organization = r.organization and i.key = r.idempotency_key "

constexpr const char* run_by_id = HAL9_RUN_COLUMNS "where r.id = ?";
constexpr const char* run_by_key =
    HAL9_RUN_COLUMNS "where r.id = (select run from idem where organization = ? and key = ?)";
// What a RunFilter asks beside the organisation; each part is left out by a null.
#define HAL9_RUN_WHERE                                                               \
    "r.id < ?2 and (?3 is null or r.state = ?3) and (?4 is null or r.network = ?4) " \
    "and r.created >= ?5 and (?6 = 0 or r.created < ?6) order by r.id desc limit ?7"
constexpr const char* runs_newest_first =
    HAL9_RUN_COLUMNS "where r.organization = ?1 and " HAL9_RUN_WHERE;
constexpr const char* runs_of_network =
    HAL9_RUN_COLUMNS "where r.organization = ?1 and r.network = ?4 and " HAL9_RUN_WHERE;
constexpr const char* runs_with_tag = HAL9_RUN_COLUMNS
    "join tag t on t.organization = ?1 and t.tag = ?8 and t.run = r.id where " HAL9_RUN_WHERE;
#undef HAL9_RUN_WHERE
constexpr const char* runs_unfinished =
    HAL9_RUN_COLUMNS "where r.organization = ? and r.state < 2 order by r.id";
constexpr const char* child_runs_unfinished =
    HAL9_RUN_COLUMNS "where r.parent between ? and ? and r.state < 2 order by r.id";

#undef HAL9_RUN_COLUMNS

constexpr const char* version_by_id =
    "select id, organization, name, hash, definition, created from network_version where id = ?";
constexpr const char* version_by_name =
    "select id, organization, name, hash, definition, created from network_version "
    "where organization = ?1 and name = ?2 and not exists(select 1 from network "
    "where organization = ?1 and name = ?2 and state = 2) order by id desc limit 1";
constexpr const char* version_by_hash =
    "select id, organization, name, hash, definition, created from network_version "
    "where organization = ? and name = ? and hash = ?";
constexpr const char* key_state_by_name =
    "select state, changed, expires from key_state "
    "where organization = ? and network = ? and neuron = ? and key = ?";
constexpr const char* meta_secret = "select value from meta where key = 'secret'";

Result<RunRecord> read_run(const Statement& row) {
    RunRecord run;
    run.id = {row.integer(0)};
    run.organization = {row.number<std::uint32_t>(1)};
    run.version = {row.number<std::uint32_t>(2)};
    run.network = row.text(3);
    run.principal = row.text(4);
    HAL9_TRY(run.state, detail::read_state(row, 5));
    HAL9_TRY(run.decided, detail::read_state(row, 6));
    run.priority = row.number<std::uint8_t>(7);
    run.created = {row.integer(8)};
    run.finished = {row.integer(9)};
    HAL9_TRY(run.grants, detail::read_grants(row.text(10)));
    if (!row.is_null(11)) {
        run.idempotency = {std::string(row.text(11)), std::string(row.text(12))};
    }
    run.parent = {row.is_null(13) ? 0 : row.integer(13)};
    run.depth = row.number<std::uint8_t>(14);
    if (!row.is_null(15)) {
        HAL9_TRY(run.tags, detail::read_tags(row.text(15)));
    }
    run.origin = {row.is_null(16) ? 0 : row.integer(16)};
    return run;
}

std::optional<std::string_view> text_or_null(const std::optional<std::string>& text) {
    return text ? std::optional<std::string_view>(*text) : std::nullopt;
}

Result<NetworkVersion> read_version(const Statement& row) {
    return NetworkVersion{
        {row.number<std::uint32_t>(0)},
        {row.number<std::uint32_t>(1)},
        std::string(row.text(2)),
        std::string(row.text(3)),
        std::string(row.text(4)),
        {row.integer(5)}
    };
}

/// The first row that `sql` gives for the values, as `read` takes it.
template <class Value, class... Values>
Result<std::optional<Value>> find_one(
    ReadConnection& connection,
    const char* sql,
    Result<Value> (*read)(const Statement&),
    const Values&... values
) {
    return connection.transaction([&]() -> Result<std::optional<Value>> {
        HAL9_TRY(Statement* const select, connection.statement(sql));
        HAL9_TRY(const bool found, select->query(values...));
        if (!found) {
            return std::nullopt;
        }
        HAL9_TRY(Value value, read(*select));
        return value;
    });
}

template <class... Values>
Result<std::vector<RunRecord>>
find_runs(ReadConnection& connection, const char* sql, const Values&... values) {
    return connection.transaction([&]() -> Result<std::vector<RunRecord>> {
        std::vector<RunRecord> found;
        HAL9_TRY(Statement* const select, connection.statement(sql));
        HAL9_TRY(bool more, select->query(values...));
        while (more) {
            HAL9_TRY(RunRecord run, read_run(*select));
            found.push_back(std::move(run));
            HAL9_TRY(more, select->step());
        }
        return found;
    });
}

}  // namespace

SqliteReader::SqliteReader(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}

SqliteReader::~SqliteReader() = default;

Result<std::unique_ptr<SqliteReader>>
SqliteReader::open(const std::string& directory, const std::string& vfs) {
    HAL9_TRY(
        ReadConnection connection,
        ReadConnection::open(directory, vfs.empty() ? nullptr : vfs.c_str())
    );
    auto inside = std::make_unique<Inside>(std::move(connection), detail::BodyReader());
    Result<detail::BodyReader> bodies = detail::BodyReader::create(inside->connection.database());
    if (!bodies) {
        return fail(detail::explain(std::move(bodies).error(), inside->connection.path()));
    }
    inside->bodies = *std::move(bodies);
    return std::unique_ptr<SqliteReader>(new SqliteReader(std::move(inside)));
}

bool SqliteReader::holds_store(const std::string& directory) {
    std::error_code unreadable;
    return std::filesystem::exists(str(directory, "/", detail::database_name), unreadable);
}

Result<std::uint64_t> SqliteReader::secret() {
    HAL9_TRY(
        const std::optional<std::uint64_t> found,
        find_one<std::uint64_t>(
            inside_->connection,
            meta_secret,
            [](const Statement& row) -> Result<std::uint64_t> {
                return row.number<std::uint64_t>(0);
            }
        )
    );
    if (!found) {
        return fail(
            ErrorCode::not_found,
            "the store is being made just now; ask again in a moment"
        );
    }
    return *found;
}

Result<std::optional<RunRecord>> SqliteReader::find_run(RunId run) {
    return find_one<RunRecord>(inside_->connection, run_by_id, read_run, run);
}

Result<std::optional<RunRecord>>
SqliteReader::find_run_by_key(OrganizationId organization, std::string_view idempotency_key) {
    return find_one<RunRecord>(
        inside_->connection,
        run_by_key,
        read_run,
        organization,
        idempotency_key
    );
}

Result<std::vector<RunRecord>> SqliteReader::list_runs(const RunFilter& filter) {
    const std::int64_t before =
        filter.before ? filter.before->value : std::numeric_limits<std::int64_t>::max();
    const auto find = [&](const char* sql, const auto&... more) {
        return find_runs(
            inside_->connection,
            sql,
            filter.organization,
            before,
            filter.state,
            text_or_null(filter.network),
            filter.from,
            filter.until,
            filter.rows_max,
            more...
        );
    };
    if (filter.tag) {
        return find(runs_with_tag, std::string_view(*filter.tag));
    }
    return find(filter.network ? runs_of_network : runs_newest_first);
}

Result<std::vector<RunRecord>> SqliteReader::unfinished_runs(OrganizationId organization) {
    return find_runs(inside_->connection, runs_unfinished, organization);
}

Result<std::optional<KeyState>> SqliteReader::find_key_state(const KeyName& name) {
    HAL9_TRY(
        auto found,
        find_one<KeyState>(
            inside_->connection,
            key_state_by_name,
            [](const Statement& row) -> Result<KeyState> {
                return KeyState{{}, std::string(row.text(0)), {row.integer(1)}, {row.integer(2)}};
            },
            name.organization,
            name.network,
            name.neuron,
            name.key
        )
    );
    if (found) {
        found->name = name;
    }
    return found;
}

Result<std::vector<RunRecord>> SqliteReader::unfinished_child_runs(RunId parent) {
    return find_runs(
        inside_->connection,
        child_runs_unfinished,
        root_of(parent),
        make_signal_id(parent, signals_per_run_max)
    );
}

Result<std::optional<NetworkVersion>> SqliteReader::find_network_version(NetworkVersionId id) {
    return find_one<NetworkVersion>(inside_->connection, version_by_id, read_version, id);
}

Result<std::optional<NetworkVersion>> SqliteReader::find_network(
    OrganizationId organization,
    std::string_view name,
    std::optional<std::string_view> hash
) {
    if (hash) {
        return find_one<NetworkVersion>(
            inside_->connection,
            version_by_hash,
            read_version,
            organization,
            name,
            *hash
        );
    }
    return find_one<NetworkVersion>(
        inside_->connection,
        version_by_name,
        read_version,
        organization,
        name
    );
}

}  // namespace hal9::sqlite
