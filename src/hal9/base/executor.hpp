// Executor: somewhere to run work later.
//
// The runtime's own strand, a pool of threads for blocking work, and the simulator's seeded
// scheduler are all Executors. A posted function runs exactly once unless the executor is stopped
// first, in which case it is destroyed without running.
#pragma once

#include <functional>

namespace hal9 {

class Executor {
public:
    virtual ~Executor() = default;
    /// Thread: any. Never runs `work` before returning.
    virtual void post(std::move_only_function<void()> work) = 0;
};

}  // namespace hal9
