#include "hal9/base/text.hpp"
#include "hal9/neurons/detail/kind_fixture.hpp"

#include <gtest/gtest.h>

namespace hal9::neurons {
namespace {

TEST(JsonMap, EmitsTheValueThatCameWithTheCall) {
    Neuron neuron("json.map");
    ASSERT_TRUE(neuron.make("{}"));
    CollectingSink sink;
    ASSERT_TRUE(neuron.run(R"({"value": {"a": [1, null]}})", sink));
    ASSERT_EQ(sink.values.size(), 1U);
    EXPECT_EQ(sink.values[0], parse_json(R"({"a": [1, null]})").value());
}

TEST(JsonMap, EmitsAConstantAsItIs) {
    for (const char* value : {"null", "7", R"("text")", "[]", R"({"a": "${"})"}) {
        Neuron neuron("json.map");
        ASSERT_TRUE(neuron.make(str(R"({"value": )", value, "}")));
        CollectingSink sink;
        ASSERT_TRUE(neuron.run("{}", sink));
        ASSERT_EQ(sink.values.size(), 1U);
        EXPECT_EQ(sink.values[0], parse_json(value).value());
    }
}

TEST(JsonMap, WithoutAValueItFails) {
    Neuron neuron("json.map");
    ASSERT_TRUE(neuron.make("{}"));
    CollectingSink sink;
    const auto end = neuron.run("{}", sink);
    ASSERT_FALSE(end);
    EXPECT_EQ(end.error().code, ErrorCode::invalid_argument);
    EXPECT_TRUE(sink.values.empty());
}

}  // namespace
}  // namespace hal9::neurons
