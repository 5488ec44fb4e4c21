#include "tests/contract/store_contract.hpp"

#include <algorithm>

// Lists of networks, their versions and their states.
namespace hal9::contract {
namespace {

constexpr WallTime later{1'600'000'002'000'000};

class StoreNetworks : public StoreContract {
protected:
    void put(std::uint32_t id, std::string name, std::string hash, WallTime created = early) {
        const NetworkVersion
            version{{id}, organization, std::move(name), std::move(hash), "{}", created};
        expect_done({PutNetworkVersion{version}});
    }

    [[nodiscard]] SignalReader::NetworkSummary network(std::string_view name) {
        return reader().find_network_summary(organization, name).value().value();
    }

    [[nodiscard]] std::vector<std::string> names(const SignalReader::NetworkFilter& filter) {
        std::vector<std::string> found;
        for (const auto& each : reader().list_networks(filter).value()) {
            found.push_back(each.name);
        }
        return found;
    }

    [[nodiscard]] std::vector<std::uint32_t>
    versions(std::string_view name, std::uint32_t after = 0, std::uint32_t rows_max = 100) {
        std::vector<std::uint32_t> ids;
        for (const NetworkVersion& version :
             reader().list_network_versions(organization, name, {after}, rows_max).value()) {
            EXPECT_EQ(version.name, name);
            EXPECT_EQ(version.organization, organization);
            EXPECT_EQ(version.definition, "");
            ids.push_back(version.id.value);
        }
        return ids;
    }
};

SetNetworkState set(std::string name, NetworkState from, NetworkState to) {
    return {organization, std::move(name), from, to, late};
}

SetRunState ended(std::int64_t run) {
    return {.run = {run}, .to = RunState::failed, .at = late};
}

TEST_P(StoreNetworks, OrganizationsAreThoseThatAppliedANetwork) {
    EXPECT_TRUE(reader().list_organizations().value().empty());
    put(1, "demo", "h1");
    put(2, "demo", "h2");
    for (const std::uint32_t id : {9U, 3U, 700U}) {
        const NetworkVersion version{{id}, {id}, "demo", "h", "{}", early};
        expect_done({PutNetworkVersion{version}});
    }
    std::vector<OrganizationId> expected{organization, {3}, {9}, {700}};
    std::ranges::sort(expected);
    EXPECT_EQ(reader().list_organizations().value(), expected);
}

TEST_P(StoreNetworks, ANetworkIsSummedUpByItsNewestVersion) {
    put(1, "demo", "h1");
    put(2, "other", "h2", late);
    put(3, "demo", "h0", later);
    const auto found = network("demo");
    EXPECT_EQ(found.name, "demo");
    EXPECT_EQ(found.state, NetworkState::active);
    EXPECT_EQ(found.versions, 2U);
    EXPECT_EQ(found.newest, NetworkVersionId{3});
    EXPECT_EQ(found.hash, "h0");
    EXPECT_EQ(found.created, later);
    EXPECT_EQ(found.unfinished_runs, 0U);
    EXPECT_EQ(network("other").versions, 1U);
    EXPECT_FALSE(reader().find_network_summary({2}, "demo").value().has_value());
    EXPECT_FALSE(reader().find_network_summary(organization, "dem").value().has_value());
}

TEST_P(StoreNetworks, UnfinishedRunsAreCountedByTheNetworksName) {
    put(1, "demo", "h1");
    put(2, "other", "h2");
    AcceptRun elsewhere = accept(4);
    elsewhere.run.organization = {2};
    expect_done({accept(1), accept(2), accept(3), elsewhere});
    expect_done({ended(1)});
    SetRunState draining = ended(2);
    draining.to = RunState::draining;
    expect_done({draining});
    EXPECT_EQ(network("demo").unfinished_runs, 2U);
    EXPECT_EQ(network("other").unfinished_runs, 0U);
}

TEST_P(StoreNetworks, NetworksAreListedByNamePageByPage) {
    put(1, "b", "h1");
    put(2, "c", "h2");
    put(3, "a", "h3");
    put(4, "b", "h4");
    EXPECT_EQ(names({.organization = organization}), (std::vector<std::string>{"a", "b", "c"}));
    EXPECT_EQ(
        names({.organization = organization, .rows_max = 2}),
        (std::vector<std::string>{"a", "b"})
    );
    EXPECT_EQ(names({.organization = organization, .after = "b"}), (std::vector<std::string>{"c"}));
    EXPECT_TRUE(names({.organization = {2}}).empty());
}

TEST_P(StoreNetworks, VersionsOfANetworkAreListedOldestFirst) {
    put(1, "demo", "h9");
    put(2, "other", "h5");
    put(3, "demo", "h1", later);
    put(4, "demo", "h5");
    EXPECT_EQ(versions("demo"), (std::vector<std::uint32_t>{1, 3, 4}));
    EXPECT_EQ(versions("demo", 0, 2), (std::vector<std::uint32_t>{1, 3}));
    EXPECT_EQ(versions("demo", 1), (std::vector<std::uint32_t>{3, 4}));
    EXPECT_EQ(versions("demo", 4), (std::vector<std::uint32_t>{}));
    const auto second = reader().list_network_versions(organization, "demo", {1}, 1).value();
    ASSERT_EQ(second.size(), 1U);
    EXPECT_EQ(second[0].hash, "h1");
    EXPECT_EQ(second[0].created, later);
}

TEST_P(StoreNetworks, AStateIsKeptAndReadBackByTheNextOwner) {
    put(1, "demo", "h1");
    put(2, "other", "h2");
    expect_done({set("demo", NetworkState::active, NetworkState::paused)});
    EXPECT_EQ(network("demo").state, NetworkState::paused);
    EXPECT_EQ(network("other").state, NetworkState::active);
    harness().crash();
    EXPECT_EQ(network("demo").state, NetworkState::paused);
    harness().restart();
    EXPECT_EQ(
        names({.organization = organization, .state = NetworkState::paused}),
        (std::vector<std::string>{"demo"})
    );
    EXPECT_EQ(
        names({.organization = organization, .state = NetworkState::active}),
        (std::vector<std::string>{"other"})
    );
    EXPECT_EQ(names({.organization = organization}).size(), 2U);
    expect_done({set("demo", NetworkState::paused, NetworkState::active)});
    EXPECT_EQ(network("demo").state, NetworkState::active);
}

TEST_P(StoreNetworks, AStateIsChangedOnlyFromTheOneItIsIn) {
    put(1, "demo", "h1");
    expect_conflict(
        {set("demo", NetworkState::paused, NetworkState::active)},
        "network demo: expected paused, found active"
    );
    expect_done({set("demo", NetworkState::active, NetworkState::paused)});
    expect_conflict(
        {set("demo", NetworkState::active, NetworkState::deleted)},
        "expected active, found paused"
    );
    SetNetworkState elsewhere = set("demo", NetworkState::active, NetworkState::paused);
    elsewhere.organization = {2};
    expect_done({elsewhere});
}

TEST_P(StoreNetworks, AStateGoesBackWithItsTransaction) {
    put(1, "demo", "h1");
    expect_done({set("demo", NetworkState::active, NetworkState::paused)});
    expect_conflict(
        {set("demo", NetworkState::paused, NetworkState::active), finish(child(1, 9))},
        "signal 9 of run 1"
    );
    EXPECT_EQ(network("demo").state, NetworkState::paused);
}

TEST_P(StoreNetworks, ANetworkWithUnfinishedRunsIsNotDeleted) {
    put(1, "demo", "h1");
    AcceptRun other = accept(2);
    other.run.network = "other";
    expect_done({accept(1), other});
    const SetNetworkState erase = set("demo", NetworkState::active, NetworkState::deleted);
    expect_conflict({erase}, "network demo: expected no unfinished runs, found 1");
    expect_done({ended(1), erase});
    EXPECT_EQ(network("demo").state, NetworkState::deleted);
}

TEST_P(StoreNetworks, ADeletedNetworkIsOutOfSightAndComesBackWithItsVersions) {
    put(1, "demo", "h1");
    put(2, "demo", "h2");
    put(3, "other", "h3");
    expect_done({set("demo", NetworkState::active, NetworkState::deleted)});
    EXPECT_FALSE(reader().find_network(organization, "demo", std::nullopt).value().has_value());
    EXPECT_EQ(names({.organization = organization}), (std::vector<std::string>{"other"}));
    EXPECT_EQ(
        names({.organization = organization, .state = NetworkState::deleted}),
        (std::vector<std::string>{"demo"})
    );
    // Its versions are still there, for the runs that ended and for whoever applies one again.
    EXPECT_EQ(versions("demo").size(), 2U);
    EXPECT_TRUE(reader().find_network(organization, "demo", "h1").value().has_value());
    EXPECT_TRUE(reader().find_network_version({2}).value().has_value());

    expect_done({set("demo", NetworkState::deleted, NetworkState::active)});
    EXPECT_EQ(
        reader().find_network(organization, "demo", std::nullopt).value()->id,
        NetworkVersionId{2}
    );
}

HAL9_FOR_EVERY_STORE(StoreNetworks);

}  // namespace
}  // namespace hal9::contract
