#include "hal9/base/json.hpp"
#include "hal9/neurons/detail/kind_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hal9::neurons {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Split {
    std::vector<std::string> pieces;
    std::vector<json::value> emitted;
};

Split split(std::string_view constant, std::string_view text, std::size_t chunk = 1'000'000) {
    Neuron neuron("text.split");
    const auto made = neuron.make(constant);
    EXPECT_TRUE(made) << made.error().message;
    CollectingSink sink(chunk);
    const auto end = neuron.run(json::serialize(json::object{{"text", text}}), sink);
    EXPECT_TRUE(end) << end.error().message;
    Split result{.pieces = {}, .emitted = sink.values};
    for (const json::value& value : sink.values) {
        result.pieces.emplace_back(value.at("text").as_string());
    }
    return result;
}

/// The pieces, checked to be the same however often the sink is full, and to be where they say.
std::vector<std::string> pieces(std::string_view constant, std::string_view text) {
    const Split whole = split(constant, text);
    for (const std::size_t chunk : {std::size_t{1}, std::size_t{2}, std::size_t{3}}) {
        EXPECT_EQ(split(constant, text, chunk).emitted, whole.emitted) << constant << " " << chunk;
    }
    for (std::size_t i = 0; i < whole.emitted.size(); ++i) {
        EXPECT_EQ(whole.emitted[i].at("index"), i);
        const auto offset = whole.emitted[i].at("offset").to_number<std::size_t>();
        EXPECT_EQ(text.substr(offset, whole.pieces[i].size()), whole.pieces[i]);
    }
    return whole.pieces;
}

