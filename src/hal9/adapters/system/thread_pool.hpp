// ThreadPool: an Executor of several threads, for work that blocks: reading files, unpacking them.
//
// Its queue is bounded. Whoever posts to a full one waits until a thread took something, so a pool
// slows its callers down and never grows; the runtime asks for fewer calls at once than the queue
// holds (Limits::asynchronous_steps_max) and so never waits. Work that is still queued when the
// pool stops is destroyed without running.
#pragma once

#include "hal9/base/executor.hpp"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace hal9::adapters {

class ThreadPool final : public Executor {
public:
    struct Options {
        std::size_t threads = 2;          ///< at least 1
        std::size_t queue_max = 1'024;    ///< posted and not yet begun; at least 1
        const char* name = "hal9-files";  ///< of its threads, at most 15 bytes
    };

    explicit ThreadPool(Options options);
    /// Stops it.
    ~ThreadPool() override;
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;

    /// Waits while the queue is full, except on a thread of the pool itself, whose wait could never
    /// end. After stop() the work is destroyed at once.
    void post(std::move_only_function<void()> work) override;

    /// Begins nothing more, waits for what is running, destroys what is queued. May be called
    /// again. Thread: any but the pool's own.
    void stop();

private:
    void run(const char* name);

    std::size_t queue_max_;
    std::mutex mutex_;
    std::condition_variable posted_;  ///< something was queued, or stopping_
    std::condition_variable taken_;   ///< there is room, or stopping_
    std::deque<std::move_only_function<void()>> queue_;
    bool stopping_ = false;
    std::mutex join_mutex_;  ///< held while joining, so that two may call stop()
    std::vector<std::thread> threads_;
};

}  // namespace hal9::adapters
