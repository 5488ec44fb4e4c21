#include "hal9/neurons/detail/kind_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace hal9::neurons {
namespace {

using testing::HasSubstr;

class DelayTest : public testing::Test {
protected:
    DelayTest() {
        neuron.call.now = {1'000'000};
        neuron.call.payload = std::make_shared<const json::value>(json::object{{"a", 1}});
    }

    std::optional<WallTime> waits_until(std::string_view settings) {
        const auto end = neuron.run(settings, sink);
        EXPECT_TRUE(end) << end.error().message;
        const auto* wait = std::get_if<StepWait>(&*end);
        EXPECT_EQ(wait == nullptr, !sink.values.empty());
        return wait != nullptr ? std::optional(wait->until) : std::nullopt;
    }

    Neuron neuron{"delay"};
    CollectingSink sink;
};

TEST_F(DelayTest, WaitsForAWhileAndEmitsItsPayloadInTheNextPhase) {
    ASSERT_TRUE(neuron.make(R"({"for": "30s"})"));
    EXPECT_EQ(waits_until("{}"), WallTime{31'000'000});
    neuron.call.phase = 1;
    EXPECT_EQ(waits_until("{}"), std::nullopt);
    EXPECT_EQ(sink.values.at(0), json::value({{"a", 1}}));
}

TEST_F(DelayTest, WaitsUntilATime) {
    ASSERT_TRUE(neuron.make(R"({"until": "1970-01-01T00:01:00Z"})"));
    EXPECT_EQ(waits_until("{}"), WallTime{60'000'000});
}

TEST_F(DelayTest, ATimeThatHasComeIsNoWait) {
    ASSERT_TRUE(neuron.make(R"({"until": "1970-01-01T00:00:01Z"})"));
    EXPECT_EQ(waits_until("{}"), std::nullopt);
    EXPECT_EQ(sink.values.size(), 1U);
}

TEST_F(DelayTest, TheWaitMayComeWithTheCall) {
    ASSERT_TRUE(neuron.make("{}"));
    EXPECT_EQ(waits_until(R"({"for": "1ms"})"), WallTime{1'001'000});
    EXPECT_FALSE(neuron.run(R"({"for": 5})", sink));
    EXPECT_FALSE(neuron.run(R"({"until": "tomorrow"})", sink));
    EXPECT_FALSE(neuron.run("{}", sink));
}

TEST_F(DelayTest, FaultyWaitsAreRefused) {
    for (const auto* constant :
         {R"({"for": "5"})", R"({"for": "100000d"})", R"({"until": "2026-11-24"})"}) {
        const auto made = neuron.make(constant);
        ASSERT_FALSE(made) << constant;
        EXPECT_EQ(made.error().code, ErrorCode::invalid_argument);
    }
    EXPECT_THAT(neuron.make(R"({"for": "5"})").error().full_message(), HasSubstr("`for`"));
}

}  // namespace
}  // namespace hal9::neurons
