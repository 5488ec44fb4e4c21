#include "hal9/definition/combine.hpp"

#include "hal9/definition/detail/combine_compile.hpp"
#include "hal9/definition/detail/json_reader.hpp"
#include "hal9/definition/detail/test_spill.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

namespace hal9::definition {
namespace {

using testing::HasSubstr;

constexpr FoldLimits roomy{.memory_bytes_max = 1U << 20U, .result_bytes_max = 1U << 20U};

std::optional<NeuronIndex> find_child(const detail::TreeNode& name) {
    if (const json::string* text = name.if_string()) {
        return NeuronIndex{static_cast<std::uint16_t>(*text == "b" ? 1 : 0)};
    }
    return std::nullopt;
}

std::optional<Combine> compile(std::string_view text, detail::Faults& faults) {
    const auto read = detail::read_json(text, Limits{}, faults);
    EXPECT_TRUE(read.well_formed) << read.fault.message;
    return detail::compile_combine(read.root, "neuron \"n\"", find_child, faults);
}

Combine compile(std::string_view text) {
    detail::Faults faults;
    auto combine = compile(text, faults);
    EXPECT_TRUE(combine) << std::move(faults).take().at(0).message;
    return combine.value();
}

/// Folds the elements of a JSON list, each the result of neuron 0, or {"from": 1, "is": result}.
Result<json::object>
fold_values(std::string_view combine, std::string_view children, FoldLimits limits = roomy) {
    MapSpillTables spill;
    Fold fold(compile(combine), limits, spill);
    const json::value list = parse_json(children).value();
    for (const json::value& child : list.get_array()) {
        const json::value* from =
            child.is_object() ? child.get_object().if_contains("from") : nullptr;
        const NeuronIndex neuron{static_cast<std::uint16_t>(from == nullptr ? 0 : from->get_int64())
        };
        HAL9_TRY_VOID(fold.add(neuron, from == nullptr ? child : child.at("is")));
    }
    return fold.finish();
}

std::string fold(std::string_view combine, std::string_view children) {
    const auto out = fold_values(combine, children);
    return out ? canonical_json(*out) : out.error().message;
}

TEST(Combine, CountsChildrenAndSelectedElements) {
    EXPECT_EQ(
        fold(
            R"({"n": {"count": "children"}, "l": {"count": "/l/*"}, "whole": {"count": ""}})",
            R"([{"l": [1, null]}, {"l": []}, {}, 7, {"l": {"0": 1}}])"
        ),
        R"({"l":2,"n":5,"whole":5})"
    );
}

TEST(Combine, ZeroChildrenGiveZeroEmptyOrNull) {
    EXPECT_EQ(
        fold(
            R"({"a": {"count": "children"}, "b": {"count_distinct": ""}, "c": {"sum": ""},
                "d": {"min": ""}, "e": {"max": ""}, "f": {"mean": ""}, "g": {"collect": ""},
                "h": {"first": ""}, "i": {"last": ""}, "j": {"count": "", "by": ""},
                "k": {"collect": "", "by": "/x"}, "l": {"first": "", "distinct": [""], "order": [""]}})",
            "[]"
        ),
        R"({"a":0,"b":0,"c":0,"d":null,"e":null,"f":null,"g":[],"h":null,"i":null,"j":[],"k":[],"l":null})"
    );
}

TEST(Combine, SumsOfIntegersStayIntegers) {
    const std::string sum = R"({"s": {"sum": ""}})";
    EXPECT_TRUE(fold_values(sum, "[1, 2]")->at("s").is_int64());
    EXPECT_EQ(fold(sum, "[1, 2.5]"), R"({"s":3.5})");
    EXPECT_EQ(
        fold_values(sum, "[9223372036854775807, 9223372036854775807]")->at("s"),
        json::value(18446744073709551614ULL)
    );
    EXPECT_EQ(
        fold_values(sum, "[18446744073709551615, 18446744073709551615]")->at("s"),
        json::value(36893488147419103230.0)
    );
    EXPECT_EQ(
        fold(sum, "[18446744073709551615, -9223372036854775808, -9223372036854775807]"),
        R"({"s":0})"
    );
    EXPECT_EQ(fold(sum, "[9223372036854775807, 1, -2]"), R"({"s":9223372036854775806})");
}

TEST(Combine, MeanIsADouble) {
    const auto mean = fold_values(R"({"m": {"mean": "/n"}})", R"([{"n": 1}, {"n": 3}, {}])");
    EXPECT_TRUE(mean->at("m").is_double());
    EXPECT_EQ(mean->at("m").get_double(), 2.0);
}

TEST(Combine, SumAndMeanRefuseWhatIsNoNumber) {
    for (const std::string operation : {"sum", "mean"}) {
        const auto out = fold_values(
            R"({"total": {")" + operation + R"(": "/n/*"}})",
            R"([{"n": [1]}, {"n": [2, "3"]}])"
        );
        ASSERT_FALSE(out);
        EXPECT_EQ(out.error().code, ErrorCode::invalid_argument);
        EXPECT_EQ(
            out.error().message,
            "combine \"total\": " + operation + " of \"/n/*\" met a string; it takes numbers only"
        );
    }
    EXPECT_THAT(fold(R"({"t": {"sum": ""}})", "[null]"), HasSubstr("met a null"));
}

TEST(Combine, MinAndMaxCompareAnyTypes) {
    const std::string both = R"({"a": {"min": ""}, "b": {"max": ""}})";
    EXPECT_EQ(fold(both, R"([3, "x", true, [], {}, null])"), R"({"a":null,"b":{}})");
    EXPECT_EQ(fold(both, R"(["b", "a\u0000", "a"])"), R"({"a":"a","b":"b"})");
    EXPECT_EQ(fold(both, R"([[1, 2], [1], [1, 1, 9]])"), R"({"a":[1],"b":[1,2]})");
    EXPECT_EQ(
        fold(both, R"([-0.5, -3, 9007199254740993, 9007199254740992.0, 1e300])"),
        R"({"a":-3,"b":1e+300})"
    );
    EXPECT_EQ(
        fold(both, "[9007199254740993, 9007199254740992.0]"),
        R"({"a":9007199254740992,"b":9007199254740993})"
    );
    EXPECT_EQ(
        fold(both, "[18446744073709551615, 18446744073709551614]"),
        R"({"a":18446744073709551614,"b":18446744073709551615})"
    );
    EXPECT_EQ(
        fold(both, R"([{"b": 1}, {"a": 2}, {"a": 1, "b": 0}])"),
        R"({"a":{"a":1,"b":0},"b":{"b":1}})"
    );
}

TEST(Combine, EqualNumbersOfDifferentTypesAreOne) {
    EXPECT_EQ(
        fold(
            R"({"n": {"count_distinct": ""}, "l": {"collect": "", "distinct": [""]}})",
            "[1, 1.0, true, \"1\", 1]"
        ),
        R"({"l":[1,true,"1"],"n":3})"
    );
}

TEST(Combine, OfTakesOnlyThatNeuronsChildren) {
    EXPECT_EQ(
        fold(
            R"({"l": {"collect": "", "of": "b"}, "n": {"count": "children", "of": "a"}})",
            R"([1, {"from": 1, "is": 2}, 3])"
        ),
        R"({"l":[2],"n":2})"
    );
}

TEST(Combine, DistinctKeepsTheFirstByOrdinal) {
    EXPECT_EQ(
        fold(
            R"({"l": {"collect": "/r/*", "distinct": ["/p", "/c"]}})",
            R"([{"r": [{"p": 1, "c": 1, "n": "a"}, {"p": 1, "n": "b"}]},
                 {"r": [{"p": 1.0, "c": 1, "n": "c"}, {"p": 1, "c": null, "n": "d"}, {"p": 2, "c": 1, "n": "e"}]}])"
        ),
        R"({"l":[{"c":1,"n":"a","p":1},{"n":"b","p":1},{"c":1,"n":"e","p":2}]})"
    );
}

TEST(Combine, DistinctKeepsTheFirstInOrder) {
    EXPECT_EQ(
        fold(
            R"({"l": {"collect": "", "distinct": "/k", "order": ["-/d"], "top": 2},
                 "f": {"first": "/d", "distinct": "/d", "order": "/d"},
                 "g": {"last": "/d", "distinct": "/d", "order": "/d"}})",
            R"([{"k": 1, "d": 5}, {"k": 2, "d": 1}, {"k": 1, "d": 9}, {"k": 2, "d": null}, {"k": 3}])"
        ),
        R"({"f":1,"g":null,"l":[{"d":9,"k":1},{"d":1,"k":2}]})"
    );
}

TEST(Combine, OrderPutsNullLastBothWaysAndKeepsTies) {
    const std::string children =
        R"([{"d": null, "n": 1}, {"d": 2, "n": 2}, {"d": "x", "n": 3}, {"n": 4}, {"d": 2.0, "n": 5}, {"d": true, "n": 6}])";
    const auto order = [&](const std::string& keys) {
        std::string numbers;
        const auto out = fold_values(R"({"l": {"collect": "", "order": )" + keys + "}}", children);
        for (const json::value& row : out->at("l").get_array()) {
            numbers += json::serialize(row.at("n"));
        }
        return numbers;
    };
    EXPECT_EQ(order(R"(["/d"])"), "625314");
    EXPECT_EQ(order(R"("-/d")"), "325614");
    EXPECT_EQ(order(R"(["/d", "-/n"])"), "652341");
}

TEST(Combine, FirstAndLastFollowTheOrder) {
    EXPECT_EQ(
        fold(R"({"a": {"first": "/n"}, "b": {"last": "/n"}})", R"([{"n": 2}, {"n": 1}, {}])"),
        R"({"a":2,"b":1})"
    );
    EXPECT_EQ(
        fold(
            R"({"a": {"first": "", "order": "/k"}, "b": {"last": "", "order": "/k"}})",
            R"([{"k": 2, "n": 1}, {"k": 1, "n": 2}, {"k": 1, "n": 3}, {"k": 2, "n": 4}])"
        ),
        R"({"a":{"k":1,"n":2},"b":{"k":2,"n":4}})"
    );
}

TEST(Combine, ByGivesRowsMostFirst) {
    EXPECT_EQ(
        fold(
            R"({"most": {"count": "/f/*", "distinct": ["/p", "/c"], "by": "/p", "top": 2}})",
            R"([{"f": [{"p": "z", "c": 1}, {"p": "z", "c": 1}, {"p": "a", "c": 1}]},
                 {"f": [{"p": "y", "c": 1}, {"p": "y", "c": 2}, {"p": "b", "c": 9}]}])"
        ),
        R"({"most":[{"count":2,"key":"y","value":2},{"count":1,"key":"a","value":1}]})"
    );
}

TEST(Combine, ByGivesTheAggregateOfEachGroup) {
    const std::string children =
        R"([{"g": "a", "n": 1}, {"g": "b", "n": 5}, {"g": "a", "n": 4}, {"n": 7}])";
    const auto by = [&](const std::string& operation) {
        return fold(R"({"r": {")" + operation + R"(": "", "by": "/g"}})", children);
    };
    EXPECT_EQ(
        by("collect"),
        R"({"r":[{"count":2,"key":"a","value":[{"g":"a","n":1},{"g":"a","n":4}]},)"
        R"({"count":1,"key":"b","value":[{"g":"b","n":5}]},{"count":1,"key":null,"value":[{"n":7}]}]})"
    );
    EXPECT_EQ(
        by("last"),
        R"({"r":[{"count":2,"key":"a","value":{"g":"a","n":4}},{"count":1,"key":"b","value":{"g":"b","n":5}},)"
        R"({"count":1,"key":null,"value":{"n":7}}]})"
    );
    EXPECT_EQ(
        fold(R"({"r": {"count_distinct": "/*", "by": ""}})", "[[1, 1.0, 2], [2]]"),
        R"({"r":[{"count":2,"key":1,"value":1},{"count":2,"key":2,"value":1}]})"
    );
}

/// What stands beside the operation is read from the child's result, or from the element of a list
/// that the operation's pointer enters: of a number, nothing could be read.
TEST(Combine, GroupsAreReadFromTheElementInWhichTheValueStands) {
    const std::string children =
        R"([{"shop": "a", "total": 1, "items": [{"kind": "x", "price": 5}, {"kind": "y", "price": 1}]},
            {"shop": "b", "total": 5, "items": [{"kind": "x", "price": 2}, {"kind": "x"}]},
            {"shop": "a", "total": 4, "items": []}])";
    EXPECT_EQ(
        fold(R"({"r": {"sum": "/total", "by": "/shop"}})", children),
        R"({"r":[{"count":2,"key":"a","value":5},{"count":1,"key":"b","value":5}]})"
    );
    EXPECT_EQ(
        fold(R"({"r": {"mean": "/items/*/price", "by": "/kind"}})", children),
        R"({"r":[{"count":2,"key":"x","value":3.5},{"count":1,"key":"y","value":1}]})"
    );
    EXPECT_EQ(
        fold(R"({"r": {"min": "/items/*/price", "by": "/kind", "order": "/value"}})", children),
        R"({"r":[{"count":1,"key":"y","value":1},{"count":2,"key":"x","value":2}]})"
    );
    EXPECT_EQ(
        fold(R"({"r": {"collect": "/total", "by": "/shop"}})", children),
        R"({"r":[{"count":2,"key":"a","value":[1,4]},{"count":1,"key":"b","value":[5]}]})"
    );
    EXPECT_EQ(
        fold(R"({"r": {"count_distinct": "/items/*/kind", "by": "/price"}})", children),
        R"({"r":[{"count":1,"key":1,"value":1},{"count":1,"key":2,"value":1},)"
        R"({"count":1,"key":5,"value":1},{"count":1,"key":null,"value":1}]})"
    );
}

TEST(Combine, OrderAndDistinctAreReadFromTheElementToo) {
    const std::string children =
        R"([{"id": 1, "at": 3, "n": 10}, {"id": 2, "at": 1, "n": 20}, {"id": 1, "at": 2, "n": 30}])";
    EXPECT_EQ(fold(R"({"r": {"sum": "/n", "distinct": "/id"}})", children), R"({"r":30})");
    EXPECT_EQ(
        fold(R"({"r": {"sum": "/n", "distinct": "/id", "order": "/at"}})", children),
        R"({"r":50})"
    );
    EXPECT_EQ(
        fold(R"({"r": {"collect": "/n", "order": "-/at"}})", children),
        R"({"r":[10,30,20]})"
    );
    EXPECT_EQ(fold(R"({"r": {"first": "/n", "order": "/at"}})", children), R"({"r":20})");
    EXPECT_EQ(
        fold(R"({"r": {"last": "/n", "order": "/at", "distinct": "/id"}})", children),
        R"({"r":30})"
    );
}

TEST(Combine, OrderBesideBySortsTheRows) {
    const std::string children = R"([["b", 1], ["a", 2], ["c", 2], ["c", 0]])";
    EXPECT_EQ(
        fold(
            R"({"r": {"max": "", "by": "/0", "order": ["-/value/1", "-/key"], "top": 2}})",
            children
        ),
        R"({"r":[{"count":2,"key":"c","value":["c",2]},{"count":1,"key":"a","value":["a",2]}]})"
    );
}

TEST(Combine, AResultOverTheLimitIsRefused) {
    const FoldLimits small{.memory_bytes_max = 1U << 20U, .result_bytes_max = 24};
    const std::string collect = R"({"l": {"collect": ""}})";
    EXPECT_TRUE(fold_values(collect, R"(["1234567", "1234"])", small));  // 24 bytes as JSON
    for (const char* children :
         {R"(["1234567", "12345"])", R"(["a very long string, too long"])"}) {
        const auto out = fold_values(collect, children, small);
        ASSERT_FALSE(out);
        EXPECT_EQ(out.error().code, ErrorCode::limit_exceeded);
    }
    const auto grouped = fold_values(
        R"({"l": {"collect": "", "by": "/x"}})",
        R"(["1234567", "1234567", "1234567"])",
        small
    );
    EXPECT_EQ(grouped.error().code, ErrorCode::limit_exceeded);
}

TEST(Combine, NothingIsSpilledWhileMemoryLasts) {
    MapSpillTables spill;
    Fold fold(compile(R"({"l": {"collect": "", "distinct": ""}})"), roomy, spill);
    for (int i = 0; i < 1000; ++i) {
        ASSERT_TRUE(fold.add({}, json::value(i)));
    }
    EXPECT_EQ(fold.finish()->at("l").as_array().size(), 1000U);
    EXPECT_EQ(spill.created(), 0U);
}

TEST(Combine, TopKeepsMemoryBoundedWithoutSpilling) {
    MapSpillTables spill;
    Fold fold(
        compile(R"({"l": {"collect": "", "order": "-", "top": 3}, "m": {"collect": "", "top": 2}})"
        ),
        {.memory_bytes_max = 100'000, .result_bytes_max = 1000},
        spill
    );
    for (int i = 0; i < 100'000; ++i) {
        ASSERT_TRUE(fold.add({}, json::value(i)));
    }
    EXPECT_EQ(canonical_json(fold.finish().value()), R"({"l":[99999,99998,99997],"m":[0,1]})");
    EXPECT_EQ(spill.created(), 0U);
}

TEST(Combine, TakesOneSpillTableForEachUse) {
    MapSpillTables spill;
    Fold fold(
        compile(R"({"l": {"collect": "", "distinct": ""}, "n": {"count_distinct": ""}})"),
        {.memory_bytes_max = 0, .result_bytes_max = 100'000},
        spill
    );
    for (int i = 0; i < 1000; ++i) {
        ASSERT_TRUE(fold.add({}, json::value(i % 500)));
    }
    EXPECT_EQ(fold.finish()->at("l").as_array().size(), 500U);
    EXPECT_EQ(spill.created(), 3U);
}

TEST(Combine, AFullDiskIsTheFoldsError) {
    NoSpillTables spill;
    Fold fold(
        compile(R"({"l": {"collect": ""}})"),
        {.memory_bytes_max = 10, .result_bytes_max = 100},
        spill
    );
    const auto added = fold.add({}, json::value("a value of more than ten bytes"));
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().code, ErrorCode::resource_exhausted);
}

struct Faulty {
    const char* combine;
    const char* message;
};

class FaultyCombine : public testing::TestWithParam<Faulty> {};

TEST_P(FaultyCombine, IsRefusedWithWhatWouldBeRight) {
    detail::Faults faults;
    EXPECT_FALSE(compile(GetParam().combine, faults));
    const auto taken = std::move(faults).take();
    ASSERT_EQ(taken.size(), 1U);
    EXPECT_THAT(taken[0].message, HasSubstr(GetParam().message));
    EXPECT_EQ(taken[0].line, 1U);
}

INSTANTIATE_TEST_SUITE_P(
    Combine,
    FaultyCombine,
    testing::Values(
        Faulty{
            "[]",
            "\"combine\" of neuron \"n\" is a list; allowed: an object of named aggregates"
        },
        Faulty{"{}", "is empty; name at least one aggregate"},
        Faulty{
            R"({"a": {}})",
            "aggregate \"a\" of neuron \"n\" has no operation; one of: count, count_distinct, sum"
        },
        Faulty{
            R"({"a": 3})",
            "aggregate \"a\" of neuron \"n\" is a number; allowed: an object with count"
        },
        Faulty{
            R"({"a": {"sum": "/x", "max": "/x"}})",
            "has both \"sum\" and \"max\"; one aggregate has exactly one"
        },
        Faulty{
            R"({"a": {"sum": "x"}})",
            "a pointer begins with `/`, for example /x, or the word `children`"
        },
        Faulty{
            R"({"a": {"sum": 1}})",
            "\"sum\" of aggregate \"a\" of neuron \"n\" is a number; allowed: `children` or a "
            "pointer"
        },
        Faulty{R"({"a": {"sum": "/x~"}})", "write ~0 for `~`"},
        Faulty{
            R"({"a": {"summ": "/x", "max": "/x"}})",
            "unknown key \"summ\" in aggregate \"a\" of neuron \"n\"; did you mean `sum`?"
        },
        Faulty{
            R"({"a": {"collect": "", "by": "/x/*"}})",
            "only the operation's own pointer may enter lists"
        },
        Faulty{
            R"({"a": {"collect": "", "by": ["/x"]}})",
            "\"by\" of aggregate \"a\" of neuron \"n\" is a list; allowed: a pointer"
        },
        Faulty{R"({"a": {"collect": "", "distinct": []}})", "has 0 pointers; allowed: 1 to 16"},
        Faulty{
            R"({"a": {"collect": "", "order": [1]}})",
            "\"order\" of aggregate \"a\" of neuron \"n\" is a number; allowed: a string"
        },
        Faulty{
            R"({"a": {"collect": "", "order": "date"}})",
            "a pointer begins with `/`, for example /date"
        },
        Faulty{R"({"a": {"collect": "", "top": 0}})", "is 0; allowed: a whole number from 1"},
        Faulty{R"({"a": {"count": "", "top": 3}})", "has no list to shorten"}
    )
);

}  // namespace
}  // namespace hal9::definition
