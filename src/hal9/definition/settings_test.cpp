#include "hal9/definition/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace hal9::definition {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

json::object object_of(std::string_view text) {
    return parse_json(text).value().as_object();
}

Settings compile(std::string_view text) {
    auto compiled = Settings::compile(object_of(text));
    EXPECT_TRUE(compiled) << compiled.error().message;
    return compiled.value_or(Settings());
}

std::string resolved(std::string_view settings, std::string_view payload) {
    auto out = compile(settings).resolve(parse_json(payload).value());
    return out ? canonical_json(*out) : out.error().message;
}

TEST(Settings, MembersWithoutPlacesAreConstant) {
    const Settings settings = compile(R"({"a": 1, "b": "${/x}", "c": ["$${", {"d": null}]})");
    EXPECT_EQ(canonical_json(settings.constant()), R"({"a":1,"c":["${",{"d":null}]})");
}

TEST(Settings, AloneInAStringAValueKeepsItsType) {
    EXPECT_EQ(
        resolved(R"({"a": "${/x}", "b": "${/y/1}"})", R"({"x": {"z": 1.5}, "y": [true, null]})"),
        R"({"a":{"z":1.5},"b":null})"
    );
}

TEST(Settings, InsideALongerStringAValueIsRenderedAsText) {
    EXPECT_EQ(
        resolved(
            R"({"a": "<${/s}> ${/n}, ${/o}, ${/gone?}."})",
            R"({"s": "a \"b\"", "n": 12.5, "o": {"m": 1, "k": ["v"]}})"
        ),
        R"({"a":"<a \"b\"> 12.5, {\"k\":[\"v\"],\"m\":1}, null."})"
    );
}

TEST(Settings, PlacesAreFoundAtAnyDepth) {
    EXPECT_EQ(
        resolved(R"({"a": [1, {"b": "${/x}", "c": "keep"}], "d": 4})", R"({"x": "here"})"),
        R"({"a":[1,{"b":"here","c":"keep"}]})"
    );
}

TEST(Settings, AnEscapedPlaceIsPlainText) {
    EXPECT_EQ(resolved(R"({"a": "$${/x} ${/x}"})", R"({"x": 1})"), R"({"a":"${/x} 1"})");
    EXPECT_EQ(
        canonical_json(compile(R"({"a": "$$${/x} costs 5$"})").constant()),
        R"({"a":"$${/x} costs 5$"})"
    );
}

TEST(Settings, AMissingValueIsAnErrorThatNamesIt) {
    EXPECT_EQ(
        resolved(R"({"o": {"path": "${/dir/0}"}})", R"({"dir": []})"),
        R"("o": "path": the payload has no /dir/0; give it one, or write ${/dir/0?} for null)"
    );
    EXPECT_EQ(
        compile(R"({"a": "x${/b}"})").resolve(json::value(7)).error().code,
        ErrorCode::invalid_argument
    );
}

TEST(Settings, AMissingOptionalValueIsNull) {
    EXPECT_EQ(resolved(R"({"a": "${/x?}"})", "[]"), R"({"a":null})");
}

TEST(Settings, PointersFollowRfc6901) {
    EXPECT_EQ(
        resolved(
            R"({"a": "${/m~1n/~0t}", "b": "${/list/01?}", "c": "${/list/-?}", "d": "${/}"})",
            R"({"m/n": {"~t": 1}, "list": [1, 2], "": "empty name"})"
        ),
        R"({"a":1,"b":null,"c":null,"d":"empty name"})"
    );
}

TEST(Settings, PointersLists) {
    EXPECT_THAT(
        compile(R"({"a": "${/x} ${/y?}", "b": {"c": ["${/z}"]}, "d": "none"})").pointers(),
        ElementsAre("/x", "/y", "/z")
    );
}

TEST(Settings, ValuesOfTheRunComeFromItsRoot) {
    const Settings settings =
        compile(R"({"a": "${run:/x}", "b": "${/x} of ${run:/x | json}", "c": "${run:/y?}"})");
    EXPECT_TRUE(settings.needs_root());
    EXPECT_THAT(settings.pointers(), ElementsAre("/x"));
    EXPECT_THAT(settings.run_pointers(), ElementsAre("/x", "/x", "/y"));
    const json::value root{{"x", "root"}};
    EXPECT_EQ(
        canonical_json(settings.resolve(json::value{{"x", 1}}, &root).value()),
        R"({"a":"root","b":"1 of \"root\"","c":null})"
    );
}

TEST(Settings, WithoutAValueOfTheRunNoRootIsNeeded) {
    EXPECT_FALSE(compile(R"({"a": "${/run}", "b": "$${run:/x}"})").needs_root());
    EXPECT_TRUE(compile(R"({"a": [{"b": "x ${run:/x}"}]})").needs_root());
}

TEST(Settings, AMissingValueOfTheRunIsAnErrorThatNamesIt) {
    const json::value root{{"x", 1}};
    EXPECT_EQ(
        compile(R"({"a": "${run:/y}"})").resolve(json::value(), &root).error().message,
        R"("a": the run's payload has no /y; give it one, or write ${run:/y?} for null)"
    );
}

