#include "hal9/runtime/fork_plan.hpp"

#include "hal9/base/text.hpp"
#include "hal9/definition/parse.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hal9::runtime {
namespace {

constexpr RunId source_run{1};

definition::Network parse(std::string_view on_child_error, std::string_view attempts = "4") {
    std::vector<KindDescription> kinds;
    for (const auto& [name, emits] :
         {std::pair("many", Emits::many), std::pair("one", Emits::one)}) {
        KindDescription kind;
        kind.name = name;
        kind.summary = "for tests";
        kind.settings_schema = R"({"type": "object"})";
        kind.output_schema = "{}";
        kind.emits = emits;
        kinds.push_back(std::move(kind));
    }
    auto network = definition::parse_network(
        str("hal9: 1\nname: n\nstart: a\nneurons:\n"
            "  a: {layer: L3, kind: many, forward: [b], combine: {n: {count: children}}, "
            "on_child_error: ",
            on_child_error,
            "}\n  b: {layer: L2, kind: one, forward: [c]}\n  c: {layer: L1, kind: one, retry: "
            "{attempts: ",
            attempts,
            "}}\n"),
        kinds
    );
    EXPECT_TRUE(network.has_value()) << definition::to_string(network.error().front(), "");
    return *std::move(network);
}

/// Signals of `a` (number 0), of `b` below it (1 to 3), and of `c` below the first and third of
/// these (4 and 5).
std::vector<SignalRecord> signals(SignalStatus second) {
    struct Row {
        std::uint16_t neuron;
        std::uint32_t parent;
        std::uint32_t ordinal;
        SignalStatus status;
    };

    const Row rows[] = {
        {0, 0, 0, SignalStatus::failed},
        {1, 0, 0, SignalStatus::completed},
        {1, 0, 1, second},
        {1, 0, 2, SignalStatus::failed},
        {2, 1, 0, SignalStatus::completed},
        {2, 3, 0, SignalStatus::failed},
    };
    std::vector<SignalRecord> found;
    for (const Row& row : rows) {
        SignalRecord signal;
        signal.id = make_signal_id(source_run, static_cast<std::uint32_t>(found.size()));
        signal.neuron = {row.neuron};
        signal.parent = found.empty() ? SignalId{} : make_signal_id(source_run, row.parent);
        signal.ordinal = row.ordinal;
        signal.status = row.status;
        found.push_back(signal);
    }
    return found;
}

/// As `1 ended`, in the order of the numbers, waiting ones last.
std::string plan(
    const definition::Network& source,
    const definition::Network& target,
    const std::vector<SignalRecord>& of,
    std::vector<std::size_t> path
) {
    std::vector<SignalRecord> way;
    for (const std::size_t number : path) {
        way.push_back(of[number]);
    }
    auto made = ForkPlan::make(
        {.from = source_run, .to = {2}, .last_number = 5, .chunk_signals_max = 10},
        std::move(way),
        source,
        target
    );
    if (!made) {
        return made.error().message;
    }
    CopySignals copy;
    for (const SignalRecord& signal : of) {
        made->add(signal, copy);
    }
    made->finish(copy);
    std::string text;
    for (const CopiedSignal& signal : copy.signals) {
        constexpr std::string_view words[] = {"ended", "ready", "waiting"};
        text +=
            str(text.empty() ? "" : ", ",
                signal.number,
                " ",
                words[static_cast<std::size_t>(signal.as)]);
        text += signal.as == CopiedSignal::As::waiting ? str(" for ", signal.pending) : "";
    }
    for (const CopiedChunk& chunk : copy.chunks) {
        text += str("; ", chunk.count, " children from ", chunk.first_number);
    }
    return text;
}

TEST(ForkPlan, WhatEndedStaysAndWhatIsBelowTheChosenSignalGoes) {
    const definition::Network network = parse("skip");
    EXPECT_EQ(
        plan(network, network, signals(SignalStatus::completed), {0, 3}),
        "1 ended, 2 ended, 3 ready, 4 ended, 0 waiting for 1; 3 children from 1"
    );
    EXPECT_EQ(plan(network, network, signals(SignalStatus::completed), {0}), "0 ready");
}

TEST(ForkPlan, WhatHadNotEndedRunsAnew) {
    const definition::Network network = parse("skip");
    EXPECT_EQ(
        plan(network, network, signals(SignalStatus::cancelled), {0, 3}),
        "1 ended, 2 ready, 3 ready, 4 ended, 0 waiting for 2; 3 children from 1"
    );
}

TEST(ForkPlan, AFailureStaysOnlyWhereItIsForgiven) {
    const std::string forgiven =
        "1 ended, 2 ended, 3 ready, 4 ended, 0 waiting for 1; 3 children from 1";
    const std::string not_forgiven =
        "1 ended, 2 ready, 3 ready, 4 ended, 0 waiting for 2; 3 children from 1";
    const auto of = signals(SignalStatus::failed);
    const definition::Network skips = parse("skip");
    const definition::Network fails = parse("fail");
    EXPECT_EQ(plan(skips, skips, of, {0, 3}), forgiven);
    EXPECT_EQ(plan(fails, fails, of, {0, 3}), not_forgiven);
}

TEST(ForkPlan, WhatAnotherVersionChangedRunsAnewWithAllAboveIt) {
    EXPECT_EQ(
        plan(parse("skip"), parse("skip", "9"), signals(SignalStatus::completed), {0, 3}),
        "1 ready, 2 ready, 3 ready, 0 waiting for 3; 3 children from 1"
    );
}

TEST(ForkPlan, OfAPathEverySignalButTheChosenOneWaits) {
    const definition::Network network = parse("skip");
    EXPECT_EQ(
        plan(network, network, signals(SignalStatus::completed), {0, 3, 5}),
        "1 ended, 2 ended, 4 ended, 5 ready, 0 waiting for 1, 3 waiting for 1; 3 children from 1; "
        "1 children from 5"
    );
}

}  // namespace
}  // namespace hal9::runtime
