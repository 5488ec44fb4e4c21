#include "hal9/definition/language_schema.hpp"
#include "hal9/definition/parse.hpp"
#include "sim/language/features.hpp"
#include "sim/language/kind_catalog.hpp"
#include "sim/language/runner.hpp"

#include <gtest/gtest.h>

#include <string>

namespace hal9::sim::language {
namespace {

std::string first_violation(const LanguageReport& report) {
    return report.violations.empty() ? std::string()
                                     : report.violations.front() + "\n" + to_text(report.generated);
}

/// The neuron in quotes behind `words`; "" where they do not occur.
std::string neuron_behind(std::string_view message, std::string_view words) {
    const std::size_t at = message.find(words);
    if (at == std::string_view::npos) {
        return {};
    }
    const std::string_view rest = message.substr(at + words.size());
    return std::string(rest.substr(0, rest.find('"')));
}

/// Whether a signal came through in spite of what a fault of the checks of connections says.
bool is_refuted(const std::string& network, const std::string& fault, const Allowed& allowed) {
    const std::string to = neuron_behind(fault, " of neuron \"");
    const std::string of_then = neuron_behind(fault, "the result that neuron \"");
    const std::string from = of_then.empty() ? neuron_behind(fault, "what neuron \"") : of_then;
    EXPECT_NE(to, "") << fault;
    const std::string place = fault.substr(fault.find("${"), fault.find('}') - fault.find("${"));
    const bool in_condition = fault.starts_with("\"when\"");
    return std::ranges::any_of(allowed.filled, [&](const Filled& filled) {
        const bool same_way =
            (filled.from == from && filled.then != of_then.empty()) || fault.contains("${run:");
        const bool same_part =
            in_condition ? filled.condition.contains(place) : filled.condition.empty();
        return filled.network == network && filled.to == to && same_way && same_part;
    });
}

TEST(LanguageTest, WhatTheChecksOfConnectionsRefuseCanNeverBeFilled) {
    std::uint64_t refused = 0;
    constexpr std::uint64_t seeds = 600;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        const Generated generated = generate_unchecked(seed);
        for (const json::object& network : generated.story.networks) {
            const auto parsed = definition::parse_network(canonical_json(network), kind_catalog());
            if (parsed) {
                continue;
            }
            ++refused;
            for (const definition::Fault& fault : parsed.error()) {
                // A text of the sample that looks like a ${} may have become one.
                const bool of_connections =
                    fault.message.contains("${/") || fault.message.contains("${run:");
                const std::string name(network.at("name").as_string());
                EXPECT_FALSE(of_connections && is_refuted(name, fault.message, generated.allowed))
                    << "seed " << seed << ": " << fault.message << "\n"
                    << to_text(generated);
            }
        }
    }
    EXPECT_GT(refused, seeds / 20);
    EXPECT_LT(refused, seeds / 2);
}

TEST(LanguageTest, EveryPartOfTheLanguageIsInOneOfTwentyNetworks) {
    Shares shares;
    for (std::uint64_t seed = 1; seed <= 800; ++seed) {
        shares.add(features_of(generate(seed).story));
    }
    for (const std::string_view feature : wanted_features()) {
        EXPECT_GE(shares.of(feature), 0.05) << feature;
    }
}

TEST(LanguageTest, TheSameSeedGivesTheSameNetwork) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        EXPECT_EQ(to_text(generate(seed)), to_text(generate(seed))) << "seed " << seed;
    }
}

TEST(LanguageTest, EveryNetworkFitsTheSchemaThatEditorsGet) {
    const json::value schema = definition::language_schema(kind_catalog());
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        for (const json::object& network : generate(seed).story.networks) {
            const auto checked = definition::check_value(schema, network, "the network");
            EXPECT_TRUE(checked) << "seed " << seed << ": " << checked.error().message;
        }
    }
}

