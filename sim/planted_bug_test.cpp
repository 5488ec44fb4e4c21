// Proof that the checkers can fail: each bug planted in the runtime is caught.
#include "hal9/base/planted_bug.hpp"

#include "sim/scenario.hpp"

#include <gtest/gtest.h>

#include <string_view>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef HAL9_PLANTED_BUGS

namespace hal9::sim {
namespace {

struct Planted {
    PlantedBug bug;
    std::string_view name;
};

class PlantedBugTest : public testing::TestWithParam<Planted> {
protected:
    void SetUp() override { planted_bug = GetParam().bug; }

    void TearDown() override { planted_bug = PlantedBug::none; }
};

/// A bug may also run into an assertion, so it has a process of its own.
TEST_P(PlantedBugTest, IsCaughtWithin1000Seeds) {
    constexpr int unnoticed = 0;
    constexpr int noticed = 1;
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        for (std::uint64_t seed = 1; seed <= 1'000; ++seed) {
            if (!run_scenario(seed).violations.empty()) {
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
    PlantedBugTest,
    testing::Values(
        Planted{PlantedBug::answer_before_commit, "answer_before_commit"},
        Planted{PlantedBug::fold_as_they_come, "fold_as_they_come"},
        Planted{PlantedBug::forgiven_child_not_counted, "forgiven_child_not_counted"},
        Planted{PlantedBug::disk_believed_too_early, "disk_believed_too_early"},
        Planted{PlantedBug::page_skips_a_child, "page_skips_a_child"},
        Planted{PlantedBug::attempt_not_counted, "attempt_not_counted"},
        Planted{PlantedBug::concurrency_not_kept, "concurrency_not_kept"},
        Planted{PlantedBug::chunks_left_behind, "chunks_left_behind"},
        Planted{PlantedBug::queue_without_bound, "queue_without_bound"},
        Planted{PlantedBug::key_overtaken, "key_overtaken"},
        Planted{PlantedBug::window_without_bound, "window_without_bound"},
        Planted{PlantedBug::pause_forgotten, "pause_forgotten"},
        Planted{PlantedBug::schedule_not_advanced, "schedule_not_advanced"},
        Planted{PlantedBug::mailbox_not_looked_at, "mailbox_not_looked_at"}
    ),
    [](const auto& info) { return std::string(info.param.name); }
);

}  // namespace
}  // namespace hal9::sim

#endif
