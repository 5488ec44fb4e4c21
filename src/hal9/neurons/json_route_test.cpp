#include "hal9/neurons/detail/kind_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hal9::neurons {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* sizes = R"({
    "routes": [
        {"when": {"at": "", "lt": 10}, "to": "small"},
        {"when": {"at": "", "lt": 100}, "to": "middle"}
    ]
})";

TEST(JsonRoute, AValueGoesToTheFirstRouteThatHolds) {
    Neuron neuron("json.route");
    ASSERT_TRUE(neuron.make(sizes));
    CollectingSink sink;
    ASSERT_TRUE(neuron.run(R"({"value": 5})", sink));
    ASSERT_TRUE(neuron.run(R"({"value": 50})", sink));
    EXPECT_THAT(sink.targets, ElementsAre("small", "middle"));
    EXPECT_THAT(sink.values, ElementsAre(json::value(5), json::value(50)));
}

TEST(JsonRoute, WithoutAValueItIsThePayload) {
    Neuron neuron("json.route");
    ASSERT_TRUE(neuron.make(sizes));
    neuron.call.payload = std::make_shared<const json::value>(7);
    CollectingSink sink;
    ASSERT_TRUE(neuron.run("{}", sink));
    EXPECT_THAT(sink.values, ElementsAre(json::value(7)));
}

TEST(JsonRoute, WhereNoRouteHoldsItGoesTheOtherWay) {
    Neuron neuron("json.route");
    ASSERT_TRUE(neuron.make(
        R"({"routes": [{"when": {"at": "/a", "exists": true}, "to": "x"}], "otherwise": "y"})"
    ));
    CollectingSink sink;
    ASSERT_TRUE(neuron.run(R"({"value": {}})", sink));
    EXPECT_THAT(sink.targets, ElementsAre("y"));
}

TEST(JsonRoute, WithoutAnotherWayThatIsAnErrorThatShowsTheValue) {
    Neuron neuron("json.route");
    ASSERT_TRUE(neuron.make(sizes));
    CollectingSink sink;
    const auto end = neuron.run(R"({"value": {"b": [1.5], "a": "x"}})", sink);
    ASSERT_FALSE(end);
    EXPECT_EQ(end.error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(
        end.error().message,
        R"(none of the 2 routes holds of {"a":"x","b":[1.5]}; add one that does, or `otherwise`)"
    );
    const auto large =
        neuron.run(json::serialize(json::object{{"value", std::string(1'000, 'x')}}), sink);
    ASSERT_FALSE(large);
    EXPECT_THAT(large.error().message, HasSubstr("xx…; add one"));
    EXPECT_LT(large.error().message.size(), 300U);
}

TEST(JsonRoute, RoutesMayComeWithTheCall) {
    Neuron neuron("json.route");
    ASSERT_TRUE(neuron.make(R"({"value": 3})"));
    CollectingSink sink;
    ASSERT_TRUE(neuron.run(R"({"routes": [{"when": {"at": "", "eq": 3}, "to": "three"}]})", sink));
    EXPECT_THAT(sink.targets, ElementsAre("three"));
    EXPECT_FALSE(neuron.run("{}", sink));
    EXPECT_FALSE(neuron.run(R"({"routes": 1})", sink));
    EXPECT_FALSE(neuron.run(R"({"routes": [1]})", sink));
}

TEST(JsonRoute, FaultyRoutesAreRefusedAtOnce) {
    Neuron neuron("json.route");
    const auto made = neuron.make(R"({"routes": [{"when": {"at": "", "lt": 1}, "to": "a"},
                                                 {"when": {"at": "a", "lt": 1}, "to": "b"}]})");
    ASSERT_FALSE(made);
    EXPECT_THAT(made.error().full_message(), HasSubstr("`routes/1/when` is no predicate: "));
    EXPECT_FALSE(neuron.make(R"({"routes": [{"when": {"at": "", "lt": 1}}]})"));
    EXPECT_FALSE(neuron.make(R"({"routes": [{"when": {"at": "", "lt": 1}, "to": 1}]})"));
    EXPECT_FALSE(neuron.make(R"({"otherwise": 1})"));
}

}  // namespace
}  // namespace hal9::neurons
