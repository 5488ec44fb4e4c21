// The part of MemoryStore that tells of networks.
#include "hal9/adapters/memory/detail/memory_inside.hpp"

#include <map>
#include <set>
#include <utility>

namespace hal9::memory {
namespace {

using detail::Tables;
using NetworkSummary = SignalReader::NetworkSummary;

/// Of every network of the organisation with a name beyond `after`, in any state.
std::map<std::string, NetworkSummary>
summaries(const Tables& tables, OrganizationId organization, std::string_view after) {
    std::map<std::string, NetworkSummary> found;
    for (const auto& [id, version] : tables.versions.rows()) {  // oldest first
        if (version.organization != organization || version.name <= after) {
            continue;
        }
        NetworkSummary& summary = found[version.name];
        summary.name = version.name;
        ++summary.versions;
        summary.newest = id;
        summary.hash = version.hash;
        summary.created = version.created;
    }
    for (auto& [name, summary] : found) {
        summary.state = tables.network_state(organization, name);
        summary.unfinished_runs = tables.unfinished_runs(organization, name);
    }
    return found;
}

}  // namespace

Result<std::vector<OrganizationId>> MemoryStore::list_organizations() {
    std::set<OrganizationId> found;
    for (const auto& [id, version] : inside_->tables.versions.rows()) {
        found.insert(version.organization);
    }
    return std::vector(found.begin(), found.end());
}

Result<std::vector<NetworkSummary>> MemoryStore::list_networks(const NetworkFilter& filter) {
    std::vector<NetworkSummary> found;
    for (auto& [name, summary] : summaries(inside_->tables, filter.organization, filter.after)) {
        const bool wanted =
            filter.state ? summary.state == *filter.state : summary.state != NetworkState::deleted;
        if (wanted && found.size() < filter.rows_max) {
            found.push_back(std::move(summary));
        }
    }
    return found;
}

Result<std::optional<NetworkSummary>>
MemoryStore::find_network_summary(OrganizationId organization, std::string_view name) {
    auto all = summaries(inside_->tables, organization, {});
    const auto found = all.find(std::string(name));
    return found == all.end() ? std::nullopt : std::optional(std::move(found->second));
}

Result<std::vector<NetworkVersion>> MemoryStore::list_network_versions(
    OrganizationId organization,
    std::string_view name,
    NetworkVersionId after,
    std::uint32_t rows_max
) {
    std::vector<NetworkVersion> found;
    const auto& rows = inside_->tables.versions.rows();
    for (auto at = rows.upper_bound(after); at != rows.end() && found.size() < rows_max; ++at) {
        if (at->second.organization == organization && at->second.name == name) {
            found.push_back(at->second);
            found.back().definition.clear();
        }
    }
    return found;
}

}  // namespace hal9::memory
