#include "hal9/app/value_difference.hpp"

#include "hal9/base/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hal9::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// `/pointer: expected | actual`, with `-` for nothing.
std::vector<std::string> differences(
    std::string_view expected,
    std::string_view actual,
    Match match = Match::exact,
    std::size_t differences_max = 100
) {
    const auto shown = [](const std::optional<json::value>& value) {
        return value ? json::serialize(*value) : std::string("-");
    };
    std::vector<std::string> out;
    for (const auto& each : compare_values(
             parse_json(expected).value(),
             parse_json(actual).value(),
             match,
             differences_max
         )) {
        out.push_back(str(each.pointer, ": ", shown(each.expected), " | ", shown(each.actual)));
    }
    return out;
}

TEST(ValueDifferenceTest, EqualValuesDoNotDiffer) {
    EXPECT_THAT(differences(R"({"a": [1, null]})", R"({"a": [1.0, null]})"), IsEmpty());
    EXPECT_THAT(differences(R"({"a": 1, "b": 2})", R"({"b": 2, "a": 1})"), IsEmpty());
}

TEST(ValueDifferenceTest, WhatDiffersIsToldAtItsPointer) {
    EXPECT_THAT(
        differences(R"({"a/b": {"c": [1, "x", 3]}})", R"({"a/b": {"c": [1, "y"]}, "d": true})"),
        ElementsAre("/a~1b/c/1: \"x\" | \"y\"", "/a~1b/c/2: 3 | -", "/d: - | true")
    );
    EXPECT_THAT(differences("1", "\"1\""), ElementsAre(": 1 | \"1\""));
    EXPECT_THAT(differences("[]", "{}"), ElementsAre(": [] | {}"));
}

TEST(ValueDifferenceTest, ASubsetForgivesMembersThatNobodyExpects) {
    EXPECT_THAT(
        differences(R"({"a": {"b": 1}})", R"({"a": {"b": 1, "c": 2}, "d": 3})", Match::subset),
        IsEmpty()
    );
    EXPECT_THAT(
        differences(R"({"a": [{"b": 1}]})", R"({"a": [{"b": 1, "c": 2}, 3]})", Match::subset),
        ElementsAre("/a/1: - | 3")
    );
    EXPECT_THAT(differences(R"({"a": null})", "{}", Match::subset), ElementsAre("/a: null | -"));
}

TEST(ValueDifferenceTest, NoMoreAreListedThanAsked) {
    EXPECT_EQ(differences("[1, 2, 3]", "[4, 5, 6]", Match::exact, 2).size(), 2U);
}

}  // namespace
}  // namespace hal9::app
