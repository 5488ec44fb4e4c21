#include "hal9/adapters/system/thread_pool.hpp"

#include "hal9/base/all_signals_blocked.hpp"
#include "hal9/base/check.hpp"

#include <utility>

#include <pthread.h>

namespace hal9::adapters {
namespace {

/// The pool whose thread this is.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): what a thread is part of
thread_local const ThreadPool* current_pool = nullptr;

}  // namespace

ThreadPool::ThreadPool(Options options) : queue_max_(options.queue_max) {
    HAL9_ASSERT(options.threads > 0 && options.queue_max > 0);
    const AllSignalsBlocked inherited_by_the_threads;
    threads_.reserve(options.threads);
    for (std::size_t i = 0; i < options.threads; ++i) {
        threads_.emplace_back([this, name = options.name] { run(name); });
    }
}

ThreadPool::~ThreadPool() {
    stop();
}

void ThreadPool::post(std::move_only_function<void()> work) {
    {
        std::unique_lock lock(mutex_);
        if (current_pool != this) {
            taken_.wait(lock, [this] { return queue_.size() < queue_max_ || stopping_; });
        }
        if (stopping_) {
            lock.unlock();  // what the destructor of `work` does must not happen under the lock
            return;
        }
        queue_.push_back(std::move(work));
    }
    posted_.notify_one();
}

void ThreadPool::stop() {
    HAL9_ASSERT(current_pool != this);
    std::deque<std::move_only_function<void()>> dropped;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        dropped.swap(queue_);
    }
    posted_.notify_all();
    taken_.notify_all();
    dropped.clear();  // before the join: what waits for its end may hold up what is running
    const std::lock_guard joining(join_mutex_);
    for (std::thread& thread : threads_) {
        thread.join();
    }
    threads_.clear();
}

void ThreadPool::run(const char* name) {
    pthread_setname_np(pthread_self(), name);
    current_pool = this;
    while (true) {
        std::move_only_function<void()> work;
        {
            std::unique_lock lock(mutex_);
            posted_.wait(lock, [this] { return !queue_.empty() || stopping_; });
            if (stopping_) {
                return;
            }
            work = std::move(queue_.front());
            queue_.pop_front();
        }
        taken_.notify_one();
        work();
    }
}

}  // namespace hal9::adapters
