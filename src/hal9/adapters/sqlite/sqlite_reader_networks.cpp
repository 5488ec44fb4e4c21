// The part of SqliteReader that lists networks and their versions.
#include "hal9/adapters/sqlite/detail/row_checks.hpp"
#include "hal9/adapters/sqlite/detail/sqlite_reader_inside.hpp"
#include "hal9/adapters/sqlite/sqlite_reader.hpp"

#include <utility>

namespace hal9::sqlite {
namespace {

using detail::ReadConnection;
using detail::Statement;
using NetworkSummary = SignalReader::NetworkSummary;

// The networks that `which` chooses of those of organisation ?1, each joined by its number: the
// index on (organization, name, hash) has all that is counted.
#define HAL9_NETWORK_SUMMARIES(which)                                                         \
    "select v.name, s.state, n.versions, v.id, v.hash, v.created, u.runs "                    \
    "from (select name, count(*) as versions, max(id) as newest from network_version "        \
    "where organization = ?1 and " which                                                      \
    " group by name) n join network_version v on v.id = n.newest "                            \
    "left join network s on s.organization = ?1 and s.name = n.name "                         \
    "left join (select network, count(*) as runs from run where organization = ?1 and state " \
    "< 2 group by network) u on u.network = n.name "

constexpr const char* networks_by_name = HAL9_NETWORK_SUMMARIES("name > ?2"
) "where iif(?3 is null, coalesce(s.state, 0) <> 2, coalesce(s.state, 0) = ?3) "
  "order by v.name limit ?4";
constexpr const char* network_by_name = HAL9_NETWORK_SUMMARIES("name = ?2");

#undef HAL9_NETWORK_SUMMARIES

/// One step in the index for each organisation, however many versions it has.
constexpr const char* organizations =
    "with recursive found(id) as (select min(organization) from network_version union all "
    "select (select min(organization) from network_version where organization > found.id) "
    "from found where found.id is not null) select id from found where id is not null";
constexpr const char* versions_of_network =
    "select id, hash, created from network_version "
    "where organization = ? and name = ? and id > ? order by id limit ?";

template <class Row, class Read, class... Values>
Result<std::vector<Row>>
read_rows(ReadConnection& connection, const char* sql, const Read& read, const Values&... values) {
    return connection.transaction([&]() -> Result<std::vector<Row>> {
        std::vector<Row> found;
        HAL9_TRY(Statement* const select, connection.statement(sql));
        HAL9_TRY(bool more, select->query(values...));
        while (more) {
            HAL9_TRY(Row row, read(*select));
            found.push_back(std::move(row));
            HAL9_TRY(more, select->step());
        }
        return found;
    });
}

Result<NetworkSummary> read_summary(const Statement& row) {
    HAL9_TRY(const NetworkState state, detail::read_network_state(row, 1));
    return NetworkSummary{
        .name = std::string(row.text(0)),
        .state = state,
        .versions = row.number<std::uint32_t>(2),
        .newest = {row.number<std::uint32_t>(3)},
        .hash = std::string(row.text(4)),
        .created = {row.integer(5)},
        .unfinished_runs = row.number<std::uint64_t>(6),
    };
}

}  // namespace

Result<std::vector<OrganizationId>> SqliteReader::list_organizations() {
    const auto read = [](const Statement& row) -> Result<OrganizationId> {
        return OrganizationId{row.number<std::uint32_t>(0)};
    };
    return read_rows<OrganizationId>(inside_->connection, organizations, read);
}

Result<std::vector<NetworkSummary>> SqliteReader::list_networks(const NetworkFilter& filter) {
    return read_rows<NetworkSummary>(
        inside_->connection,
        networks_by_name,
        read_summary,
        filter.organization,
        std::string_view(filter.after),
        filter.state,
        filter.rows_max
    );
}

Result<std::optional<NetworkSummary>>
SqliteReader::find_network_summary(OrganizationId organization, std::string_view name) {
    HAL9_TRY(
        auto found,
        read_rows<
            NetworkSummary>(inside_->connection, network_by_name, read_summary, organization, name)
    );
    return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

Result<std::vector<NetworkVersion>> SqliteReader::list_network_versions(
    OrganizationId organization,
    std::string_view name,
    NetworkVersionId after,
    std::uint32_t rows_max
) {
    const auto read = [&](const Statement& row) -> Result<NetworkVersion> {
        return NetworkVersion{
            .id = {row.number<std::uint32_t>(0)},
            .organization = organization,
            .name = std::string(name),
            .hash = std::string(row.text(1)),
            .definition = {},
            .created = {row.integer(2)},
        };
    };
    return read_rows<NetworkVersion>(
        inside_->connection,
        versions_of_network,
        read,
        organization,
        name,
        after,
        rows_max
    );
}

}  // namespace hal9::sqlite
