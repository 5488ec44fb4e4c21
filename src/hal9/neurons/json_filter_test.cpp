#include "hal9/neurons/detail/kind_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hal9::neurons {
namespace {

using testing::HasSubstr;

TEST(JsonFilter, EmitsAValueOfWhichThePredicateHolds) {
    Neuron neuron("json.filter");
    ASSERT_TRUE(neuron.make(R"({"when": {"at": "/n", "gt": 1}})"));
    CollectingSink sink;
    ASSERT_TRUE(neuron.run(R"({"value": {"n": 2}})", sink));
    ASSERT_TRUE(neuron.run(R"({"value": {"n": 1}})", sink));
    ASSERT_TRUE(neuron.run(R"({"value": "n"})", sink));
    ASSERT_EQ(sink.values.size(), 1U);
    EXPECT_EQ(sink.values[0], parse_json(R"({"n": 2})").value());
}

TEST(JsonFilter, WithoutAValueItIsThePayload) {
    Neuron neuron("json.filter");
    ASSERT_TRUE(neuron.make(R"({"when": {"at": "", "eq": [1]}})"));
    neuron.call.payload = std::make_shared<const json::value>(json::array{1});
    CollectingSink sink;
    ASSERT_TRUE(neuron.run("{}", sink));
    ASSERT_EQ(sink.values.size(), 1U);
    EXPECT_EQ(sink.values[0], json::value(json::array{1}));
}

TEST(JsonFilter, ThePredicateMayComeWithTheCall) {
    Neuron neuron("json.filter");
    ASSERT_TRUE(neuron.make(R"({"value": 3})"));
    CollectingSink sink;
    ASSERT_TRUE(neuron.run(R"({"when": {"at": "", "in": [2, 3]}})", sink));
    ASSERT_TRUE(neuron.run(R"({"when": {"at": "", "in": [2]}})", sink));
    EXPECT_EQ(sink.values.size(), 1U);
    const auto faulty = neuron.run(R"({"when": {"at": "", "in": 2}})", sink);
    ASSERT_FALSE(faulty);
    EXPECT_THAT(faulty.error().full_message(), HasSubstr("`in` takes a list"));
    EXPECT_FALSE(neuron.run("{}", sink));
}

TEST(JsonFilter, AConstantPredicateThatIsNoneIsRefusedAtOnce) {
    Neuron neuron("json.filter");
    const auto made = neuron.make(R"({"when": {"at": "", "is": 1}})");
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, ErrorCode::invalid_argument);
    EXPECT_THAT(made.error().full_message(), HasSubstr("`when` is no predicate: unknown key"));
}

}  // namespace
}  // namespace hal9::neurons
