// Interrupts: Ctrl-C and SIGTERM, the first time a request, the second time an end.
//
// The signals are blocked in every thread and taken by one that waits for them, so nothing runs in
// a signal handler. Make it before any other thread. The first signal raises requested() and calls
// the waker; the second ends the process at once with 130: nothing acknowledged is lost by that.
#pragma once

#include "hal9/ports/signal_store.hpp"

#include <atomic>
#include <thread>

namespace hal9::app {

class Interrupts {
public:
    Interrupts();
    ~Interrupts();
    Interrupts(const Interrupts&) = delete;
    Interrupts& operator=(const Interrupts&) = delete;

    [[nodiscard]] bool requested() const { return requested_.load(std::memory_order_relaxed); }

    /// Called at the first signal, from another thread; null for nobody.
    void wake(Waker* waker) { waker_.store(waker); }

    /// Readable from the first signal on; for poll().
    [[nodiscard]] int descriptor() const { return pipe_[0]; }

private:
    void wait_for_signals();

    std::atomic<bool> requested_{false};
    std::atomic<bool> ending_{false};
    std::atomic<Waker*> waker_{nullptr};
    int pipe_[2] = {-1, -1};
    std::thread thread_;
};

}  // namespace hal9::app
