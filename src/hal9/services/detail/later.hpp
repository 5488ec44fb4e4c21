// Later: what has long to go lets the strand do other things in between.
#pragma once

#include "hal9/base/executor.hpp"

#include <coroutine>
#include <memory>

namespace hal9::services::detail {

/// co_await Later(strand): goes on when the strand comes to it. Destroying who awaits is the end of
/// it.
class Later {
public:
    explicit Later(Executor& strand) : strand_(strand) {}

    bool await_ready() const noexcept { return false; }

    void await_suspend(std::coroutine_handle<> awaiter) {
        awaiter_ = std::make_shared<std::coroutine_handle<>>(awaiter);
        strand_.post([posted = std::weak_ptr(awaiter_)] {
            if (const auto still_there = posted.lock()) {
                still_there->resume();
            }
        });
    }

    void await_resume() const noexcept {}

private:
    Executor& strand_;
    /// Shared with what was posted, which may outlive who awaits.
    std::shared_ptr<std::coroutine_handle<>> awaiter_;
};

}  // namespace hal9::services::detail