/// What goes wrong with a case under any of so many histories.
std::string
first_violation(std::initializer_list<std::string_view> networks, std::uint64_t histories) {
    Generated generated;
    for (const std::string_view network : networks) {
        generated.story.networks.push_back(parse_json(network)->as_object());
    }
    generated.story.input = json::object();
    generated.allowed = *interpret(generated.story);
    for (std::uint64_t chaos = 1; chaos <= histories; ++chaos) {
        if (const auto violations = check_case(generated, chaos); !violations.empty()) {
            return violations.front();
        }
    }
    return {};
}

TEST(LanguageTest, ATimerOfAWaitThatIsOverKeepsNoOperatorFromTheSignal) {
    const auto violation = first_violation(
        {R"({"hal9": 1, "name": "generated", "start": "a", "neurons": {"a": {
            "layer": "L1", "kind": "receive", "settings": {"name": "never", "within": "20s"},
            "forward": ["b"], "on_exhausted": "park"},
            "b": {"layer": "L1", "kind": "json.map", "settings": {"value": 1}}}})"},
        100
    );
    EXPECT_EQ(violation, "");
}

TEST(LanguageTest, WhoWaitsToCallANetworkLeavesRoomForThoseThatAreCalled) {
    const auto violation = first_violation(
        {R"({"hal9": 1, "name": "generated", "start": "a", "neurons": {
            "a": {"layer": "L1", "kind": "json.split",
                "settings": {"list": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]},
                "forward": ["b"], "combine": {"n": {"count": "children"}}},
            "b": {"layer": "L1", "kind": "network", "settings": {"network": "helper"}}}})",
         R"({"hal9": 1, "name": "helper", "start": "a", "neurons": {
            "a": {"layer": "L1", "kind": "json.map", "settings": {"value": 1}, "forward": ["b"]},
            "b": {"layer": "L1", "kind": "delay", "settings": {"for": "1m"}}}})"},
        40
    );
    EXPECT_EQ(violation, "");
}

TEST(LanguageTest, SiblingsWithOneKeyCountInTheOrderOfTheirOrdinals) {
    constexpr std::string_view network = R"({"hal9": 1, "name": "generated", "start": "a",
        "neurons": {
            "a": {"layer": "L1", "kind": "json.split", "settings": {"list": [1, 2, 4]},
                "forward": ["b"], "combine": {"sums": {"collect": ""}}},
            "b": {"layer": "L1", "kind": "state.update", "key": "${run:/k?}",
                "settings": {"op": "increment", "value": "${/value}"}}}})";
    Case story;
    story.networks.push_back(parse_json(network)->as_object());
    story.input = json::object();
    const auto allowed = interpret(story);
    ASSERT_TRUE(allowed);
    ASSERT_EQ(allowed->ends.size(), 1);
    EXPECT_EQ(to_string(allowed->ends.front()), R"(completed with {"sums":[1,3,7]})");
    EXPECT_EQ(first_violation({network}, 20), "");
}

TEST(LanguageTest, TheRuntimeEndsAsTheInterpreterAllows) {
    std::uint64_t completed = 0;
    std::uint64_t several = 0;
    std::uint64_t crashes = 0;
    std::uint64_t decisions = 0;
    constexpr std::uint64_t seeds = 300;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        const LanguageReport report = run_language(seed);
        ASSERT_EQ(first_violation(report), "") << "seed " << seed;
        completed += report.completed ? 1 : 0;
        several += report.generated.allowed.ends.size() > 1 ? 1 : 0;
        crashes += report.crashes;
        decisions += report.decisions;
    }
    // Neither is so rare that nothing was compared.
    EXPECT_GT(completed, seeds / 2);
    EXPECT_LT(completed, seeds * 19 / 20);
    EXPECT_GT(several, seeds / 50);
    EXPECT_GT(crashes, seeds);
    EXPECT_GT(decisions, seeds / 20);
}

}  // namespace
}  // namespace hal9::sim::language
