#include "hal9/services/networks.hpp"

#include "hal9/services/detail/services_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

namespace hal9::services {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// `start` hands on what it gets.
std::string definition(std::string_view name, int timeout_s) {
    return str(
        "{hal9: 1, name: ",
        name,
        ", start: start, neurons: {start: {layer: L1, kind: test.work, timeout: ",
        timeout_s,
        "s}}}"
    );
}

class NetworksTest : public ::testing::Test {
protected:
    json::value answer(std::string method, json::object params) {
        auto found = services_.ask(method, std::move(params));
        EXPECT_TRUE(found.has_value()) << method << ": " << found.error().full_message();
        return found ? *std::move(found) : json::object{};
    }

    json::value apply(std::string_view name, int timeout_s) {
        return answer("network.apply", {{"definition", definition(name, timeout_s)}});
    }

    json::value get(std::string_view reference) {
        return answer("network.get", {{"network", reference}});
    }

    std::vector<std::string> ids(std::string method, json::object params) {
        std::vector<std::string> found;
        for (const json::value& each : answer(std::move(method), std::move(params)).as_array()) {
            found.emplace_back(each.at("id").as_string());
        }
        return found;
    }

    void expect_fault(
        std::string method,
        json::object params,
        ErrorCode code,
        const std::string& words
    ) {
        const auto found = services_.ask(std::move(method), std::move(params));
        ASSERT_FALSE(found.has_value()) << json::serialize(*found);
        EXPECT_EQ(found.error().code, code);
        EXPECT_THAT(found.error().message, HasSubstr(words));
    }

    void expect_no_version(std::string_view reference, ErrorCode code, const std::string& words) {
        expect_fault("network.get", {{"network", reference}}, code, words);
    }

    /// A version with a hash of one's choice, as only a collision would give it.
    void put(std::uint32_t id, std::string name, std::string hash) {
        const NetworkVersion
            version{{id}, default_organization, std::move(name), std::move(hash), "{}", {}};
        services_.store.submit({++ticket_, {PutNetworkVersion{version}}});
        services_.store.commit_group(10);
        ASSERT_TRUE(services_.store.take_receipts().special.empty());
    }

