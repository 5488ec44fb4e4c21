#include "hal9/model/public_id.hpp"

#include "hal9/base/random.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace hal9 {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

constexpr std::uint64_t secret = 0x5EED;
constexpr WallTime created{1'700'000'000'123'456};

std::string upper(std::string text) {
    for (char& c : text) {
        c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return text;
}

TEST(PublicIdsTest, EveryIdComesBackWithItsMillisecond) {
    const PublicIds ids(secret);
    SeededRandom random(3);
    for (int i = 0; i < 10'000; ++i) {
        const SignalId signal{static_cast<std::int64_t>(random.next() >> 1U)};
        const WallTime time{static_cast<std::int64_t>(random.below(1ULL << 57U))};
        const auto decoded = ids.decode(ids.of(signal, time));
        ASSERT_TRUE(decoded.has_value());
        EXPECT_EQ(decoded->signal, signal);
        EXPECT_EQ(decoded->created_ms, time.us / 1000);
    }
}

TEST(PublicIdsTest, TheFirstAndTheLastIdOfAStoreComeBack) {
    const PublicIds ids(secret);
    constexpr RunId last_run{(std::int64_t{1} << 39U) - 1};
    for (const SignalId signal :
         {root_of(RunId{1}), make_signal_id(last_run, signals_per_run_max)}) {
        EXPECT_EQ(ids.decode(ids.of(signal, created))->signal, signal);
    }
}

TEST(PublicIdsTest, TheyAreUuidsOfVersion7InLowerCase) {
    const PublicIds ids(secret);
    EXPECT_THAT(
        ids.of(RunId{1}, created),
        MatchesRegex("018bcfe5-687b-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
    );
}

TEST(PublicIdsTest, ARunGoesByTheIdOfItsRoot) {
    const PublicIds ids(secret);
    EXPECT_EQ(ids.of(RunId{7}, created), ids.of(root_of(RunId{7}), created));
}

TEST(PublicIdsTest, NeighboursLookNothingAlike) {
    const PublicIds ids(secret);
    std::set<std::string> tails;
    for (std::uint32_t number = 0; number < 1'000; ++number) {
        const std::string id = ids.of(make_signal_id({1}, number), created);
        tails.insert(id.substr(19, 8));
    }
    EXPECT_GT(tails.size(), 990U);
}

TEST(PublicIdsTest, UpperCaseIsReadToo) {
    const PublicIds ids(secret);
    const std::string id = ids.of(RunId{5}, created);
    EXPECT_EQ(ids.decode(upper(id))->signal, root_of(RunId{5}));
}

TEST(PublicIdsTest, WhatIsNoUuidIsRefusedWithAnExample) {
    const PublicIds ids(secret);
    const std::string good = ids.of(RunId{1}, created);
    std::vector<std::string> wrong{"", "x", "last", good + "0", good.substr(1), "{" + good + "}"};
    for (const std::size_t at : {0U, 7U, 14U, 19U, 35U}) {
        wrong.push_back(good);
        wrong.back()[at] = 'g';
    }
    for (const std::size_t hyphen : {8U, 13U, 18U, 23U}) {
        wrong.push_back(good);
        wrong.back()[hyphen] = '0';
        wrong.push_back(good);
        wrong.back().erase(hyphen, 1);
    }
    wrong.emplace_back(36, '-');
    wrong.emplace_back(36, '\0');
    for (const std::string& text : wrong) {
        const auto decoded = ids.decode(text);
        ASSERT_FALSE(decoded.has_value()) << text;
        EXPECT_EQ(decoded.error().code, ErrorCode::invalid_argument);
        EXPECT_THAT(decoded.error().message, HasSubstr("is not an id; ids look like"));
    }
}

TEST(PublicIdsTest, ALongTextIsNotQuotedInFull) {
    const auto decoded = PublicIds(secret).decode(std::string(10'000, 'a'));
    EXPECT_LT(decoded.error().message.size(), 200U);
}

TEST(PublicIdsTest, OtherVersionsVariantsAndShardsAreNotOfThisStore) {
    const PublicIds ids(secret);
    std::string version_4 = ids.of(RunId{1}, created);
    version_4[14] = '4';
    std::string microsoft = ids.of(RunId{1}, created);
    microsoft[19] = 'c';
    const std::string shard_3 = PublicIds(secret, 3).of(RunId{1}, created);
    for (const std::string& text : {version_4, microsoft, shard_3}) {
        const auto decoded = ids.decode(text);
        ASSERT_FALSE(decoded.has_value()) << text;
        EXPECT_EQ(decoded.error().code, ErrorCode::invalid_argument);
        EXPECT_THAT(decoded.error().message, HasSubstr("is not an id of this store"));
    }
    EXPECT_EQ(PublicIds(secret, 3).decode(shard_3)->signal, root_of(RunId{1}));
}

TEST(PublicIdsTest, UnderAnotherSecretAnIdMeansAnotherSignal) {
    const std::string id = PublicIds(secret).of(RunId{1}, created);
    const auto decoded = PublicIds(secret + 1).decode(id);
    ASSERT_TRUE(decoded.has_value());
    EXPECT_NE(decoded->signal, root_of(RunId{1}));
    EXPECT_EQ(decoded->created_ms, created.us / 1000);
}

}  // namespace
}  // namespace hal9
