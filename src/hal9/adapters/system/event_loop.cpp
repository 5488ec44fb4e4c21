#include "hal9/adapters/system/event_loop.hpp"

#include "hal9/base/check.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace hal9::adapters {
namespace {

/// Longer waits are taken in parts: no time the owner can name overflows the clock's own type.
constexpr std::chrono::hours longest_wait{1};

}  // namespace

EventLoop::~EventLoop() {
    stop();
    Queue dropped;
    dropped.swap(queue_);  // posting from a destructor finds a stopped loop
}

void EventLoop::run(const std::function<Next()>& turn) {
    {
        const std::lock_guard lock(mutex_);
        HAL9_ASSERT(!std::exchange(began_, true));
    }
    Queue work;
    while (take(work)) {
        while (!work.empty() && !is_stopped()) {
            auto piece = std::move(work.front());
            work.pop_front();
            piece();
        }
        if (is_stopped()) {
            break;
        }
        wait(turn());
    }
    work.clear();
    {
        const std::lock_guard lock(mutex_);
        work.swap(queue_);
    }
}

bool EventLoop::take(Queue& work) {
    const std::lock_guard lock(mutex_);
    if (stopped_) {
        return false;
    }
    woken_ = false;
    work.swap(queue_);
    return true;
}

bool EventLoop::is_stopped() {
    const std::lock_guard lock(mutex_);
    return stopped_;
}

void EventLoop::wait(const Next& next) {
    if (std::holds_alternative<Again>(next)) {
        return;
    }
    std::unique_lock lock(mutex_);
    if (const At* const timed = std::get_if<At>(&next)) {
        wait_until(lock, timed->at);
    } else {
        changed_.wait(lock, [this] { return has_cause(); });
    }
}

void EventLoop::wait_until(std::unique_lock<std::mutex>& lock, SteadyTime at) {
    using std::chrono::microseconds;
    using std::chrono::steady_clock;
    while (!has_cause()) {
        const auto now = steady_clock::now();
        const auto now_us =
            std::chrono::duration_cast<microseconds>(now.time_since_epoch()).count();
        if (now_us >= at.us) {
            return;
        }
        // The time itself, not the rest of it: a microsecond cut off would make for another round.
        const microseconds until(std::min(at.us, now_us + microseconds(longest_wait).count()));
        changed_.wait_until(lock, steady_clock::time_point(until));
    }
}

void EventLoop::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
    }
    changed_.notify_one();
}

void EventLoop::post(std::move_only_function<void()> work) {
    {
        std::unique_lock lock(mutex_);
        if (stopped_) {
            lock.unlock();  // what the destructor of `work` does must not happen under the lock
            return;
        }
        queue_.push_back(std::move(work));
    }
    changed_.notify_one();
}

void EventLoop::wake() {
    {
        const std::lock_guard lock(mutex_);
        if (std::exchange(woken_, true)) {
            return;
        }
    }
    changed_.notify_one();
}

}  // namespace hal9::adapters
