#include "hal9/app/tables.hpp"

#include <gtest/gtest.h>

namespace hal9::app {
namespace {

std::string shown(std::string_view text, std::size_t rows_max = 20) {
    return to_tables(parse_json(text).value(), rows_max);
}

TEST(TablesTest, ScalarsBecomeAlignedLines) {
    EXPECT_EQ(shown(R"({"files":1187,"a":"b","n":null})"), "files  1,187\na      b\nn      -\n");
}

TEST(TablesTest, ListsOfFlatObjectsBecomeTables) {
    EXPECT_EQ(
        shown(R"({"most":[{"key":"zlib","count":12},{"key":"a","count":3}]})"),
        "\nmost (2)\n  key   count\n  zlib     12\n  a         3\n"
    );
}

TEST(TablesTest, LongListsAreCutAndSaySo) {
    EXPECT_EQ(
        shown(R"({"l":[{"a":1},{"a":2},{"a":3}]})", 2),
        "\nl (3)\n  a\n  1\n  2\n  … 1 more; --json prints all\n"
    );
}

TEST(TablesTest, MembersThatAreMissingStayEmpty) {
    EXPECT_EQ(shown(R"({"l":[{"a":1},{"b":"x"}]})"), "\nl (2)\n  a  b\n  1\n     x\n");
}

TEST(TablesTest, OddShapesStayJson) {
    EXPECT_EQ(shown(R"({"l":[[1],{"a":{}}]})"), "\nl (2)\n  [1]\n  {\"a\":{}}\n");
    EXPECT_EQ(shown("[]"), "result (0)\n");
    EXPECT_EQ(shown("\"x\""), "x\n");
}

TEST(TablesTest, WhatLiesInObjectsHasItsPathForAName) {
    EXPECT_EQ(shown(R"({"o":{"a":[1]},"n":1})"), "n  1\n\no/a (1)\n  1\n");
    EXPECT_EQ(
        shown(R"({"use":{"wall":1234,"at":{"x":null}},"none":{}})"),
        "\nuse\n  wall  1,234\n\nuse/at\n  x  -\n\nnone\n  {}\n"
    );
}

TEST(TablesTest, NumbersAreWrittenAsPeopleWriteThem) {
    EXPECT_EQ(shown(R"({"a":3.5,"b":3.0,"c":-2,"d":1e30})"), "a  3.5\nb  3\nc  -2\nd  1e+30\n");
    EXPECT_EQ(
        readable_json(parse_json(R"({"b":[0.1,"x"],"a":null})").value()),
        R"({"b":[0.1,"x"],"a":null})"
    );
}

TEST(TablesTest, ControlCharactersCannotReachTheTerminal) {
    EXPECT_EQ(printable("a\x1b[2Jb\n\x7f"), "a\\x1b[2Jb\\n\\x7f");
    EXPECT_EQ(
        printable("\xC2\x9B"
                  "2J"),
        "\\x9b2J"
    );
    EXPECT_EQ(printable("käse"), "käse");
}

TEST(TablesTest, LinesStayLinesAndNothingElseMovesTheCursor) {
    EXPECT_EQ(printable_lines("a\r\nb\x1b[2J\n"), "a\\x0d\nb\\x1b[2J\n");
    EXPECT_EQ(printable_lines(std::string_view("a\0b", 3)), "a\\x00b");
    EXPECT_EQ(printable_lines(""), "");
}

TEST(TablesTest, ClippingCountsCharacters) {
    EXPECT_EQ(clipped("käse", 4), "käse");
    EXPECT_EQ(clipped("käsebrot", 4), "käs…");
    EXPECT_EQ(clipped("kääää", 3), "kä…");
    EXPECT_EQ(clipped("ab", 1), "…");
    EXPECT_EQ(clipped("ab", 0), "");
}

TEST(TablesTest, WideCellsAreClippedBetweenCharacters) {
    std::string wide;
    for (int i = 0; i < 100; ++i) {
        wide += "ü";
    }
    const std::string text = to_tables(json::object{{"l", {json::object{{"a", wide}}}}});
    EXPECT_NE(text.find("…"), std::string::npos);
    EXPECT_EQ(text.find('\xC3' + std::string("\xE2")), std::string::npos);
}

TEST(TablesTest, AWholeListIsATableOfItsOwn) {
    json::array list;
    for (int i = 0; i < 25; ++i) {
        list.push_back(json::object{{"name", std::string(i % 2 == 0 ? "a" : "bcd")}, {"n", i}});
    }
    const std::string table = to_table(list);
    EXPECT_TRUE(table.starts_with("name   n\na      0\nbcd    1\n")) << table;
    EXPECT_TRUE(table.ends_with("a     24\n")) << table;
    EXPECT_EQ(to_table({"x", 1}), "x\n1\n");
    EXPECT_EQ(to_table({}), "");
}

}  // namespace
}  // namespace hal9::app
