#include "hal9/adapters/memory/memory_files.hpp"
#include "hal9/definition/language_schema.hpp"
#include "hal9/definition/parse.hpp"
#include "hal9/neurons/catalog.hpp"
#include "sim/language/features.hpp"
#include "sim/language/runner.hpp"
#include "sim/world.hpp"

#include <gtest/gtest.h>

#include <string>

namespace hal9::sim::language {
namespace {

std::string first_violation(const LanguageReport& report) {
    return report.violations.empty() ? std::string()
                                     : report.violations.front() + "\n" + to_text(report.generated);
}

TEST(LanguageTest, EveryPartOfTheLanguageIsInOneOfTwentyNetworks) {
    Shares shares;
    for (std::uint64_t seed = 1; seed <= 1'000; ++seed) {
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
    World world(1);
    memory::MemoryFiles files(world);
    const auto kinds = neurons::descriptions(neurons::make_kinds(files));
    const json::value schema = definition::language_schema(kinds);
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        for (const json::object& network : generate(seed).story.networks) {
            const auto checked = definition::check_value(schema, network, "the network");
            EXPECT_TRUE(checked) << "seed " << seed << ": " << checked.error().message;
        }
    }
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
