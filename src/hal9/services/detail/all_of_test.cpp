#include "hal9/services/detail/all_of.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace hal9::services::detail {
namespace {

/// Where a task waits until somebody opens it. Forgets who left.
struct Gate {
    std::coroutine_handle<> waiting;

    struct Wait {
        Gate& gate;

        explicit Wait(Gate& at) : gate(at) {}

        Wait(const Wait&) = delete;
        Wait& operator=(const Wait&) = delete;

        ~Wait() { gate.waiting = {}; }

        bool await_ready() const noexcept { return false; }

        void await_suspend(std::coroutine_handle<> self) noexcept { gate.waiting = self; }

        void await_resume() const noexcept {}
    };

    void open() { std::exchange(waiting, {}).resume(); }
};

Task<int> at_once(int value) {
    co_return value;
}

Task<int> through(Gate& gate, int value) {
    co_await Gate::Wait(gate);
    co_return value;
}

class AllOfTest : public ::testing::Test {
protected:
    void start(std::vector<Task<int>> tasks) {
        started_ = StartedTask::start<std::vector<int>>(
            all_of(std::move(tasks)),
            [this](std::vector<int> all) { results_ = std::move(all); }
        );
    }

    void abandon() { started_ = StartedTask(); }

    std::optional<std::vector<int>> results_;

private:
    StartedTask started_;
};

TEST_F(AllOfTest, NoTasksAndThoseThatFinishAtOnceNeedNoWaiting) {
    start({});
    EXPECT_EQ(results_, std::vector<int>{});
    std::vector<Task<int>> tasks;
    tasks.push_back(at_once(1));
    tasks.push_back(at_once(2));
    start(std::move(tasks));
    EXPECT_EQ(results_, (std::vector<int>{1, 2}));
}

TEST_F(AllOfTest, AllAreUnderWayAtOnceAndResultsComeInOrderWhateverEndsFirst) {
    Gate first;
    Gate last;
    std::vector<Task<int>> tasks;
    tasks.push_back(through(first, 1));
    tasks.push_back(at_once(2));
    tasks.push_back(through(last, 3));
    start(std::move(tasks));
    ASSERT_TRUE(first.waiting && last.waiting);
    last.open();
    EXPECT_FALSE(results_.has_value());
    first.open();
    EXPECT_EQ(results_, (std::vector<int>{1, 2, 3}));
}

TEST_F(AllOfTest, WhoStopsWaitingAbandonsWhatIsNotFinished) {
    Gate gate;
    std::vector<Task<int>> tasks;
    tasks.push_back(through(gate, 1));
    start(std::move(tasks));
    ASSERT_TRUE(gate.waiting);
    abandon();
    EXPECT_FALSE(gate.waiting);
    EXPECT_FALSE(results_.has_value());
}

}  // namespace
}  // namespace hal9::services::detail
