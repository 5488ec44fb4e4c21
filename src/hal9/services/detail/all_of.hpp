// all_of: many tasks under way at once on one strand, and their results together.
//
// Each task runs to its first suspension before all_of suspends, in order. The last one to finish
// resumes who awaits by symmetric transfer, when its own frame is at its end, so the awaiter may
// destroy everything at once. Destroying the awaiting coroutine abandons what is not finished.
#pragma once

#include "hal9/base/task.hpp"

#include <coroutine>
#include <cstddef>
#include <exception>
#include <optional>
#include <utility>
#include <vector>

namespace hal9::services::detail {

template <class T>
class AllOf {
public:
    explicit AllOf(std::vector<Task<T>> tasks) : results_(tasks.size()) {
        parts_.reserve(tasks.size());
        for (std::size_t i = 0; i < tasks.size(); ++i) {
            parts_.push_back(drive(std::move(tasks[i]), results_[i]));
            parts_.back().handle.promise().all = this;
        }
    }

    AllOf(const AllOf&) = delete;
    AllOf& operator=(const AllOf&) = delete;

    ~AllOf() {
        for (const Part& part : parts_) {
            part.handle.destroy();
        }
    }

    bool await_ready() const noexcept { return false; }

    std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiter) {
        awaiter_ = awaiter;
        open_ = parts_.size() + 1;  // one more, so that nobody is resumed before all have begun
        for (const Part& part : parts_) {
            part.handle.resume();
        }
        return one_less();
    }

    std::vector<T> await_resume() {
        std::vector<T> results;
        results.reserve(results_.size());
        for (std::optional<T>& result : results_) {
            results.push_back(*std::move(result));
        }
        return results;
    }

private:
    struct Part {
        struct promise_type {
            AllOf* all = nullptr;

            Part get_return_object() {
                return {std::coroutine_handle<promise_type>::from_promise(*this)};
            }

            std::suspend_always initial_suspend() noexcept { return {}; }

            auto final_suspend() noexcept {
                struct Final {
                    bool await_ready() noexcept { return false; }

                    std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> self
                    ) noexcept {
                        return self.promise().all->one_less();
                    }

                    void await_resume() noexcept {}
                };

                return Final{};
            }

            void return_void() noexcept {}

            [[noreturn]] void unhandled_exception() noexcept { std::terminate(); }
        };

        std::coroutine_handle<promise_type> handle;
    };

    static Part drive(Task<T> task, std::optional<T>& result) {
        result.emplace(co_await std::move(task));
    }

    std::coroutine_handle<> one_less() noexcept {
        return --open_ == 0 ? awaiter_ : std::noop_coroutine();
    }

    std::vector<std::optional<T>> results_;
    std::vector<Part> parts_;
    std::size_t open_ = 0;
    std::coroutine_handle<> awaiter_;
};

/// The results in the order of the tasks, once all have finished.
template <class T>
[[nodiscard]] Task<std::vector<T>> all_of(std::vector<Task<T>> tasks) {
    co_return co_await AllOf<T>(std::move(tasks));
}

}  // namespace hal9::services::detail
