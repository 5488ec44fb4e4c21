// ManualExecutor: keeps what is posted until it is told to run it.
//
// For tests that decide themselves when something happens. Thread: one.
#pragma once

#include "hal9/base/executor.hpp"

#include <deque>
#include <functional>
#include <utility>

namespace hal9 {

class ManualExecutor final : public Executor {
public:
    void post(std::move_only_function<void()> work) override { work_.push_back(std::move(work)); }

    /// In the order it was posted, with what it posts meanwhile.
    void run_all() {
        while (!work_.empty()) {
            auto work = std::move(work_.front());
            work_.pop_front();
            work();
        }
    }

private:
    std::deque<std::move_only_function<void()>> work_;
};

}  // namespace hal9
