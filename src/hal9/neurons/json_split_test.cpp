#include "hal9/base/text.hpp"
#include "hal9/neurons/detail/kind_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hal9::neurons {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> split(std::string_view list, std::size_t chunk) {
    Neuron neuron("json.split");
    EXPECT_TRUE(neuron.make("{}"));
    CollectingSink sink(chunk);
    const auto end = neuron.run(str(R"({"list": )", list, "}"), sink);
    EXPECT_TRUE(end) << end.error().message;
    std::vector<std::string> out;
    out.reserve(sink.values.size());
    for (const json::value& value : sink.values) {
        out.push_back(json::serialize(value));
    }
    return out;
}

TEST(JsonSplit, EmitsElementsInOrderHoweverOftenTheSinkIsFull) {
    for (const std::size_t chunk : {1U, 2U, 3U, 4U, 5U}) {
        EXPECT_THAT(
            split(R"([{"a": 1}, 2, null, [3, {}]])", chunk),
            ElementsAre(R"({"a":1})", R"({"value":2})", R"({"value":null})", R"({"value":[3,{}]})")
        );
    }
}

TEST(JsonSplit, AnEmptyListHasNoElements) {
    EXPECT_THAT(split("[]", 1), IsEmpty());
}

TEST(JsonSplit, AsksForMoreWheneverTheSinkIsFull) {
    Neuron neuron("json.split");
    ASSERT_TRUE(neuron.make(R"({"list": [1, 2, 3, 4, 5]})"));
    CollectingSink sink(2);
    ASSERT_TRUE(neuron.run("{}", sink));
    EXPECT_EQ(neuron.calls, 3U);
    EXPECT_EQ(sink.values.size(), 5U);
}

TEST(JsonSplit, WhatIsNoListIsAnError) {
    Neuron neuron("json.split");
    ASSERT_TRUE(neuron.make("{}"));
    CollectingSink sink;
    for (const char* settings : {"{}", R"({"list": {"a": 1}})", R"({"list": null})"}) {
        const auto end = neuron.run(settings, sink);
        ASSERT_FALSE(end);
        EXPECT_EQ(end.error().code, ErrorCode::invalid_argument);
        EXPECT_THAT(end.error().message, testing::HasSubstr("`list` must be a list"));
    }
}

}  // namespace
}  // namespace hal9::neurons
