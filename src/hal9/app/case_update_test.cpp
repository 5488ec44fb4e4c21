#include "hal9/app/case_update.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hal9::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

/// The new text, or what is in the way.
std::string updated(std::string_view text, const std::vector<NewResult>& results) {
    const auto file = read_case_file("some.yaml", "some", std::string(text), {});
    if (!file) {
        return definition::to_string(file.error().front(), "unreadable");
    }
    const auto out = update_results(*file, results, {});
    return out ? *out : out.error().message;
}

std::string updated(std::string_view text, std::string_view result) {
    return updated(text, {{"", parse_json(result).value()}});
}

TEST(CaseUpdateTest, OnlyTheResultIsReplaced) {
    EXPECT_EQ(
        updated("# first\ninput: 1   # so\nresult: {a: 1}\n\n# last\ntook: 1s\n", R"({"a": 2})"),
        "# first\ninput: 1   # so\nresult: {a: 2}\n\n# last\ntook: 1s\n"
    );
    EXPECT_EQ(
        updated("result:\n  a:\n    - 1\n    - x: C#\n\nsignals: {b: 1}\n", "[true, null]"),
        "result: [true, null]\n\nsignals: {b: 1}\n"
    );
    EXPECT_EQ(updated("result:\n- 1\n- 2\nsignals: {b: 1}\n", "3"), "result: 3\nsignals: {b: 1}\n");
    EXPECT_EQ(
        updated("signals: {b: 1}\nresult: >\n  long\n  text", "3"),
        "signals: {b: 1}\nresult: 3\n"
    );
}

TEST(CaseUpdateTest, AResultThatIsNotThereComesLast) {
    EXPECT_EQ(updated("input: 1", "[2]"), "input: 1\nresult: [2]\n");
}

TEST(CaseUpdateTest, OneOfSeveralCasesIsReplacedWhereItStands) {
    EXPECT_EQ(
        updated(
            "cases:\n  a:\n    result: 1\n    input: 2\n  b:\n    result:\n      x: 1\n",
            {{"/cases/a", {{"z", 1}}}, {"/cases/b", "text"}}
        ),
        "cases:\n  a:\n    result: {z: 1}\n    input: 2\n  b:\n    result: text\n"
    );
}

TEST(CaseUpdateTest, WhatWouldBeLostIsRefused) {
    EXPECT_THAT(
        updated("result:\n  a: 1  # because\n", "2"),
        AllOf(StartsWith("some.yaml:1:1: a comment"), HasSubstr("by hand"))
    );
    EXPECT_THAT(
        updated("cases:\n  a: {result: 1}\n", {{"/cases/a", 2}}),
        StartsWith("some.yaml:2:7: `result` does not stand on a line of its own")
    );
    EXPECT_THAT(
        updated("cases:\n  a:\n    input: 1\n", {{"/cases/a", 2}}),
        StartsWith("some.yaml:2:3: the case has no `result`")
    );
    EXPECT_THAT(
        updated("result: &r {a: 1}\ninput: *r\n", "2"),
        HasSubstr("cannot be replaced without changing more")
    );
}

TEST(CaseUpdateTest, JsonStaysJson) {
    EXPECT_EQ(
        updated(
            "{\n  \"input\": \"a]}\",\n  \"result\": {\"b\": [1, \"}\"]},\n  \"took\": \"1s\"\n}\n",
            "[3]"
        ),
        "{\n  \"input\": \"a]}\",\n  \"result\": [3],\n  \"took\": \"1s\"\n}\n"
    );
    EXPECT_EQ(updated(R"({"result": 12, "took": "1s"})", "{}"), R"({"result": {}, "took": "1s"})");
    EXPECT_EQ(updated(R"({"result":"x"})", "null"), R"({"result":null})");
    EXPECT_EQ(updated(R"({"result":12})", "null"), R"({"result":null})");
}

TEST(CaseUpdateTest, LongValuesAreWrittenInLines) {
    const json::value value = parse_json(R"({
        "yes": "no", "a b": "two\nlines", "num": [1.5, -2e30],
        "rows": [{"key": "a rather long word to fill a line", "count": 1, "value": ["x", "4"]},
                 {"key": "another rather long word that fills a line and another one", "count": 2,
                  "value": ["so that it does not fit", "and must be written: in lines"]}],
        "nested": [[1, [2]], [], {}], "none": null
    })")
                                  .value();
    EXPECT_EQ(yaml_value(value, 0), R"(
  "yes": "no"
  a b: "two\nlines"
  num: [1.5, -2e+30]
  rows:
    - {key: a rather long word to fill a line, count: 1, value: [x, "4"]}
    - key: another rather long word that fills a line and another one
      count: 2
      value: [so that it does not fit, "and must be written: in lines"]
  nested: [[1, [2]], [], {}]
  none: null
)");
    EXPECT_THAT(
        updated("input: 1\nresult: 2\n", json::serialize(value)),
        StartsWith("input: 1\nresult:\n  \"yes\"")
    );
    EXPECT_THAT(
        updated("{\"input\": 1, \"result\": 2}\n", json::serialize(value)),
        HasSubstr("\n  \"rows\": [\n    {\"key\":\"a rather")
    );
}

}  // namespace
}  // namespace hal9::app
