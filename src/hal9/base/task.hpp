// Task<T>: HAL9's coroutine type for work that waits on the outside.
//
// Lazy: nothing runs before it is awaited or started. Single owner: destroying a Task that has not
// finished destroys the coroutine and everything it awaits. Finishing resumes the awaiter by
// symmetric transfer, so chains of any length use no stack. An exception that leaves the coroutine
// goes to whoever awaits it, and ends the process where nobody does: of a StartedTask.
#pragma once

#include "hal9/base/check.hpp"
#include "hal9/base/executor.hpp"

#include <coroutine>
#include <exception>
#include <functional>
#include <optional>
#include <utility>

namespace hal9 {

template <class T>
class [[nodiscard]] Task {
public:
    struct promise_type {
        std::optional<T> value;
        std::exception_ptr exception;
        std::coroutine_handle<> continuation = std::noop_coroutine();

        Task get_return_object() {
            return Task(std::coroutine_handle<promise_type>::from_promise(*this));
        }

        std::suspend_always initial_suspend() noexcept { return {}; }

        auto final_suspend() noexcept {
            struct Final {
                bool await_ready() noexcept { return false; }

                std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> self
                ) noexcept {
                    return self.promise().continuation;
                }

                void await_resume() noexcept {}
            };

            return Final{};
        }

        template <class U>
        void return_value(U&& result) {
            value.emplace(std::forward<U>(result));
        }

        void unhandled_exception() noexcept { exception = std::current_exception(); }
    };

    Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}

    Task& operator=(Task&& other) noexcept {
        if (this != &other) {
            destroy();
            handle_ = std::exchange(other.handle_, {});
        }
        return *this;
    }

    Task(const Task&) = delete;
    Task& operator=(const Task&) = delete;

    ~Task() { destroy(); }

    auto operator co_await() && noexcept {
        struct Awaiter {
            std::coroutine_handle<promise_type> handle;

            bool await_ready() noexcept { return false; }

            std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiter) noexcept {
                handle.promise().continuation = awaiter;
                return handle;
            }

            T await_resume() {
                if (handle.promise().exception) {
                    std::rethrow_exception(handle.promise().exception);
                }
                return *std::move(handle.promise().value);
            }
        };

        return Awaiter{handle_};
    }

private:
    explicit Task(std::coroutine_handle<promise_type> handle) : handle_(handle) {}

    void destroy() {
        if (handle_) {
            handle_.destroy();
        }
    }

    std::coroutine_handle<promise_type> handle_;
};

/// A started Task with its completion function: what an event loop keeps for each piece of
/// asynchronous work. Destroying it abandons the work; the function is then never called.
/// Thread: everything, including whatever resumes the task, on one strand.
class StartedTask {
public:
    StartedTask() = default;

    /// Runs `task` up to its first suspension; calls `done` with its result when it finishes,
    /// which may be before this function returns.
    template <class T>
    static StartedTask start(Task<T> task, std::move_only_function<void(T)> done) {
        StartedTask started(drive<T>(std::move(task), std::move(done)).handle);
        started.handle_.resume();
        return started;
    }

    StartedTask(StartedTask&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}

    StartedTask& operator=(StartedTask&& other) noexcept {
        if (this != &other) {
            reset();
            handle_ = std::exchange(other.handle_, {});
        }
        return *this;
    }

    StartedTask(const StartedTask&) = delete;
    StartedTask& operator=(const StartedTask&) = delete;

    ~StartedTask() { reset(); }

private:
    struct Driver {
        struct promise_type {
            Driver get_return_object() {
                return {std::coroutine_handle<promise_type>::from_promise(*this)};
            }

            std::suspend_always initial_suspend() noexcept { return {}; }

            std::suspend_always final_suspend() noexcept { return {}; }

            void return_void() noexcept {}

            [[noreturn]] void unhandled_exception() noexcept { std::terminate(); }
        };

        std::coroutine_handle<promise_type> handle;
    };

    template <class T>
    static Driver drive(Task<T> task, std::move_only_function<void(T)> done) {
        done(co_await std::move(task));
    }

    explicit StartedTask(std::coroutine_handle<> handle) : handle_(handle) {}

    void reset() {
        if (handle_) {
            std::exchange(handle_, {}).destroy();
        }
    }

    std::coroutine_handle<> handle_;
};

}  // namespace hal9
