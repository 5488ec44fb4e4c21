#include "hal9/base/json.hpp"
#include "hal9/neurons/detail/kind_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace hal9::neurons {
namespace {

using testing::HasSubstr;

/// What is emitted, as JSON text: the order of members is part of it.
std::string extract(std::string_view constant, std::string_view text) {
    Neuron neuron("text.extract");
    const auto made = neuron.make(constant);
    EXPECT_TRUE(made) << made.error().message;
    CollectingSink sink;
    const auto end = neuron.run(json::serialize(json::object{{"text", text}}), sink);
    EXPECT_TRUE(end) << end.error().message;
    EXPECT_EQ(sink.values.size(), 1U);
    return json::serialize(sink.values.at(0));
}

constexpr auto changelog_settings = R"json({
    "one": {
        "package": "^(\\S+) \\(",
        "version": "^\\S+ \\(([^)\\n]+)\\)",
        "urgency": "urgency=(\\w+)",
        "date": {"find": "(?m)^ -- .*>\\s+(.+)$", "as": "rfc5322"}
    },
    "each": {"cve": "(CVE-\\d{4}-\\d{4,})"},
    "rows": "fixes"
})json";

TEST(TextExtract, ReadsAChangelogEntry) {
    EXPECT_EQ(
        extract(
            changelog_settings,
            "bash (5.2-1) unstable; urgency=medium\n\n  * CVE-2024-0002, CVE-2024-0001,\n"
            "    CVE-2024-0002 again.\n\n -- A B <a@b.example>  Mon, 19 Aug 2019 15:14:31 +0200\n"
        ),
        R"({"date":"2019-08-19T13:14:31Z","package":"bash","urgency":"medium","version":"5.2-1",)"
        R"("fixes":[)"
        R"({"date":"2019-08-19T13:14:31Z","package":"bash","urgency":"medium","version":"5.2-1","cve":"CVE-2024-0002"},)"
        R"({"date":"2019-08-19T13:14:31Z","package":"bash","urgency":"medium","version":"5.2-1","cve":"CVE-2024-0001"}]})"
    );
}

TEST(TextExtract, WhatIsNotThereIsNullAndWithoutMatchesThereAreNoRows) {
    EXPECT_EQ(
        extract(changelog_settings, "nothing of it"),
        R"({"date":null,"package":null,"urgency":null,"version":null,"fixes":[]})"
    );
    EXPECT_EQ(
        extract(changelog_settings, "x (1) -\n -- A <b>  someday\n"),
        R"({"date":null,"package":"x","urgency":null,"version":"1","fixes":[]})"
    );
}

TEST(TextExtract, TheFirstGroupCountsOrElseTheWholeMatch) {
    EXPECT_EQ(extract(R"json({"one": {"a": "b(c)(d)"}})json", "abcd"), R"({"a":"c"})");
    EXPECT_EQ(extract(R"json({"one": {"a": "b(?:c)d"}})json", "abcd"), R"({"a":"bcd"})");
    EXPECT_EQ(extract(R"json({"one": {"a": "b(x)?c"}})json", "abcd"), R"({"a":null})");
    EXPECT_EQ(extract(R"json({"one": {"a": "b(x*)c"}})json", "abcd"), R"({"a":""})");
}

TEST(TextExtract, WithoutEachThereAreOnlyTheFieldsOfOne) {
    EXPECT_EQ(extract(R"({"one": {"b": "b", "a": "a"}})", "ab"), R"({"a":"a","b":"b"})");
}

TEST(TextExtract, WithoutOneThereAreOnlyRows) {
    EXPECT_EQ(
        extract(R"({"each": {"n": "\\d+"}, "rows": "numbers"})", "1 22 1 3"),
        R"({"numbers":[{"n":"1"},{"n":"22"},{"n":"3"}]})"
    );
}

TEST(TextExtract, SeveralFieldsOfEachMakeRowsInOrderOfAppearance) {
    EXPECT_EQ(
        extract(R"({"each": {"n": "\\d+", "w": "[a-z]+"}, "rows": "r"})", "b 1 a b 1"),
        R"({"r":[{"n":null,"w":"b"},{"n":"1","w":null},{"n":null,"w":"a"}]})"
    );
}

