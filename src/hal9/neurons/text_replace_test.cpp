#include "hal9/base/random.hpp"
#include "hal9/neurons/detail/kind_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <re2/re2.h>

#include <array>

namespace hal9::neurons {
namespace {

using testing::HasSubstr;

Result<json::value>
replace(std::string_view constant, std::string_view text, const Limits& limits = {}) {
    Neuron neuron("text.replace", limits);
    HAL9_TRY_VOID(neuron.make(constant));
    CollectingSink sink;
    HAL9_TRY_VOID(neuron.run(json::serialize(json::object{{"text", text}}), sink));
    return sink.values.at(0);
}

std::string replaced(std::string_view constant, std::string_view text) {
    const auto out = replace(constant, text);
    return out ? canonical_json(*out) : out.error().full_message();
}

TEST(TextReplace, ReplacesEveryMatchAndCounts) {
    EXPECT_EQ(
        replaced(R"({"pattern": "b+", "with": "-"})", "abbcb"),
        R"({"count":2,"text":"a-c-"})"
    );
    EXPECT_EQ(replaced(R"({"pattern": "x", "with": "y"})", "abc"), R"({"count":0,"text":"abc"})");
    EXPECT_EQ(replaced(R"({"pattern": "x", "with": "y"})", ""), R"({"count":0,"text":""})");
}

TEST(TextReplace, WithAllFalseReplacesTheFirst) {
    EXPECT_EQ(
        replaced(R"({"pattern": "b", "with": "-", "all": false})", "abcb"),
        R"({"count":1,"text":"a-cb"})"
    );
}

TEST(TextReplace, PutsGroupsWhereTheyAreNamed) {
    EXPECT_EQ(
        replaced(R"({"pattern": "(\\w+)@(\\w+)(!)?", "with": "\\2 at \\1 <\\0>\\3\\\\"})", "a@b"),
        R"({"count":1,"text":"b at a <a@b>\\"})"
    );
}

TEST(TextReplace, EmptyMatchesStandBetweenCharacters) {
    EXPECT_EQ(
        replaced(R"({"pattern": "b*", "with": "-"})", "abb\u20ACc"),
        "{\"count\":4,\"text\":\"-a-\u20AC-c-\"}"
    );
}

TEST(TextReplace, ReferencesAreCheckedAsSoonAsTheyAreKnown) {
    Neuron neuron("text.replace");
    const auto made = neuron.make(R"json({"pattern": "(a)", "with": "\\2"})json");
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, ErrorCode::invalid_argument);
    EXPECT_THAT(made.error().message, HasSubstr("`with`: "));
    EXPECT_THAT(made.error().message, HasSubstr("groups of the pattern: 1; allowed"));
    EXPECT_FALSE(neuron.make(R"({"pattern": "a", "with": "\\"})"));
    EXPECT_FALSE(neuron.make(R"({"pattern": "a", "with": "\\x"})"));

    ASSERT_TRUE(neuron.make(R"({"pattern": "a"})"));
    CollectingSink sink;
    EXPECT_FALSE(neuron.run(R"({"text": "a", "with": "\\1"})", sink));
    EXPECT_TRUE(neuron.run(R"({"text": "a", "with": "\\0"})", sink));
}

TEST(TextReplace, EverythingMayComeWithTheCall) {
    Neuron neuron("text.replace");
    ASSERT_TRUE(neuron.make("{}"));
    CollectingSink sink;
    ASSERT_TRUE(neuron.run(R"({"text": "aa", "pattern": "a", "with": "b", "all": false})", sink));
    EXPECT_EQ(canonical_json(sink.values.at(0)), R"({"count":1,"text":"ba"})");
    for (const char* settings :
         {R"({"text": "a", "with": "b"})",
          R"({"pattern": "a", "with": "b"})",
          R"({"text": "a", "pattern": "a"})",
          R"({"text": "a", "pattern": 1, "with": "b"})",
          R"json({"text": "a", "pattern": "(", "with": "b"})json",
          R"({"text": "a", "pattern": "a", "with": "b", "all": 1})"}) {
        const auto end = neuron.run(settings, sink);
        ASSERT_FALSE(end) << settings;
        EXPECT_EQ(end.error().code, ErrorCode::invalid_argument);
    }
}

TEST(TextReplace, TheTextGrowsUpToTheLimit) {
    const Limits limits{.payload_bytes_max = 10};
    const std::string_view constant = R"({"pattern": "a", "with": "bb"})";
    EXPECT_TRUE(replace(constant, "aaaaa", limits));
    const auto grown = replace(constant, "aaaaac", limits);
    ASSERT_FALSE(grown);
    EXPECT_EQ(grown.error().code, ErrorCode::limit_exceeded);
    EXPECT_THAT(grown.error().message, HasSubstr("payload_bytes_max"));
}

TEST(TextReplace, ReplacesWhatRe2Replaces) {
    constexpr std::array
        patterns{"a", "b*", "a|", "(a)(b)?", "^", "$", "\\b", "(?m)^a*", ".", "é*"};
    constexpr std::array rewrites{"", "-", "\\0", "a\\0b"};
    constexpr std::array<std::string_view, 5> pieces{"a", "b", " ", "\n", "é"};
    for (std::uint64_t seed = 0; seed < 2'000; ++seed) {
        SeededRandom random(seed);
        std::string text;
        for (std::uint64_t i = random.below(8); i > 0; --i) {
            text += pieces.at(random.below(pieces.size()));
        }
        const std::string pattern = patterns.at(random.below(patterns.size()));
        const std::string with = rewrites.at(random.below(rewrites.size()));
        std::string expected = text;
        const int count = RE2::GlobalReplace(&expected, pattern, with);
        const auto out =
            replace(json::serialize(json::object{{"pattern", pattern}, {"with", with}}), text);
        ASSERT_TRUE(out) << out.error().message;
        EXPECT_EQ(out->at("text").as_string(), expected)
            << seed << ": " << pattern << " in " << text;
        EXPECT_EQ(out->at("count"), count);
    }
}

}  // namespace
}  // namespace hal9::neurons
