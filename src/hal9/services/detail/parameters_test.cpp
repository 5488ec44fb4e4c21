#include "hal9/services/detail/parameters.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hal9::services {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

template <class T>
void expect_wrong(const Result<T>& read, const std::string& words) {
    ASSERT_FALSE(read.has_value());
    EXPECT_EQ(read.error().code, ErrorCode::invalid_argument);
    EXPECT_THAT(read.error().message, HasSubstr(words));
}

TEST(ParametersTest, AStringIsNothingElse) {
    const json::object params{{"text", "x"}, {"number", 1}, {"none", nullptr}};
    EXPECT_EQ(string_parameter(params, "text").value(), "x");
    EXPECT_EQ(string_parameter_or(params, "text", "y").value(), "x");
    EXPECT_EQ(string_parameter_or(params, "left out", "y").value(), "y");
    expect_wrong(
        string_parameter(params, "left out"),
        "the parameter \"left out\" must be a string; it is missing"
    );
    expect_wrong(
        string_parameter_or(params, "number", "y"),
        "the parameter \"number\" must be a string, not a number"
    );
    expect_wrong(string_parameter_or(params, "none", "y"), "must be a string, not null");
}

TEST(ParametersTest, ANumberIsWholeAndInItsRange) {
    const json::object params{{"text", "x"}, {"low", 0}, {"high", 11}, {"good", 10}, {"half", 1.5}};
    EXPECT_EQ(number_parameter(params, "good", 5, 10).value(), 10U);
    EXPECT_EQ(number_parameter(params, "none", 5, 10).value(), 5U);
    for (const char* const name : {"low", "high", "half", "text"}) {
        expect_wrong(number_parameter(params, name, 5, 10), "must be a whole number from 1 to 10");
    }
}

TEST(ParametersTest, AFlagIsTrueOrFalse) {
    const json::object params{{"yes", true}, {"no", false}, {"word", "true"}};
    EXPECT_TRUE(flag_parameter(params, "yes").value());
    EXPECT_FALSE(flag_parameter(params, "no").value());
    EXPECT_FALSE(flag_parameter(params, "left out").value());
    expect_wrong(flag_parameter(params, "word"), "\"word\" must be true or false, not a string");
}

TEST(ParametersTest, ListsHoldStringsOnly) {
    const json::object params{{"good", {"a", "b"}}, {"mixed", {"a", true}}, {"text", "a"}};
    EXPECT_THAT(strings_parameter(params, "good").value(), ElementsAre("a", "b"));
    EXPECT_THAT(strings_parameter(params, "left out").value(), ElementsAre());
    expect_wrong(
        strings_parameter(params, "mixed"),
        "\"mixed\" must be a list of strings; one of its elements is a boolean"
    );
    expect_wrong(strings_parameter(params, "text"), "must be a list of strings, not a string");
}

TEST(ParametersTest, GrantsAreListsOfStringsByClass) {
    const json::object good{{"grants", {{"files.read", {"/a"}}}}};
    EXPECT_EQ(grants_parameter(good).value(), (Grants{{"files.read", {"/a"}}}));
    EXPECT_EQ(grants_parameter({}).value(), Grants{});
    expect_wrong(grants_parameter({{"grants", 1}}), "\"grants\" must be an object of lists");
    const json::object of_text{{"grants", {{"files.read", "/a"}}}};
    expect_wrong(grants_parameter(of_text), "such as {\"files.read\": [\"/usr/share/doc\"]}");
}

TEST(ParametersTest, PrioritiesAndTimesAreToldByName) {
    EXPECT_EQ(priority_parameter({{"priority", 9}}).value(), 9U);
    EXPECT_EQ(priority_parameter({}).value(), std::nullopt);
    for (const json::value& wrong : {json::value(10), json::value("9"), json::value(nullptr)}) {
        expect_wrong(priority_parameter({{"priority", wrong}}), "\"priority\" must be a whole");
    }
    EXPECT_EQ(time_parameter({{"from", "1970-01-01T00:00:01Z"}}, "from")->us, 1'000'000);
    expect_wrong(time_parameter({{"from", "noon"}}, "from"), "\"from\" is \"noon\"");
    expect_wrong(time_parameter({{"from", 3}}, "from"), "\"from\" must be a string");
}

}  // namespace
}  // namespace hal9::services