TEST(SettingsDeathTest, AValueOfTheRunWithoutARootIsABug) {
    const Settings settings = compile(R"({"a": "${run:/x?}"})");
    EXPECT_DEATH(static_cast<void>(settings.resolve(json::value())), "assertion failed");
}

TEST(Settings, JsonIsTheTextOfAValue) {
    EXPECT_EQ(
        resolved(
            R"({"a": "${/s | json}", "b": "${/o|json}", "c": "is ${/s | json}", "d": "${/gone? | json}"})",
            R"({"s": "a\nb", "o": {"k": [1.5, null]}})"
        ),
        R"({"a":"\"a\\nb\"","b":"{\"k\":[1.5,null]}","c":"is \"a\\nb\"","d":"null"})"
    );
}

TEST(Settings, LinesAreTheElementsOfAList) {
    EXPECT_EQ(
        resolved(
            R"({"a": "${/l | lines}", "b": "<${/none | lines}>", "c": "${/gone? | lines}", "d": "${/null | lines}"})",
            R"({"l": ["x y", 2, {"k": "v"}, null, "", ["z"]], "none": [], "null": null})"
        ),
        R"({"a":"x y\n2\n{\"k\":\"v\"}\nnull\n\n[\"z\"]","b":"<>","c":"","d":""})"
    );
}

TEST(Settings, CountIsHowManyElementsMembersOrCharacters) {
    EXPECT_EQ(
        resolved(
            R"({"a": ["${/l | count}", "${/o | count}", "${/s | count}", "${/e | count}", "${/null | count}", "${/gone? | count}"], "b": "${/l | count} things"})",
            R"({"l": [1, [2, 3]], "o": {"k": 1}, "s": "aä€😀", "e": "", "null": null})"
        ),
        R"({"a":[2,1,4,0,0,0],"b":"2 things"})"
    );
}

TEST(Settings, AFilterSaysWhichTypesItTakes) {
    EXPECT_EQ(
        resolved(R"({"a": "${/s | lines}"})", R"({"s": "text"})"),
        R"("a": ${/s}: the filter `lines` takes a list, not a string)"
    );
    EXPECT_EQ(
        resolved(R"({"a": "x ${/n | count}"})", R"({"n": 12})"),
        R"("a": ${/n}: the filter `count` takes a list, an object or a string, not a number)"
    );
    EXPECT_EQ(
        resolved(R"({"a": "${/gone | count}"})", "{}"),
        R"("a": the payload has no /gone; give it one, or write ${/gone?} for null)"
    );
}

struct Faulty {
    const char* settings;
    const char* message;
};

class FaultySettings : public testing::TestWithParam<Faulty> {};

TEST_P(FaultySettings, AreRefusedWithWhatWouldBeRight) {
    const auto compiled = Settings::compile(object_of(GetParam().settings));
    ASSERT_FALSE(compiled);
    EXPECT_EQ(compiled.error().code, ErrorCode::invalid_argument);
    EXPECT_THAT(compiled.error().message, HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Settings,
    FaultySettings,
    testing::Values(
        Faulty{R"({"a": "x ${/b"})", "\"a\": `${` without `}` in `${/b`"},
        Faulty{R"({"a": {"b": "${}"}})", "\"a\": \"b\": no pointer in `${}`"},
        Faulty{R"({"a": "${?}"})", "no pointer in `${?}`"},
        Faulty{R"({"a": "${b}"})", "a pointer begins with `/`, for example /b"},
        Faulty{R"({"a": "${ /b }"})", "a blank beside the pointer"},
        Faulty{R"({"a": "${/b~2}"})", "write ~0 for `~`"},
        Faulty{R"({"a": "${run:}"})", "no pointer in `${run:}`"},
        Faulty{R"({"a": "${run:b}"})", "a pointer begins with `/`, for example /b"},
        Faulty{R"({"a": "${run: /b}"})", "a blank beside the pointer"},
        Faulty{
            R"({"a": "${/b | jsno}"})",
            "unknown filter \"jsno\" in `${/b | jsno}`; did you mean `json`?"
        },
        Faulty{
            R"({"a": "${/b |}"})",
            "unknown filter \"\" in `${/b |}`; allowed: json, lines, count"
        },
        Faulty{R"({"a": "${/b | json | count}"})", "unknown filter \"json | count\""},
        Faulty{R"({"a": "${/b | json?}"})", "did you mean `json`?"},
        Faulty{R"({"a": "${| json}"})", "no pointer in `${| json}`"},
        Faulty{R"({"${/a}": 1})", "names take no ${}"},
        Faulty{R"({"a": {"${/a}": 1}})", "names take no ${}"}
    )
);

TEST(Settings, HasTemplateTellsPlacesFromEscapes) {
    EXPECT_TRUE(Settings::has_template("a ${/b}"));
    EXPECT_TRUE(Settings::has_template("a ${"));
    EXPECT_FALSE(Settings::has_template("a $${/b} $"));
}

}  // namespace
}  // namespace hal9::definition
