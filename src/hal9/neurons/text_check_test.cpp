#include "hal9/base/random.hpp"
#include "hal9/base/text.hpp"
#include "hal9/neurons/detail/kind_fixture.hpp"
#include "hal9/neurons/detail/occurrence.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace hal9::neurons {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string checked(std::string_view constant, std::string_view settings) {
    Neuron neuron("text.check");
    const auto made = neuron.make(constant);
    EXPECT_TRUE(made) << made.error().message;
    CollectingSink sink;
    const auto end = neuron.run(settings, sink);
    return end ? canonical_json(sink.values.at(0)) : end.error().message;
}

TEST(TextCheck, MatchesAreDistinctAndInOrderOfAppearance) {
    EXPECT_EQ(
        checked(
            R"({"patterns": ["b\\d", "a\\d"], "allowed": ["a1 b1", "a2"]})",
            R"({"text": "a1 b1 a2 a1 b1"})"
        ),
        R"({"matches":["a1","b1","a2"],"ok":true,"unknown":[]})"
    );
}

TEST(TextCheck, WhatOccursNowhereIsUnknown) {
    EXPECT_EQ(
        checked(
            R"({"patterns": ["CVE-\\d+-\\d+"], "allowed": [{"key": "CVE-2024-1"}]})",
            R"({"text": "CVE-2024-1, CVE-2024-12 and CVE-2023-7"})"
        ),
        R"({"matches":["CVE-2024-1","CVE-2024-12","CVE-2023-7"],"ok":false,"unknown":["CVE-2024-12","CVE-2023-7"]})"
    );
}

TEST(TextCheck, AMatchMayBeAPartOfAStringANameOrANumber) {
    EXPECT_EQ(
        checked(
            R"({"patterns": ["\\S+"]})",
            R"({"text": "lib 2.5 1200 deep name true", "allowed": {"names": {"a": ["the libfoo", true]}, "b": 12.5, "c": 112000}})"
        ),
        R"({"matches":["lib","2.5","1200","deep","name","true"],"ok":false,"unknown":["deep","true"]})"
    );
}

TEST(TextCheck, TheFirstGroupIsWhatIsLookedFor) {
    EXPECT_EQ(
        checked(
            R"json({"patterns": ["v=(\\w*)"], "allowed": "abc"})json",
            R"({"text": "v=abc v= v=xyz"})"
        ),
        R"({"matches":["abc","xyz"],"ok":false,"unknown":["xyz"]})"
    );
}

TEST(TextCheck, NeedsCountsDistinctMatches) {
    const auto* settings = R"({"text": "a1 a1"})";
    const auto constant = [](int needs) {
        return str(R"({"patterns": ["a\\d"], "allowed": "a1", "needs": )", needs, "}");
    };
    EXPECT_THAT(checked(constant(1), settings), HasSubstr(R"("ok":true)"));
    EXPECT_THAT(checked(constant(2), settings), HasSubstr(R"("ok":false,"unknown":[])"));
    EXPECT_THAT(
        checked(R"({"patterns": ["x"], "allowed": null})", settings),
        HasSubstr(R"({"matches":[],"ok":true,"unknown":[]})")
    );
}

TEST(TextCheck, FaultySettingsAreErrors) {
    Neuron neuron("text.check");
    for (const char* constant :
         {R"({"patterns": ["("]})", R"({"patterns": []})", R"({"patterns": [1]})"}) {
        EXPECT_FALSE(neuron.make(constant)) << constant;
    }
    ASSERT_TRUE(neuron.make("{}"));
    CollectingSink sink;
    for (const char* settings :
         {R"({"text": "a", "allowed": 1})",
          R"({"text": "a", "patterns": ["a"]})",
          R"({"patterns": ["a"], "allowed": 1})",
          R"({"text": "a", "patterns": "a", "allowed": 1})",
          R"({"text": "a", "patterns": ["a"], "allowed": 1, "needs": -1})",
          R"({"text": "a", "patterns": ["a"], "allowed": 1, "needs": "1"})"}) {
        const auto end = neuron.run(settings, sink);
        ASSERT_FALSE(end) << settings;
        EXPECT_EQ(end.error().code, ErrorCode::invalid_argument) << settings;
    }
    EXPECT_TRUE(neuron.run(R"({"text": "a", "patterns": ["a"], "allowed": 1, "needs": 0})", sink));
}

TEST(TextCheck, MatchesAndPassesAreBounded) {
    const auto error_of = [](const Limits& limits) {
        Neuron neuron("text.check", limits);
        EXPECT_TRUE(neuron.make(R"({"patterns": ["\\w+"], "allowed": "0123456789"})"));
        CollectingSink sink;
        const auto end = neuron.run(R"({"text": "a bb ccc"})", sink);
        return end ? std::string() : end.error().message;
    };
    EXPECT_EQ(error_of({.payload_bytes_max = 6, .check_bytes_max = 30}), "");
    EXPECT_THAT(error_of({.payload_bytes_max = 5}), HasSubstr("payload_bytes_max"));
    EXPECT_THAT(
        error_of({.check_bytes_max = 29}),
        HasSubstr("matches of 3 different lengths are looked for in 10B; at most 29B")
    );
}

bool contains(const json::value& value, std::string_view word) {  // NOLINT(misc-no-recursion)
    if (value.is_string()) {
        return value.get_string().find(word) != json::string::npos;
    }
    if (value.is_array()) {
        return std::ranges::any_of(value.get_array(), [&](const json::value& element) {
            return contains(element, word);
        });
    }
    return false;
}

TEST(Occurrence, AgreesWithPlainSearch) {
    std::size_t occurring = 0;
    std::size_t all = 0;
    for (std::uint64_t seed = 0; seed < 3'000; ++seed) {
        SeededRandom random(seed);
        const auto text = [&](std::uint64_t length_max) {
            std::string out(random.below(length_max + 1), 'a');
            for (char& c : out) {
                c = random.chance(0.5) ? 'b' : random.chance(0.5) ? '\0' : '\xFF';
            }
            return out;
        };
        std::set<std::string> words;
        for (int i = 0; i < 10; ++i) {
            words.insert(text(6));
        }
        words.erase("");
        const json::value value{text(10), json::array{text(0), text(20)}, true};
        const std::vector<std::string_view> views(words.begin(), words.end());
        const auto found = find_occurring(views, value, 1U << 20U);
        ASSERT_TRUE(found);
        for (std::size_t i = 0; i < views.size(); ++i) {
            EXPECT_EQ(found->at(i), contains(value, views[i])) << seed;
            occurring += found->at(i) ? 1 : 0;
        }
        all += views.size();
    }
    EXPECT_GT(occurring, all / 10);
    EXPECT_LT(occurring, all * 9 / 10);
}

}  // namespace
}  // namespace hal9::neurons