    Services services_;

private:
    std::uint64_t ticket_ = 0;
};

TEST_F(NetworksTest, AnAppliedDefinitionIsANewVersionOnlyWhenItDiffers) {
    const json::value first = apply("demo", 1);
    EXPECT_EQ(first.at("changed"), json::value(true));
    EXPECT_EQ(first.at("version"), json::value(1U));
    const json::value second = apply("demo", 2);
    EXPECT_EQ(second.at("changed"), json::value(true));
    EXPECT_EQ(second.at("version"), json::value(2U));
    EXPECT_EQ(second.at("versions"), json::value(2U));
    const std::size_t commits = services_.commits;
    const json::value again = apply("demo", 1);
    EXPECT_EQ(again.at("changed"), json::value(false));
    EXPECT_EQ(again.at("version"), json::value(1U));
    EXPECT_EQ(again.at("versions"), json::value(2U));
    EXPECT_EQ(again.at("id"), first.at("id"));
    EXPECT_EQ(services_.commits, commits);
}

TEST_F(NetworksTest, FaultsOfAnAppliedDefinitionAreToldWithFileAndPlace) {
    expect_fault(
        "network.apply",
        {{"definition", "hal9: 1\nname: x\nstart: a\nneurons: 3\n"}, {"file", "x.yaml"}},
        ErrorCode::invalid_argument,
        "x.yaml:4:"
    );
    expect_fault("network.apply", {}, ErrorCode::invalid_argument, "must be a string");
    EXPECT_THAT(ids("network.list", {}), ElementsAre());
}

TEST_F(NetworksTest, NetworksAreListedByNameWithTheirNewestVersionAndRuns) {
    apply("demo", 1);
    const json::value newest = apply("demo", 2);
    services_.run(parking_network, failing_items(1));
    const json::value list = answer("network.list", {});
    ASSERT_THAT(ids("network.list", {}), ElementsAre("demo", "parking"));
    const json::value& demo = list.as_array()[0];
    EXPECT_EQ(demo.at("state"), json::value("active"));
    EXPECT_EQ(demo.at("versions"), json::value(2U));
    EXPECT_EQ(demo.at("unfinished_runs"), json::value(0U));
    for (const char* const member : {"id", "network", "version", "hash", "created"}) {
        EXPECT_EQ(demo.at("newest").at(member), newest.at(member)) << member;
    }
    EXPECT_EQ(list.as_array()[1].at("unfinished_runs"), json::value(1U));
}

TEST_F(NetworksTest, ListsComePageByPage) {
    for (const char* const name : {"a", "b", "c"}) {
        apply(name, 1);
    }
    EXPECT_THAT(ids("network.list", {{"limit", 2}}), ElementsAre("a", "b"));
    EXPECT_THAT(ids("network.list", {{"limit", 2}, {"after", "b"}}), ElementsAre("c"));
    std::vector<std::string> all{std::string(apply("a", 1).at("id").as_string())};
    for (int timeout = 2; timeout <= 3; ++timeout) {
        all.emplace_back(apply("a", timeout).at("id").as_string());
    }
    EXPECT_EQ(ids("network.versions", {{"network", "a"}}), all);
    EXPECT_THAT(ids("network.versions", {{"network", "a"}, {"limit", 1}}), ElementsAre(all[0]));
    EXPECT_THAT(
        ids("network.versions", {{"network", "a"}, {"after", all[0]}}),
        ElementsAre(all[1], all[2])
    );
    expect_fault(
        "network.versions",
        {{"network", "x"}},
        ErrorCode::not_found,
        "there is no network \"x\""
    );
}

TEST_F(NetworksTest, AVersionIsFoundByNameNumberAndHash) {
    const json::value first = apply("demo", 1);
    const json::value second = apply("demo", 2);
    const std::string hash(first.at("hash").as_string());
    EXPECT_EQ(get("demo").at("hash"), second.at("hash"));
    EXPECT_EQ(get("demo@1").at("hash"), json::value(hash));
    EXPECT_EQ(get("demo@2").at("hash"), second.at("hash"));
    EXPECT_EQ(get("demo@" + hash).at("version"), json::value(1U));
    EXPECT_EQ(get("demo@" + hash.substr(0, 4)).at("version"), json::value(1U));
    EXPECT_EQ(get(first.at("id").as_string()).at("version"), json::value(1U));
    const json::value found = get("demo@1");
    EXPECT_EQ(found.at("definition").at("name"), json::value("demo"));
    EXPECT_EQ(found.at("state"), json::value("active"));
    EXPECT_EQ(found.at("versions"), json::value(2U));
}

TEST_F(NetworksTest, NamesOfNoVersionSayWhatWouldBeRight) {
    apply("demo", 1);
    expect_no_version("other", ErrorCode::not_found, "there is no network \"other\"");
    expect_no_version("", ErrorCode::not_found, "there is no network \"\"");
    expect_no_version("demo@2", ErrorCode::not_found, "has no version 2; `hal9 network list demo`");
    expect_no_version("demo@99999999999999999999", ErrorCode::not_found, "has no version");
    for (const char* const wrong :
         {"demo@", "demo@0", "demo@01", "demo@abc", "demo@wxyz", "demo@-1"}) {
        expect_no_version(wrong, ErrorCode::invalid_argument, "names no version; write demo@3");
    }
}

TEST_F(NetworksTest, AHashThatFitsSeveralVersionsIsAmbiguous) {
    put(7, "demo", "abcdef00");
    put(8, "demo", "abcd1100");
    put(9, "demo", "0001ffff");
    expect_no_version("demo@abcd", ErrorCode::invalid_argument, "1 (abcdef00), 2 (abcd1100)");
    EXPECT_EQ(get("demo@abcd1").at("version"), json::value(2U));
    EXPECT_EQ(get("demo@0001").at("version"), json::value(3U));
}

TEST_F(NetworksTest, DigitsMeanANumberAndAHashWhereThereAreBoth) {
    for (std::uint32_t number = 1; number < 1'000; ++number) {
        put(number, "demo", str("f", number));
    }
    put(1'000, "demo", "1001aa");
    EXPECT_EQ(get("demo@1001").at("version"), json::value(1'000U));
    EXPECT_EQ(get("demo@1000").at("hash"), json::value("1001aa"));
    put(1'001, "demo", "f1001");
    expect_no_version("demo@1001", ErrorCode::invalid_argument, "1000 (1001aa), 1001 (f1001)");
    EXPECT_EQ(ids("network.versions", {{"network", "demo"}, {"limit", 10'000}}).size(), 1'001U);
}

TEST_F(NetworksTest, ANetworkThatWasDeletedIsOutOfSight) {
    put(1, "demo", "abcdef");
    SetNetworkState erase{.organization = default_organization, .name = "demo"};
    erase.to = NetworkState::deleted;
    services_.store.submit({2, {erase}});
    services_.store.commit_group(1);
    EXPECT_THAT(ids("network.list", {}), ElementsAre());
    expect_no_version("demo", ErrorCode::not_found, "was deleted; apply it again");
    expect_no_version("demo@1", ErrorCode::not_found, "was deleted");
}

}  // namespace
}  // namespace hal9::services
