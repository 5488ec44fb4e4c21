// Proof that the reference interpreter sees: each bug planted in the meaning of the language is
// caught.
#include "hal9/base/planted_bug.hpp"
#include "sim/language/runner.hpp"

#include <gtest/gtest.h>

#include <string_view>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef HAL9_PLANTED_BUGS

namespace hal9::sim::language {
namespace {

struct Planted {
    PlantedBug bug;
    std::string_view name;
};

class LanguageBugTest : public testing::TestWithParam<Planted> {
protected:
    void SetUp() override { planted_bug = GetParam().bug; }

    void TearDown() override { planted_bug = PlantedBug::none; }
};

/// A bug may also run into an assertion, so it has a process of its own.
TEST_P(LanguageBugTest, IsCaughtWithin500Seeds) {
    constexpr int unnoticed = 0;
    constexpr int noticed = 1;
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        for (std::uint64_t seed = 1; seed <= 500; ++seed) {
            if (!run_language(seed).violations.empty()) {
                ::_exit(noticed);
            }
        }
        ::_exit(unnoticed);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    const bool asserted = WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
    EXPECT_TRUE(asserted || WEXITSTATUS(status) == noticed) << "no check noticed it";
}

INSTANTIATE_TEST_SUITE_P(
    All,
    LanguageBugTest,
    testing::Values(
        Planted{PlantedBug::when_inverted, "when_inverted"},
        Planted{PlantedBug::skipped_then_loses_result, "skipped_then_loses_result"},
        Planted{PlantedBug::quorum_counts_forgiven, "quorum_counts_forgiven"},
        Planted{PlantedBug::keep_forgotten_by_then, "keep_forgotten_by_then"}
    ),
    [](const auto& info) { return std::string(info.param.name); }
);

}  // namespace
}  // namespace hal9::sim::language

#endif
