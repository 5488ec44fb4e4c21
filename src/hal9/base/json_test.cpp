#include "hal9/base/json.hpp"

#include "hal9/base/random.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <string>
#include <string_view>

namespace hal9 {
namespace {

TEST(ParseJson, NumbersWithFractionsAreReadExactly) {
    for (const double number : {20.0 / 11, 0.1 + 0.2, 1.7976931348623157e308, 5e-324, -2.5}) {
        const auto canonical = parse_json(canonical_json(json::value(number)));
        ASSERT_TRUE(canonical);
        EXPECT_EQ(canonical->to_number<double>(), number);
        const auto stored = parse_json(json::serialize(json::value(number)));
        ASSERT_TRUE(stored);
        EXPECT_EQ(stored->to_number<double>(), number);
    }
}

TEST(ParseJson, WhatWasWrittenIsWhatIsRead) {
    SeededRandom random(7);
    for (int i = 0; i < 20'000; ++i) {
        const auto number = std::bit_cast<double>(random.next());
        if (!std::isfinite(number) || number == 0) {
            continue;
        }
        const json::value value{{"n", number}, {"list", json::array{number, 1}}};
        const auto read = parse_json(json::serialize(value));
        ASSERT_TRUE(read) << json::serialize(value);
        ASSERT_EQ(read->at("n").get_double(), number);
        ASSERT_EQ(read->at("list").at(0).get_double(), number);
    }
}

TEST(ParseJson, ReadsEveryTypeOfValue) {
    const std::string_view text =
        R"({"a":[1,-2,18446744073709551615,1.5,1E2,true,false,null],"b\u00e9\n":{"":"x\"\u20ac"},"c":{},"d":[]})";
    const auto value = parse_json(text);
    ASSERT_TRUE(value) << value.error().message;
    EXPECT_EQ(
        canonical_json(*value),
        "{\"a\":[1,-2,18446744073709551615,1.5,100,true,false,null],\"b\xC3\xA9\\n\":{\"\":"
        "\"x\\\"\xE2\x82\xAC\"},\"c\":{},\"d\":[]}"
    );
    EXPECT_EQ(*parse_json("  12 "), json::value(12));
    EXPECT_EQ(*parse_json("-0.5"), json::value(-0.5));
    EXPECT_TRUE(parse_json("0.5e1")->is_double());
}

TEST(ParseJson, SaysWhereATextIsNoJson) {
    for (const auto& [text, place] : {
             std::pair("{\"a\": 1.5.2}", "line 1, column 10"),
             std::pair("[1,\n 2", "line 2, column 3"),
             std::pair("", "line 1, column 1"),
             std::pair("1 2", "line 1, column 3"),
             std::pair("{\"a\":1,}", "line 1, column 8"),
             std::pair("\"\xFF\"", "line 1, column 2"),
         }) {
        const auto value = parse_json(text);
        ASSERT_FALSE(value) << text;
        EXPECT_EQ(value.error().code, ErrorCode::invalid_argument);
        EXPECT_NE(value.error().message.find(place), std::string::npos)
            << text << ": " << value.error().message;
    }
}

TEST(ParseJson, DeepNestingIsRefused) {
    const std::string deep =
        std::string(json_depth_max + 1, '[') + std::string(json_depth_max + 1, ']');
    EXPECT_FALSE(parse_json(deep));
    const std::string allowed = std::string(json_depth_max, '[') + std::string(json_depth_max, ']');
    EXPECT_TRUE(parse_json(allowed));
}

TEST(CanonicalJson, WritesEveryCharacterAsTheSerializerDoes) {
    std::string all;
    for (int byte = 0; byte < 128; ++byte) {
        all += static_cast<char>(byte);
        all += "\xC3\xA9";
    }
    EXPECT_EQ(canonical_json(json::value(all)), json::serialize(json::value(all)));
    EXPECT_EQ(canonical_json(json::object{{all, 1}}), json::serialize(json::object{{all, 1}}));
}

TEST(CanonicalJson, MembersAreInTheOrderOfUtf16) {
    // U+1F600 is a surrogate pair in UTF-16, below U+FB33; in UTF-8 it stands behind it.
    const std::string_view pair = "\xF0\x9F\x98\x80";
    const std::string_view above = "\xEF\xAC\xB3";
    EXPECT_TRUE(canonical_less(pair, above));
    EXPECT_FALSE(canonical_less(above, pair));
    EXPECT_TRUE(canonical_less("a", "ab"));
    EXPECT_TRUE(canonical_less("Z", "a"));
    EXPECT_FALSE(canonical_less("a", "a"));
}

}  // namespace
}  // namespace hal9
