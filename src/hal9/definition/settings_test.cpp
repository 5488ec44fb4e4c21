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
            R"({"s": "a \"b\"", "n": 12, "o": {"k": ["v"]}})"
        ),
        R"({"a":"<a \"b\"> 12, {\"k\":[\"v\"]}, null."})"
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
        Faulty{R"({"a": "${run:/b}"})", "not in this version"},
        Faulty{R"({"a": "${/b | json}"})", "a filter (`|`) is not in this version"},
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
