// EventLoop: the strand that owns the node. It is the thread that calls run().
//
// Posted work runs between turns, in the order in which it was posted, on that thread alone, so
// what belongs to the strand needs no lock. A turn is a bounded amount of the owner's work and says
// when it wants to be called again; until then the thread sleeps, and a wake() or posted work ends
// its sleep. The store calls wake() when receipts are there, the local server and the pools post.
#pragma once

#include "hal9/base/clock.hpp"
#include "hal9/base/executor.hpp"
#include "hal9/ports/signal_store.hpp"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <variant>

namespace hal9::adapters {

class EventLoop final : public Executor, public Waker {
public:
    struct Again {};  ///< at once: there is more to do

    struct At {
        SteadyTime at;  ///< of SystemClock
    };

    struct WhenWoken {};

    /// When a turn wants to be called again, besides after every wake-up.
    using Next = std::variant<Again, At, WhenWoken>;

    EventLoop() = default;
    /// run() has returned or was never called. Destroys what is queued.
    ~EventLoop() override;
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;

    /// Runs what was posted, then `turn`, then waits as the turn asked; and again, until stop(). At
    /// most once in the life of a loop; what is posted before waits for it. On return all that is
    /// still queued has been destroyed.
    void run(const std::function<Next()>& turn);

    /// Ends run() after the present turn or piece of posted work; before run(), it does nothing at
    /// all. Work that is queued, or posted later, is destroyed without running. Thread: any.
    void stop();

    /// Thread: any. Never blocks: who posts is bounded by what it may have under way (connections
    /// of the local server, asynchronous steps of the node).
    void post(std::move_only_function<void()> work) override;
    void wake() override;

private:
    using Queue = std::deque<std::move_only_function<void()>>;

    /// Takes what is queued and the wake-up; false when stopped.
    [[nodiscard]] bool take(Queue& work);
    [[nodiscard]] bool is_stopped();
    void wait(const Next& next);
    void wait_until(std::unique_lock<std::mutex>& lock, SteadyTime at);

    [[nodiscard]] bool has_cause() const { return woken_ || stopped_ || !queue_.empty(); }

    std::mutex mutex_;
    std::condition_variable changed_;  ///< has_cause()
    Queue queue_;
    bool woken_ = false;
    bool stopped_ = false;
    bool began_ = false;
};

}  // namespace hal9::adapters