TEST(TextExtract, EmptyMatchesOfEachAreARowLikeAnyOther) {
    EXPECT_EQ(
        extract(R"({"each": {"n": "x*"}, "rows": "r"})", "axxb"),
        R"({"r":[{"n":""},{"n":"xx"}]})"
    );
}

TEST(TextExtract, NumbersAreReadOrNull) {
    const auto number = [](std::string_view text) {
        return extract(R"({"one": {"n": {"find": "(?s)^.*$", "as": "number"}}})", text);
    };
    EXPECT_EQ(number("42"), R"({"n":42})");
    EXPECT_EQ(number("-007"), R"({"n":-7})");
    EXPECT_EQ(number("+1.5"), R"({"n":1.5E0})");
    EXPECT_EQ(number("1e3"), R"({"n":1E3})");
    EXPECT_EQ(number("99999999999999999999"), R"({"n":1E20})");
    for (const auto* text : {"", "x", "1x", "inf", "nan", "1e999", "0x10", "1,5", "--1", "+"}) {
        EXPECT_EQ(number(text), R"({"n":null})") << text;
    }
}

TEST(TextExtract, TheOrderOfSettingsChangesNothing) {
    EXPECT_EQ(
        extract(
            R"({"one": {"b": "b", "a": "a"}, "each": {"d": "d", "c": "c"}, "rows": "r"})",
            "abcd"
        ),
        extract(
            R"({"rows": "r", "each": {"c": "c", "d": "d"}, "one": {"a": "a", "b": "b"}})",
            "abcd"
        )
    );
}

TEST(TextExtract, PatternsMayComeWithTheCall) {
    Neuron neuron("text.extract");
    ASSERT_TRUE(neuron.make(R"({"text": "ab", "one": {"x": "a"}})"));
    CollectingSink sink;
    ASSERT_TRUE(neuron.run(R"({"each": {"y": "b"}, "rows": "r"})", sink));
    EXPECT_EQ(json::serialize(sink.values.at(0)), R"({"x":"a","r":[{"x":"a","y":"b"}]})");
    for (const auto* settings :
         {R"json({"one": {"x": "("}})json",
          R"({"one": 5})",
          R"json({"one": {"x": {"find": 5}}})json"}) {
        const auto end = neuron.run(settings, sink);
        ASSERT_FALSE(end) << settings;
        EXPECT_EQ(end.error().code, ErrorCode::invalid_argument);
        EXPECT_THAT(end.error().message, HasSubstr("`one"));
    }
}

TEST(TextExtract, FaultySettingsAreRefused) {
    Neuron neuron("text.extract");
    for (const auto* constant :
         {R"json({"one": {"a": "("}})json",
          R"json({"one": {"a": "\\1"}})json",
          R"({"one": {"r": "a"}, "each": {"b": "b"}, "rows": "r"})",
          R"({"one": {"a": "a"}, "each": {"a": "b"}, "rows": "r"})"}) {
        const auto made = neuron.make(constant);
        ASSERT_FALSE(made) << constant;
        EXPECT_EQ(made.error().code, ErrorCode::invalid_argument);
    }
    ASSERT_TRUE(neuron.make(R"json({"one": {"a": "a"}})json"));
    CollectingSink sink;
    EXPECT_FALSE(neuron.run(R"({"text": ["a"]})", sink));
}

TEST(TextExtract, RowsBeyondTheLimitOfAPayloadAreRefused) {
    Limits limits;
    limits.payload_bytes_max = 10'000;
    Neuron neuron("text.extract", limits);
    ASSERT_TRUE(neuron.make(R"({"one": {"all": "(?s)^.*$"}, "each": {"n": "\\d+"}, "rows": "r"})"));
    std::string text;
    for (int i = 100; i < 200; ++i) {
        text += std::to_string(i) + " ";
    }
    CollectingSink sink;
    const auto end = neuron.run(json::serialize(json::object{{"text", text}}), sink);
    ASSERT_FALSE(end);
    EXPECT_EQ(end.error().code, ErrorCode::limit_exceeded);
    EXPECT_TRUE(sink.values.empty());
}

}  // namespace
}  // namespace hal9::neurons
