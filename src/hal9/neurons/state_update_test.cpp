#include "hal9/base/text.hpp"
#include "hal9/neurons/detail/kind_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hal9::neurons {
namespace {

using testing::HasSubstr;

/// The state after the update, or what is wrong; checked to be what is emitted, too. `settings`
/// and `state` are JSON; "" is no state, before and after.
std::string updated(std::string_view op, std::string_view settings, std::string_view state) {
    Neuron neuron("state.update");
    EXPECT_TRUE(neuron.make(str(R"({"op": ")", op, R"("})")));
    if (!state.empty()) {
        neuron.call.state = std::make_shared<const json::value>(parse_json(state).value());
    }
    CollectingSink sink;
    const auto end = neuron.run(settings, sink);
    if (!end) {
        EXPECT_EQ(end.error().code, ErrorCode::invalid_argument);
        EXPECT_TRUE(sink.values.empty());
        return end.error().message;
    }
    const auto& change = std::get<StepDone>(*end).state;
    EXPECT_TRUE(change.has_value());
    EXPECT_EQ(sink.values.size(), 1U);
    EXPECT_EQ(sink.values.at(0), change->value.value_or(nullptr));
    return change->value ? json::serialize(*change->value) : "";
}

TEST(StateUpdate, IncrementAddsToNothingOrANumber) {
    EXPECT_EQ(updated("increment", "{}", ""), "1");
    EXPECT_EQ(updated("increment", "{}", "null"), "1");
    EXPECT_EQ(updated("increment", R"({"value": -3})", "41"), "38");
    EXPECT_EQ(updated("increment", R"({"value": 0.5})", "1"), "1.5E0");
    EXPECT_EQ(updated("increment", "{}", "9223372036854775807"), "9223372036854775808");
    EXPECT_EQ(
        updated("increment", R"({"value": -1})", "9223372036854775808"),
        "9223372036854775807"
    );
}

TEST(StateUpdate, IncrementOfAnythingElseIsAnError) {
    EXPECT_THAT(updated("increment", "{}", R"("7")"), HasSubstr("`the state` must be a number"));
    EXPECT_THAT(
        updated("increment", R"({"value": "7"})", "1"),
        HasSubstr("`value` must be a number")
    );
    EXPECT_THAT(
        updated("increment", "{}", "18446744073709551615"),
        HasSubstr("the state 18446744073709551615 and 1 add up to more")
    );
    EXPECT_THAT(
        updated("increment", R"({"value": -1})", "-9223372036854775808"),
        HasSubstr("add up to more")
    );
    EXPECT_THAT(updated("increment", R"({"value": 1e308})", "1e308"), HasSubstr("add up to more"));
}

TEST(StateUpdate, SetTakesThePlaceOfTheState) {
    EXPECT_EQ(updated("set", R"({"value": {"a": 1}})", ""), R"({"a":1})");
    EXPECT_EQ(updated("set", R"({"value": [1]})", R"({"a": 1})"), "[1]");
    EXPECT_EQ(updated("set", R"({"value": null})", "1"), "");
    EXPECT_THAT(updated("set", "{}", "1"), HasSubstr("`value` must be given"));
}

TEST(StateUpdate, DeleteLeavesNone) {
    EXPECT_EQ(updated("delete", "{}", R"({"a": 1})"), "");
    EXPECT_EQ(updated("delete", "{}", ""), "");
}

struct Merge {
    const char* state;
    const char* patch;
    const char* after;
};

class StateMerge : public testing::TestWithParam<Merge> {};

TEST_P(StateMerge, IsAMergePatch) {
    const auto settings = str(R"({"value": )", GetParam().patch, "}");
    const auto after = updated("merge", settings, GetParam().state);
    EXPECT_EQ(after, GetParam().after);
}

// RFC 7396 appendix A, and no state at all.
INSTANTIATE_TEST_SUITE_P(
    StateUpdate,
    StateMerge,
    testing::Values(
        Merge{R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
        Merge{R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
        Merge{R"({"a":"b"})", R"({"a":null})", "{}"},
        Merge{R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
        Merge{R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
        Merge{R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
        Merge{R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
        Merge{R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
        Merge{R"(["a","b"])", R"(["c","d"])", R"(["c","d"])"},
        Merge{R"({"a":"b"})", R"(["c"])", R"(["c"])"},
        Merge{R"({"a":"foo"})", "null", ""},
        Merge{R"({"a":"foo"})", R"("bar")", R"("bar")"},
        Merge{R"({"e":null})", R"({"a":1})", R"({"e":null,"a":1})"},
        Merge{R"([1,2])", R"({"a":"b","c":null})", R"({"a":"b"})"},
        Merge{"{}", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"},
        Merge{"", R"({"a":{"b":null,"c":1}})", R"({"a":{"c":1}})"}
    )
);

TEST(StateUpdate, IsKeyedAndNeedsAnOperation) {
    Neuron neuron("state.update");
    EXPECT_TRUE(neuron.description().keyed);
    const auto made = neuron.make("{}");
    ASSERT_FALSE(made);
    EXPECT_THAT(made.error().message, HasSubstr("increment, merge, set or delete"));
    EXPECT_FALSE(neuron.make(R"({"op": "add"})"));
}

}  // namespace
}  // namespace hal9::neurons
