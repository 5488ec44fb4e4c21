#include "hal9/adapters/system/thread_pool.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <latch>
#include <memory>
#include <set>
#include <thread>

namespace hal9::adapters {
namespace {

TEST(ThreadPool, RunsEveryPostedFunctionOnce) {
    std::atomic<int> runs = 0;
    std::latch done(1'000);
    ThreadPool pool({.threads = 4, .queue_max = 16});
    for (int i = 0; i < 1'000; ++i) {
        pool.post([&] {
            ++runs;
            done.count_down();
        });
    }
    done.wait();
    EXPECT_EQ(runs, 1'000);
}

TEST(ThreadPool, OneThreadKeepsTheOrder) {
    std::vector<int> order;
    std::latch done(100);
    ThreadPool pool({.threads = 1});
    for (int i = 0; i < 100; ++i) {
        pool.post([&, i] {
            order.push_back(i);
            done.count_down();
        });
    }
    done.wait();
    for (int i = 0; i < 100; ++i) {
        EXPECT_EQ(order.at(static_cast<std::size_t>(i)), i);
    }
}

TEST(ThreadPool, ThreadsWorkAtTheSameTime) {
    std::latch all_here(3);
    std::latch done(3);
    ThreadPool pool({.threads = 3});
    for (int i = 0; i < 3; ++i) {
        pool.post([&] {
            all_here.arrive_and_wait();  // passes only when three run at once
            done.count_down();
        });
    }
    done.wait();
}

TEST(ThreadPool, AFullQueueHoldsTheCallerUntilThereIsRoom) {
    std::latch begun(1);
    std::latch go_on(1);
    std::atomic<int> accepted = 0;
    std::latch done(3);
    ThreadPool pool({.threads = 1, .queue_max = 1});
    pool.post([&] {
        begun.count_down();
        go_on.wait();
        done.count_down();
    });
    begun.wait();
    pool.post([&] { done.count_down(); });  // fills the queue
    std::thread caller([&] {
        pool.post([&] { done.count_down(); });
        ++accepted;
    });
    // The caller cannot have got through while the only thread waits for `go_on`.
    std::this_thread::yield();
    EXPECT_EQ(accepted, 0);
    go_on.count_down();
    done.wait();
    caller.join();
    EXPECT_EQ(accepted, 1);
}

TEST(ThreadPool, WorkMayPostMoreThanTheQueueHolds) {
    std::latch done(10);
    ThreadPool pool({.threads = 1, .queue_max = 1});
    pool.post([&] {
        for (int i = 0; i < 10; ++i) {
            pool.post([&] { done.count_down(); });
        }
    });
    done.wait();
}

TEST(ThreadPool, StoppingDestroysWhatIsQueuedAndWaitsForWhatRuns) {
    std::latch begun(1);
    std::latch go_on(1);
    std::atomic<bool> finished = false;
    std::atomic<bool> ran = false;
    auto owned = std::make_shared<int>(1);
    const std::weak_ptr<int> watched = owned;
    ThreadPool pool({.threads = 1});
    pool.post([&] {
        begun.count_down();
        go_on.wait();
        finished = true;
    });
    begun.wait();
    pool.post([&ran, kept = std::move(owned)] { ran = true; });
    std::thread stopper([&] { pool.stop(); });
    while (!watched.expired()) {  // the queue is dropped before the join
        std::this_thread::yield();
    }
    go_on.count_down();
    stopper.join();
    EXPECT_TRUE(finished);
    EXPECT_FALSE(ran);
}

TEST(ThreadPool, WorkPostedAfterStopIsDestroyedWithoutRunning) {
    ThreadPool pool({.threads = 1});
    pool.stop();
    auto owned = std::make_shared<int>(1);
    const std::weak_ptr<int> watched = owned;
    pool.post([kept = std::move(owned)] { FAIL() << "ran after stop()"; });
    EXPECT_TRUE(watched.expired());
    pool.stop();
}

TEST(ThreadPool, StopFreesACallerThatWaitsForRoom) {
    std::latch begun(1);
    std::latch go_on(1);
    ThreadPool pool({.threads = 1, .queue_max = 1});
    pool.post([&] {
        begun.count_down();
        go_on.wait();
    });
    begun.wait();
    auto queued = std::make_shared<int>(1);
    const std::weak_ptr<int> watched = queued;
    pool.post([kept = std::move(queued)] {});
    std::promise<void> returned;
    std::thread caller([&] {
        pool.post([] { FAIL() << "ran after stop()"; });
        returned.set_value();
    });
    std::thread stopper([&] { pool.stop(); });
    while (!watched.expired()) {  // stop() has begun; the only thread is still held
        std::this_thread::yield();
    }
    returned.get_future().get();
    go_on.count_down();
    caller.join();
    stopper.join();
}

}  // namespace
}  // namespace hal9::adapters