TEST(TextSplit, BeforeBeginsAPieceAtEachMatchAndDropsTheHead) {
    EXPECT_THAT(pieces(R"({"before": "#"})", "head#a#b"), ElementsAre("#a", "#b"));
    EXPECT_THAT(pieces(R"({"before": "#"})", "#a##"), ElementsAre("#a", "#", "#"));
    EXPECT_THAT(pieces(R"({"before": "#"})", "none"), IsEmpty());
    EXPECT_THAT(pieces(R"({"before": "#"})", ""), IsEmpty());
}

TEST(TextSplit, HeadKeepEmitsWhatStandsBeforeTheFirstMatch) {
    const auto constant = R"({"before": "#", "head": "keep"})";
    EXPECT_THAT(pieces(constant, "head#a#b"), ElementsAre("head", "#a", "#b"));
    EXPECT_THAT(pieces(constant, "#a"), ElementsAre("#a"));
    EXPECT_THAT(pieces(constant, "none"), ElementsAre("none"));
    EXPECT_THAT(pieces(constant, ""), IsEmpty());
}

TEST(TextSplit, AfterEndsAPieceWithEachMatch) {
    EXPECT_THAT(pieces(R"({"after": "\n"})", "a\nb\n\nc"), ElementsAre("a\n", "b\n", "\n", "c"));
    EXPECT_THAT(pieces(R"({"after": "\n"})", "a\n"), ElementsAre("a\n"));
}

TEST(TextSplit, OnLeavesTheMatchesOut) {
    EXPECT_THAT(pieces(R"({"on": ", *"})", "a, b,,c"), ElementsAre("a", "b", "", "c"));
    EXPECT_THAT(pieces(R"({"on": ","})", ",a"), ElementsAre("", "a"));
    EXPECT_THAT(pieces(R"({"on": "\n"})", "a\nb\n"), ElementsAre("a", "b"));
    EXPECT_THAT(pieces(R"({"on": ","})", "none"), ElementsAre("none"));
}

TEST(TextSplit, EmptyMatchesCutBetweenCharactersAndNeverInsideOne) {
    EXPECT_THAT(
        pieces(
            R"({"on": ""})",
            "a\xC3\xA9"
            "b"
        ),
        ElementsAre("a", "\xC3\xA9", "b")
    );
    EXPECT_THAT(pieces(R"({"before": ""})", "ab"), ElementsAre("a", "b"));
    EXPECT_THAT(pieces(R"({"after": ""})", "ab"), ElementsAre("a", "b"));
    EXPECT_THAT(pieces(R"({"before": "(?m)^"})", "a\nb\n"), ElementsAre("a\n", "b\n"));
    EXPECT_THAT(pieces(R"({"on": ",*"})", "a,,b"), ElementsAre("a", "b"));
    EXPECT_THAT(pieces(R"({"before": "x*"})", "axxb"), ElementsAre("a", "xx", "b"));
}

TEST(TextSplit, AnchorsSeeWhatStandsBeforeAlsoAfterTheSinkWasFull) {
    EXPECT_THAT(pieces(R"({"before": "(?m)^#"})", "#a#\n#b"), ElementsAre("#a#\n", "#b"));
    EXPECT_THAT(pieces(R"({"before": "\\bx"})", "x x ax x"), ElementsAre("x ", "x ax ", "x"));
    EXPECT_THAT(pieces(R"({"after": "^x"})", "xxx"), ElementsAre("x", "xx"));
}

TEST(TextSplit, LimitLeavesTheRestOfTheText) {
    EXPECT_THAT(pieces(R"({"on": ",", "limit": 2})", "a,b,c"), ElementsAre("a", "b"));
    EXPECT_THAT(pieces(R"({"before": "#", "limit": 1})", "x#a#b"), ElementsAre("#a"));
}

TEST(TextSplit, OffsetsCountBytes) {
    const Split result = split(R"({"on": ","})", "\xC3\xA9,b");
    EXPECT_EQ(result.emitted.at(1).at("offset"), 3);
}

TEST(TextSplit, TheHeaderOfAChangelogEntryBeginsAPiece) {
    const auto constant = R"({"before": "(?m)^\\S+ \\([^)\\n]+\\) .*; urgency="})";
    const std::string text =
        "junk\nbash (1.0-1) unstable; urgency=low\n\n  * A (b) c; urgency=\n\n -- X <y>  date\n\n"
        "bash (0.9-1) stable; urgency=high\n";
    EXPECT_THAT(
        pieces(constant, text),
        ElementsAre(text.substr(5, 76), "bash (0.9-1) stable; urgency=high\n")
    );
}

TEST(TextSplit, ALongTextIsWalkedOverNotSearchedAgainForEachPiece) {
    // 200,000 pieces in 200 chunks: a walk that copied or searched the rest of the text for each
    // piece would touch 3 * 10^12 bytes and run into the time limit of the test.
    std::string text;
    for (std::size_t i = 0; i < (16U << 20U); i += 2) {
        text += "a\n";
    }
    Neuron limited("text.split");
    ASSERT_TRUE(limited.make(R"({"on": "\n", "limit": 200000})"));
    CollectingSink sink(1'000);
    ASSERT_TRUE(limited.run(json::serialize(json::object{{"text", text}}), sink));
    EXPECT_EQ(sink.values.size(), 200'000U);
    EXPECT_EQ(sink.values.back().at("offset"), 399'998);
}

TEST(TextSplit, APatternMayComeWithTheCall) {
    Neuron neuron("text.split");
    ASSERT_TRUE(neuron.make(R"({"text": "a-b"})"));
    CollectingSink sink;
    ASSERT_TRUE(neuron.run(R"({"on": "-", "limit": 5})", sink));
    EXPECT_EQ(sink.values.size(), 2U);
    const auto refused = neuron.run(R"json({"on": "("})json", sink);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::invalid_argument);
    const auto none = neuron.run("{}", sink);
    ASSERT_FALSE(none);
    EXPECT_THAT(none.error().message, HasSubstr("missing"));
}

TEST(TextSplit, WrongSettingsAreRefusedWithTheMember) {
    Neuron neuron("text.split");
    const auto pattern = neuron.make(R"json({"before": "a(?=b)"})json");
    ASSERT_FALSE(pattern);
    EXPECT_EQ(pattern.error().code, ErrorCode::invalid_argument);
    EXPECT_THAT(pattern.error().message, HasSubstr("`before`"));
    ASSERT_FALSE(neuron.make(json::serialize(json::object{{"on", std::string(5'000, 'a')}})));
    const auto hungry = neuron.make(R"json({"on": "((a{1,100}){1,100}){1,10}"})json");
    ASSERT_FALSE(hungry);

    ASSERT_TRUE(neuron.make(R"({"on": ","})"));
    CollectingSink sink;
    for (const auto* settings :
         {R"({"text": 5})",
          R"({})",
          R"({"text": "a", "limit": 0})",
          R"({"text": "a", "limit": 1.5})",
          R"({"text": "a", "limit": -1})"}) {
        const auto end = neuron.run(settings, sink);
        ASSERT_FALSE(end) << settings;
        EXPECT_EQ(end.error().code, ErrorCode::invalid_argument);
    }
    EXPECT_TRUE(sink.values.empty());
}

}  // namespace
}  // namespace hal9::neurons
