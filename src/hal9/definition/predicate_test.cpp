#include "hal9/definition/predicate.hpp"

#include "hal9/base/text.hpp"
#include "hal9/definition/detail/json_reader.hpp"
#include "hal9/definition/detail/predicate_tree.hpp"
#include "hal9/definition/detail/test_faults.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace hal9::definition {
namespace {

using detail::TreeNode;
using testing::HasSubstr;

TreeNode tree_of(std::string_view text) {
    detail::Faults faults;
    return detail::read_json(text, {}, faults).root;
}

bool holds(std::string_view predicate, std::string_view value) {
    const auto compiled = Predicate::compile(parse_json(predicate).value());
    EXPECT_TRUE(compiled) << predicate << ": " << compiled.error().message;
    return compiled && compiled->holds(parse_json(value).value());
}

TEST(Predicate, ValuesCompareByTypeAndThenByValue) {
    // From the lowest to the highest.
    const std::vector<std::string> values{
        "null",
        "false",
        "true",
        "-1.5",
        "0",
        "18446744073709551615",
        R"("")",
        R"("10")",
        R"("9")",
        "[]",
        "[1]",
        "[1, null]",
        "[2]",
        "{}",
        R"({"a": 1, "b": 0})",
        R"({"a": 2})"
    };
    for (std::size_t i = 0; i < values.size(); ++i) {
        for (std::size_t j = 0; j < values.size(); ++j) {
            const auto compare = [&](std::string_view operation) {
                return holds(
                    str(R"({"at": "/x", ")", operation, R"(": )", values[j], "}"),
                    str(R"({"x": )", values[i], "}")
                );
            };
            SCOPED_TRACE(str(values[i], " and ", values[j]));
            EXPECT_EQ(compare("eq"), i == j);
            EXPECT_EQ(compare("ne"), i != j);
            EXPECT_EQ(compare("lt"), i < j);
            EXPECT_EQ(compare("le"), i <= j);
            EXPECT_EQ(compare("gt"), i > j);
            EXPECT_EQ(compare("ge"), i >= j);
        }
    }
}

TEST(Predicate, NumbersAreEqualWhateverTheirType) {
    EXPECT_TRUE(holds(R"({"at": "", "eq": 1})", "1.0"));
    EXPECT_TRUE(holds(R"({"at": "", "in": [2, 1.0]})", "1"));
    EXPECT_FALSE(holds(R"({"at": "", "eq": "1"})", "1"));
}

TEST(Predicate, ObjectsAreEqualWhateverTheOrderOfTheirMembers) {
    EXPECT_TRUE(holds(R"({"at": "", "eq": {"a": 1, "b": [2]}})", R"({"b": [2.0], "a": 1})"));
}

TEST(Predicate, WhereThereIsNoValueOnlyNeAndNotExistsHold) {
    EXPECT_TRUE(holds(R"({"at": "/x", "ne": 1})", "{}"));
    EXPECT_TRUE(holds(R"({"at": "/x", "exists": false})", "{}"));
    for (const std::string_view other :
         {R"("eq": null)",
          R"("lt": 1)",
          R"("le": 1)",
          R"("gt": null)",
          R"("ge": null)",
          R"("in": [null])",
          R"("matches": "")",
          R"("exists": true)"}) {
        EXPECT_FALSE(holds(str(R"({"at": "/x", )", other, "}"), "{}")) << other;
    }
}

TEST(Predicate, NullIsAValue) {
    EXPECT_TRUE(holds(R"({"at": "/x", "exists": true})", R"({"x": null})"));
    EXPECT_TRUE(holds(R"({"at": "/x", "eq": null})", R"({"x": null})"));
    EXPECT_FALSE(holds(R"({"at": "/x", "exists": false})", R"({"x": null})"));
}

TEST(Predicate, APatternMatchesAPartOfAString) {
    EXPECT_TRUE(holds(R"({"at": "/x/0", "matches": "b+c"})", R"({"x": ["abbcd"]})"));
    EXPECT_FALSE(holds(R"({"at": "", "matches": "^b"})", R"("ab")"));
    EXPECT_FALSE(holds(R"({"at": "", "matches": "1"})", "1"));
    EXPECT_FALSE(holds(R"({"at": "", "matches": ""})", "[]"));
}

TEST(Predicate, AllAnyAndNotCombine) {
    const std::string_view value = R"({"a": 1, "b": 2})";
    const std::string yes = R"({"at": "/a", "eq": 1})";
    const std::string no = R"({"at": "/b", "eq": 1})";
    EXPECT_TRUE(holds(str(R"({"all": [)", yes, ",", yes, "]}"), value));
    EXPECT_FALSE(holds(str(R"({"all": [)", yes, ",", no, "]}"), value));
    EXPECT_TRUE(holds(str(R"({"any": [)", no, ",", yes, "]}"), value));
    EXPECT_FALSE(holds(str(R"({"any": [)", no, "]}"), value));
    EXPECT_TRUE(holds(str(R"({"not": {"not": )", yes, "}}"), value));
    EXPECT_FALSE(holds(str(R"({"not": )", yes, "}"), value));
}

TEST(Predicate, APlaceToFillInIsPlainText) {
    EXPECT_TRUE(holds(R"({"at": "/${a}", "eq": "${/x"})", R"({"${a}": "${/x"})"));
}

std::string nested(std::size_t levels) {
    std::string text = R"({"at": "", "eq": 1})";
    for (std::size_t i = 1; i < levels; ++i) {
        text = i % 2 == 0 ? str(R"({"not": )", text, "}") : str(R"({"all": [)", text, "]}");
    }
    return text;
}

TEST(Predicate, NestingIsBounded) {
    EXPECT_TRUE(Predicate::compile(parse_json(nested(16)).value()));
    const auto deeper = Predicate::compile(parse_json(nested(17)).value());
    ASSERT_FALSE(deeper);
    EXPECT_EQ(
        deeper.error().message,
        "predicates within predicates, more than 16 deep; allowed: 16 (predicate_depth_max)"
    );
    EXPECT_FALSE(When::compile(parse_json(nested(3)).value(), {.predicate_depth_max = 2}));
}

struct Faulty {
    const char* predicate;
    const char* place;
    const char* message;
};

class FaultyPredicate : public testing::TestWithParam<Faulty> {};

TEST_P(FaultyPredicate, IsRefusedAtItsPlaceWithWhatWouldBeRight) {
    const Faulty& test = GetParam();
    const json::value definition = parse_json(test.predicate).value();
    const auto compiled = When::compile(definition);
    ASSERT_FALSE(compiled);
    EXPECT_EQ(compiled.error().code, ErrorCode::invalid_argument);
    EXPECT_THAT(compiled.error().message, HasSubstr(test.message));

    detail::Faults faults;
    const TreeNode tree = tree_of(test.predicate);
    detail::check_predicate(tree, "\"when\"", {}, faults);
    const auto found = std::move(faults).take();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(str(found[0].line, ":", found[0].column), test.place);
    EXPECT_EQ(found[0].message, str("\"when\": ", compiled.error().message));
}

INSTANTIATE_TEST_SUITE_P(
    Predicate,
    FaultyPredicate,
    testing::Values(
        Faulty{
            "7",
            "1:1",
            "a predicate is an object, for example {at: /name, eq: 1}; this has the type number"
        },
        Faulty{R"("${/x}")", "1:1", "a predicate is an object"},
        Faulty{"{}", "1:1", "a predicate without a comparison; add one of eq, ne,"},
        Faulty{R"({"at": "/a"})", "1:1", "a predicate without a comparison"},
        Faulty{R"({"eq": 1})", "1:1", "a predicate lacks the key \"at\""},
        Faulty{
            R"({"at": "/a", "eq": 1, "ne": 2})",
            "1:23",
            "a predicate with both \"eq\" and \"ne\""
        },
        Faulty{
            R"({"at": "/a", "exist": true})",
            "1:14",
            "unknown key \"exist\" in a predicate; did you mean `exists`?"
        },
        Faulty{
            R"({"at": 1, "eq": 1})",
            "1:8",
            "`at` is a pointer, for example /name; it has the type number"
        },
        Faulty{R"({"at": "a", "eq": 1})", "1:8", "a pointer begins with `/`, for example /a"},
        Faulty{R"({"at": "/${/a}", "eq": 1})", "1:8", "`at` takes no ${}"},
        Faulty{R"({"at": "/${", "eq": 1})", "1:8", "`${` without `}`"},
        Faulty{
            R"({"at": "/a", "in": 1})",
            "1:20",
            "`in` takes a list, for example [1, 2]; it has the type number"
        },
        Faulty{
            R"({"at": "/a", "exists": 1})",
            "1:24",
            "`exists` takes true or false; it has the type number"
        },
        Faulty{
            R"({"at": "/a", "matches": 1})",
            "1:25",
            "`matches` takes a pattern, for example '^CVE-'; it has the type number"
        },
        Faulty{
            R"({"at": "/a", "matches": "(b"})",
            "1:25",
            "the pattern \"(b\" is refused by RE2: missing ): (b"
        },
        Faulty{
            R"({"at": "/a", "in": [1, {"b": "${c}"}]})",
            "1:30",
            "a pointer begins with `/`, for example /c"
        },
        Faulty{R"({"at": "/a", "eq": {"${/b}": 1}})", "1:21", "names take no ${}"},
        Faulty{R"({"all": []})", "1:9", "`all` takes a list of predicates, at least one"},
        Faulty{R"({"any": {"at": "", "eq": 1}})", "1:9", "`any` takes a list of predicates"},
        Faulty{R"({"not": [{"at": "", "eq": 1}]})", "1:9", "a predicate is an object"},
        Faulty{
            R"({"at": "", "not": {"at": "", "eq": 1}})",
            "1:12",
            "\"not\" stands alone in its predicate"
        },
        Faulty{
            R"({"any": [{"at": "", "eq": 1}, {"not": {"at": "", "eg": 1}}]})",
            "1:50",
            "unknown key \"eg\" in a predicate; did you mean `eq`?"
        }
    )
);

TEST(Predicate, EveryFaultIsReported) {
    detail::Faults faults;
    const TreeNode tree =
        tree_of(R"({"all": [{"at": "x", "matches": "("}, {"any": [{}, 3]}, {"at": "/x", "in": 1}]})"
        );
    detail::check_predicate(tree, "it", {}, faults);
    EXPECT_EQ(faults.size(), 5U);
}

Result<bool> when(
    std::string_view predicate,
    std::string_view tested,
    std::string_view payload,
    const json::value* root = nullptr
) {
    HAL9_TRY(const When compiled, When::compile(parse_json(predicate).value()));
    return compiled.holds(parse_json(tested).value(), parse_json(payload).value(), root);
}

TEST(When, ComparesWithValuesOfThePayload) {
    const std::string_view predicate =
        R"({"all": [{"at": "/a", "eq": "${/x}"}, {"at": "/b", "in": ["${/y}", "c${/x}"]}]})";
    const std::string_view payload = R"({"x": 1, "y": [true]})";
    EXPECT_TRUE(when(predicate, R"({"a": 1, "b": [true]})", payload).value());
    EXPECT_TRUE(when(predicate, R"({"a": 1, "b": "c1"})", payload).value());
    EXPECT_FALSE(when(predicate, R"({"a": 2, "b": "c1"})", payload).value());
    EXPECT_FALSE(when(predicate, R"({"a": 1, "b": true})", payload).value());
}

TEST(When, ComparesWithValuesOfTheRun) {
    const auto compiled =
        When::compile(parse_json(R"({"not": {"at": "", "matches": "${run:/pattern}"}})").value());
    EXPECT_TRUE(compiled->needs_root());
    const json::value root{{"pattern", "^a"}};
    EXPECT_FALSE(compiled->holds("ab", {}, &root).value());
    EXPECT_TRUE(compiled->holds("ba", {}, &root).value());
    EXPECT_FALSE(When::compile(parse_json(R"({"at": "", "eq": "${/a}"})").value())->needs_root());
}

TEST(When, AnEscapedPlaceIsPlainText) {
    EXPECT_TRUE(when(R"({"at": "/$${a}", "eq": "$${/b}"})", R"({"${a}": "${/b}"})", "0").value());
}

TEST(When, AMissingValueIsAnErrorWhetherOrNotItWouldDecide) {
    const std::string_view predicate =
        R"({"any": [{"at": "", "exists": true}, {"at": "/a", "eq": "${/x}"}]})";
    const auto outcome = when(predicate, "1", "{}");
    ASSERT_FALSE(outcome);
    EXPECT_EQ(
        outcome.error().message,
        R"("eq": the payload has no /x; give it one, or write ${/x?} for null)"
    );
    EXPECT_TRUE(when(R"({"at": "", "eq": "${/x?}"})", "null", "{}").value());
}

TEST(When, AValueThatItsOperatorDoesNotTakeIsAnError) {
    EXPECT_EQ(
        when(R"({"at": "", "in": "${/x}"})", "1", R"({"x": 1})").error().message,
        "`in` takes a list, for example [1, 2]; it has the type number"
    );
    EXPECT_THAT(
        when(R"({"at": "", "matches": "${/x}"})", "1", R"({"x": "["})").error().message,
        HasSubstr("the pattern \"[\" is refused by RE2")
    );
    EXPECT_FALSE(when(R"({"at": "", "exists": "${/x}"})", "1", R"({"x": null})"));
}

FaultCase filter(std::string_view when, std::string place, std::string message) {
    return below_head(
        str("  a:\n    layer: L1\n    kind: json.filter\n    settings: {value: 1, when: ",
            when,
            "}\n"),
        std::move(place),
        std::move(message)
    );
}

class PredicateSetting : public testing::TestWithParam<FaultCase> {};

TEST_P(PredicateSetting, IsCheckedOnceAtItsPlace) {
    EXPECT_EQ(differs_from(GetParam()), "");
}

INSTANTIATE_TEST_SUITE_P(
    Predicate,
    PredicateSetting,
    testing::Values(
        filter("7", "8:32", "setting \"when\" of neuron \"a\": a predicate is an object"),
        filter("'${/x}'", "8:32", "setting \"when\" of neuron \"a\": a predicate is an object"),
        filter("{at: /a, eg: 1}", "8:41", "did you mean `eq`?"),
        filter("{at: /a, matches: '('}", "8:50", "is refused by RE2"),
        filter("{at: '/${/a}', eq: 1}", "8:37", "`at` takes no ${}"),
        filter("{at: /a, eq: '${'}", "8:45", "`${` without `}`"),
        filter("{at: /a, eq: [{'${/x}': 1}]}", "8:47", "names take no ${}")
    )
);

TEST(Predicate, ASettingMayHoldPlacesInItsValues) {
    EXPECT_EQ(
        faults_of(filter("{any: [{at: /a, in: ['${/x}']}, {at: '', exists: '${/y}'}]}", "", "").text
        )
            .size(),
        0U
    );
}

}  // namespace
}  // namespace hal9::definition
