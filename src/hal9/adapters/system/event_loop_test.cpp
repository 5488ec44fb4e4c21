#include "hal9/adapters/system/event_loop.hpp"

#include "hal9/adapters/system/system_clock.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <latch>
#include <memory>
#include <thread>
#include <vector>

#include <time.h>

namespace hal9::adapters {
namespace {

using Next = EventLoop::Next;

/// Turns are counted; the n-th says what `answers` says, one beyond them stops the loop.
struct Turns {
    EventLoop& loop;
    std::vector<Next> answers;
    std::size_t count = 0;

    Next operator()() {
        if (count == answers.size()) {
            ++count;
            loop.stop();
            return EventLoop::WhenWoken{};
        }
        return answers.at(count++);
    }
};

std::int64_t thread_cpu_us() {
    timespec spent{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
    return spent.tv_sec * 1'000'000 + spent.tv_nsec / 1'000;
}

TEST(EventLoop, TurnsAgainAtOnceWhenAsked) {
    EventLoop loop;
    Turns turns{.loop = loop, .answers = {EventLoop::Again{}, EventLoop::Again{}}};
    loop.run(std::ref(turns));
    EXPECT_EQ(turns.count, 3U);
}

TEST(EventLoop, PostedWorkRunsBeforeTheTurnInItsOrder) {
    EventLoop loop;
    std::vector<int> seen;
    loop.post([&] { seen.push_back(1); });
    loop.post([&] { seen.push_back(2); });
    loop.run([&]() -> Next {
        seen.push_back(3);
        loop.stop();
        return EventLoop::Again{};
    });
    EXPECT_EQ(seen, (std::vector{1, 2, 3}));
}

TEST(EventLoop, WorkPostedByWorkRunsAfterTheNextTurn) {
    EventLoop loop;
    std::vector<int> seen;
    loop.post([&] {
        seen.push_back(1);
        loop.post([&] {
            seen.push_back(3);
            loop.stop();
        });
    });
    loop.run([&]() -> Next {
        seen.push_back(2);
        return EventLoop::WhenWoken{};
    });
    EXPECT_EQ(seen, (std::vector{1, 2, 3}));
}

TEST(EventLoop, PostedWorkEndsTheWait) {
    EventLoop loop;
    std::latch waiting(1);
    std::thread caller([&] {
        waiting.wait();
        loop.post([&] { loop.stop(); });
    });
    int turns = 0;
    loop.run([&]() -> Next {
        ++turns;
        waiting.count_down();
        return EventLoop::WhenWoken{};
    });
    caller.join();
    EXPECT_EQ(turns, 1);
}

TEST(EventLoop, AWakeUpEndsTheWaitAndIsUsedUpByOneTurn) {
    EventLoop loop;
    std::latch waiting(1);
    std::latch woken(1);
    std::thread caller([&] {
        waiting.wait();
        loop.wake();
        woken.wait();
        loop.stop();
    });
    int turns = 0;
    loop.run([&]() -> Next {
        ++turns;
        if (turns == 1) {
            waiting.count_down();
        } else {
            woken.count_down();
        }
        return EventLoop::WhenWoken{};
    });
    caller.join();
    EXPECT_EQ(turns, 2);
}

TEST(EventLoop, AWakeUpDuringATurnIsNotLost) {
    EventLoop loop;
    int turns = 0;
    loop.run([&]() -> Next {
        if (++turns == 1) {
            loop.wake();
        } else {
            loop.stop();
        }
        return EventLoop::WhenWoken{};
    });
    EXPECT_EQ(turns, 2);
}

TEST(EventLoop, TurnsAtTheNamedTimeAndNotBefore) {
    const SystemClock clock;
    EventLoop loop;
    const SteadyTime at = clock.now().steady + std::chrono::milliseconds(20);
    SteadyTime turned;
    int turns = 0;
    const std::int64_t cpu_before = thread_cpu_us();
    loop.run([&]() -> Next {
        if (++turns == 1) {
            return EventLoop::At{at};
        }
        turned = clock.now().steady;
        loop.stop();
        return EventLoop::Again{};
    });
    EXPECT_EQ(turns, 2);
    EXPECT_GE(turned, at);
    EXPECT_LT(thread_cpu_us() - cpu_before, 15'000) << "the wait of 20 ms was a busy one";
}

TEST(EventLoop, ATimeInThePastIsNow) {
    EventLoop loop;
    Turns turns{
        .loop = loop,
        .answers = {EventLoop::At{SteadyTime{0}}, EventLoop::At{SteadyTime{INT64_MIN}}}
    };
    loop.run(std::ref(turns));
    EXPECT_EQ(turns.count, 3U);
}

TEST(EventLoop, TheFarthestTimeWaitsForAWakeUp) {
    EventLoop loop;
    std::latch waiting(1);
    std::thread caller([&] {
        waiting.wait();
        loop.wake();
    });
    int turns = 0;
    loop.run([&]() -> Next {
        if (++turns == 2) {
            loop.stop();
        }
        waiting.count_down(turns == 1 ? 1 : 0);
        return EventLoop::At{SteadyTime{INT64_MAX}};
    });
    caller.join();
    EXPECT_EQ(turns, 2);
}

TEST(EventLoop, StopDestroysWhatIsQueuedAndWhatIsPostedLater) {
    EventLoop loop;
    auto queued = std::make_shared<int>(1);
    auto late = std::make_shared<int>(2);
    const std::weak_ptr<int> queued_seen = queued;
    const std::weak_ptr<int> late_seen = late;
    bool ran = false;
    loop.post([&] { loop.stop(); });
    loop.post([&ran, kept = std::move(queued)] { ran = true; });
    loop.run([&]() -> Next {
        ran = true;
        return EventLoop::Again{};
    });
    loop.post([&ran, kept = std::move(late)] { ran = true; });
    EXPECT_FALSE(ran);
    EXPECT_TRUE(queued_seen.expired());
    EXPECT_TRUE(late_seen.expired());
}

TEST(EventLoop, StoppedBeforeItRunsItDoesNothing) {
    EventLoop loop;
    bool ran = false;
    loop.post([&] { ran = true; });
    loop.stop();
    loop.run([&]() -> Next {
        ran = true;
        return EventLoop::Again{};
    });
    EXPECT_FALSE(ran);
}

/// Posts when it is destroyed, as a coroutine may that is given up.
struct PostsInTheEnd {
    EventLoop* loop;

    explicit PostsInTheEnd(EventLoop& given) : loop(&given) {}

    PostsInTheEnd(PostsInTheEnd&& other) noexcept : loop(std::exchange(other.loop, nullptr)) {}

    PostsInTheEnd& operator=(PostsInTheEnd&&) = delete;
    PostsInTheEnd(const PostsInTheEnd&) = delete;
    PostsInTheEnd& operator=(const PostsInTheEnd&) = delete;

    ~PostsInTheEnd() {
        if (loop != nullptr) {
            loop->post([] { FAIL() << "ran after stop()"; });
        }
    }
};

TEST(EventLoop, DestroyedWorkMayPost) {
    EventLoop loop;
    loop.post([posts = PostsInTheEnd(loop)] { FAIL() << "ran after stop()"; });
    loop.stop();
    loop.run([]() -> Next { return EventLoop::Again{}; });
}

TEST(EventLoop, ALoopThatNeverRanDestroysItsWork) {
    auto owned = std::make_shared<int>(1);
    const std::weak_ptr<int> watched = owned;
    {
        EventLoop loop;
        loop.post([kept = std::move(owned)] { FAIL() << "ran without run()"; });
        EXPECT_FALSE(watched.expired());
    }
    EXPECT_TRUE(watched.expired());
}

TEST(EventLoop, ManyThreadsMayPostAndWake) {
    constexpr int threads = 4;
    constexpr int each = 2'000;
    EventLoop loop;
    int runs = 0;  // no atomic: only the loop's thread touches it
    std::vector<std::thread> callers;
    callers.reserve(threads);
    for (int t = 0; t < threads; ++t) {
        callers.emplace_back([&] {
            for (int i = 0; i < each; ++i) {
                loop.post([&] {
                    if (++runs == threads * each) {
                        loop.stop();
                    }
                });
                loop.wake();
            }
        });
    }
    loop.run([]() -> Next { return EventLoop::WhenWoken{}; });
    for (std::thread& caller : callers) {
        caller.join();
    }
    EXPECT_EQ(runs, threads * each);
}

}  // namespace
}  // namespace hal9::adapters
