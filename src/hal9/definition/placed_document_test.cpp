#include "hal9/definition/placed_document.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hal9::definition {
namespace {

using testing::HasSubstr;

PlacedDocument read(std::string_view text) {
    auto document = PlacedDocument::read(text);
    EXPECT_TRUE(document.has_value());
    return *std::move(document);
}

TEST(PlacedDocument, EverythingHasItsPlaceInListsToo) {
    const PlacedDocument document = read("a:\n  - b: 1\n  - {c: [x, y]}\nd/e: ~\n");
    EXPECT_EQ(document.value(), parse_json(R"({"a": [{"b": 1}, {"c": ["x", "y"]}], "d/e": null})"));
    EXPECT_EQ(document.place(""), (TextPlace{1, 1}));
    EXPECT_EQ(document.place("/a/0/b"), (TextPlace{2, 8}));
    EXPECT_EQ(document.name_place("/a/0/b"), (TextPlace{2, 5}));
    EXPECT_EQ(document.place("/a/1/c/1"), (TextPlace{3, 13}));
    EXPECT_EQ(document.name_place("/d~1e"), (TextPlace{4, 1}));
}

TEST(PlacedDocument, WhatIsNotThereIsAtTheNearestThingAbove) {
    const PlacedDocument document = read(R"({"a": {"b": [1, 2]}})");
    EXPECT_EQ(document.place("/a/b/7/c"), document.place("/a/b"));
    EXPECT_EQ(document.name_place("/a/x"), document.place("/a"));
    EXPECT_EQ(document.place("/nowhere"), document.place(""));
}

TEST(PlacedDocument, FaultsAreThoseOfAnyText) {
    const auto doubled = PlacedDocument::read("a: 1\na: 2\n");
    ASSERT_FALSE(doubled.has_value());
    EXPECT_EQ(doubled.error().front().line, 2U);
    EXPECT_FALSE(PlacedDocument::read("").has_value());
    EXPECT_FALSE(PlacedDocument::read("# nothing\n").has_value());
    EXPECT_FALSE(PlacedDocument::read("{\"a\": ").has_value());
}

TEST(PlacedDocument, PointersEscapeWhatTheyMust) {
    EXPECT_EQ(pointer_to("/a", "b~/c"), "/a/b~0~1c");
}

}  // namespace
}  // namespace hal9::definition
