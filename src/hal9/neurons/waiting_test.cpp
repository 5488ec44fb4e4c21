// The kinds that wait: human, receive and network.
#include "hal9/neurons/detail/kind_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hal9::neurons {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// What the step asks for; the sink must stay empty.
template <class Asked>
Asked ask(Neuron& neuron, std::string_view settings) {
    CollectingSink sink;
    const auto end = neuron.run(settings, sink);
    EXPECT_TRUE(end) << end.error().full_message();
    EXPECT_THAT(sink.values, IsEmpty());
    const auto* asked = end ? std::get_if<Asked>(&*end) : nullptr;
    EXPECT_NE(asked, nullptr);
    return asked == nullptr ? Asked{} : *asked;
}

/// What is emitted once there is an answer.
std::vector<json::value> after_answer(Neuron& neuron, json::value answer) {
    neuron.call.phase = 1;
    neuron.call.answer = std::make_shared<const json::value>(std::move(answer));
    CollectingSink sink;
    const auto end = neuron.run("{}", sink);
    EXPECT_TRUE(end && std::holds_alternative<StepDone>(*end));
    return sink.values;
}

std::string fault_of(std::string_view kind, std::string_view constant) {
    Neuron neuron(kind);
    const auto made = neuron.make(constant);
    return made ? "" : made.error().full_message();
}

TEST(Human, AsksAndThenEmitsTheAnswer) {
    Neuron neuron("human");
    ASSERT_TRUE(neuron.make(R"({"form": {"type": "boolean"}, "within": "2d"})"));
    neuron.call.now = {5'000'000};
    const auto asked = ask<StepAsk>(neuron, R"({"question": {"text": "Ship it?", "n": 3}})");
    EXPECT_EQ(asked.question, parse_json(R"({"text": "Ship it?", "n": 3})").value());
    EXPECT_EQ(asked.form, parse_json(R"({"type": "boolean"})").value());
    EXPECT_EQ(asked.until, WallTime{5'000'000} + std::chrono::days(2));
    const json::value answer{{"answer", false}, {"by", "ann"}, {"at", "2026-11-24T13:26:00Z"}};
    EXPECT_THAT(after_answer(neuron, answer), ElementsAre(answer));
}

TEST(Human, WithoutAFormAnyAnswerDoesAndWithoutALimitThereIsTime) {
    Neuron neuron("human");
    ASSERT_TRUE(neuron.make(R"({"question": "Well?"})"));
    const auto asked = ask<StepAsk>(neuron, "{}");
    EXPECT_EQ(asked.question, json::value("Well?"));
    EXPECT_TRUE(asked.form.is_null());
    EXPECT_EQ(asked.until, std::nullopt);
}

TEST(Human, WhatComesWithTheCallIsCheckedThere) {
    Neuron neuron("human");
    ASSERT_TRUE(neuron.make(R"({"question": "Which?"})"));
    const auto asked = ask<StepAsk>(neuron, R"({"form": {"enum": ["a", "b"]}, "within": "1ms"})");
    EXPECT_EQ(asked.form, parse_json(R"({"enum": ["a", "b"]})").value());
    EXPECT_EQ(asked.until, WallTime{1'000});
    CollectingSink sink;
    const auto form = neuron.run(R"({"form": {"type": "strin"}})", sink);
    ASSERT_FALSE(form);
    EXPECT_EQ(form.error().code, ErrorCode::invalid_argument);
    EXPECT_THAT(form.error().full_message(), HasSubstr("`form`"));
    EXPECT_FALSE(neuron.run(R"({"within": 5})", sink));
    ASSERT_TRUE(neuron.make("{}"));
    EXPECT_FALSE(neuron.run("{}", sink));
}

TEST(Human, FaultyConstantsAreRefusedAtOnce) {
    EXPECT_THAT(fault_of("human", R"({"form": {"type": "strin"}})"), HasSubstr("`form`"));
    EXPECT_THAT(fault_of("human", R"({"form": 1})"), HasSubstr("`form` is a number"));
    EXPECT_THAT(fault_of("human", R"({"within": "soon"})"), HasSubstr("`within` is no duration"));
    EXPECT_THAT(fault_of("human", R"({"within": "0"})"), HasSubstr("at least 1ms"));
    EXPECT_THAT(fault_of("human", R"({"within": "40000d"})"), HasSubstr("at most 36500d"));
}

TEST(Receive, WaitsForAMessageAndThenEmitsIt) {
    Neuron neuron("receive");
    ASSERT_TRUE(neuron.make(R"({"within": "1s"})"));
    const auto asked = ask<StepReceive>(neuron, R"({"name": "paid"})");
    EXPECT_EQ(asked.name, "paid");
    EXPECT_EQ(asked.until, WallTime{1'000'000});
    const json::value answer{{"message", 3}, {"by", "shop"}, {"at", "2026-11-24T13:26:00Z"}};
    EXPECT_THAT(after_answer(neuron, answer), ElementsAre(answer));
}

TEST(Receive, NeedsAName) {
    Neuron neuron("receive");
    ASSERT_TRUE(neuron.make("{}"));
    CollectingSink sink;
    for (const char* settings : {"{}", R"({"name": ""})", R"({"name": 1})"}) {
        const auto end = neuron.run(settings, sink);
        ASSERT_FALSE(end) << settings;
        EXPECT_EQ(end.error().code, ErrorCode::invalid_argument);
    }
    EXPECT_THAT(fault_of("receive", R"({"within": "0"})"), HasSubstr("at least 1ms"));
}

TEST(NetworkKind, RunsANetworkAndThenEmitsItsResult) {
    Neuron neuron("network");
    ASSERT_TRUE(neuron.make(R"({"network": "act"})"));
    const auto asked = ask<StepRunNetwork>(neuron, R"({"input": {"a": 1}})");
    EXPECT_EQ(asked.network, "act");
    EXPECT_EQ(asked.input, parse_json(R"({"a": 1})").value());
    EXPECT_THAT(after_answer(neuron, json::value(7)), ElementsAre(json::value(7)));
}

TEST(NetworkKind, WithoutAnInputItIsThePayload) {
    Neuron neuron("network");
    ASSERT_TRUE(neuron.make("{}"));
    neuron.call.payload = std::make_shared<const json::value>("all of it");
    EXPECT_EQ(ask<StepRunNetwork>(neuron, R"({"network": "n"})").input, json::value("all of it"));
    CollectingSink sink;
    EXPECT_FALSE(neuron.run("{}", sink));
}

}  // namespace
}  // namespace hal9::neurons
