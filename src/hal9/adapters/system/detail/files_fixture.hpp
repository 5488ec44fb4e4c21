// For tests of files: a directory that is removed afterwards, and a strand that the test turns.
#pragma once

#include "hal9/adapters/system/system_files.hpp"
#include "hal9/adapters/system/thread_pool.hpp"
#include "hal9/base/check.hpp"
#include "hal9/base/executor.hpp"
#include "hal9/base/task.hpp"

#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace hal9::adapters::detail {

class ScratchDirectory {
public:
    ScratchDirectory() {
        std::string name = (std::filesystem::temp_directory_path() / "hal9-files-XXXXXX").string();
        HAL9_ASSERT(::mkdtemp(name.data()) != nullptr);
        path_ = name;
    }

    ~ScratchDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    ScratchDirectory(const ScratchDirectory&) = delete;
    ScratchDirectory& operator=(const ScratchDirectory&) = delete;

    [[nodiscard]] std::string operator/(std::string_view relative) const {
        return (path_ / relative).string();
    }

    [[nodiscard]] std::string path() const { return path_.string(); }

    /// Makes the directories above it too.
    void write(std::string_view relative, std::string_view content) const {
        const std::filesystem::path path = path_ / relative;
        std::filesystem::create_directories(path.parent_path());
        std::ofstream file(path, std::ios::binary);
        file.write(content.data(), static_cast<std::streamsize>(content.size()));
        HAL9_ASSERT(file.good());
    }

    void link(std::string_view relative, std::string_view target) const {
        const std::filesystem::path path = path_ / relative;
        std::filesystem::create_directories(path.parent_path());
        std::filesystem::create_symlink(target, path);
    }

private:
    std::filesystem::path path_;
};

/// An Executor whose work runs where the test says.
class ManualStrand final : public Executor {
public:
    void post(std::move_only_function<void()> work) override {
        {
            const std::lock_guard lock(mutex_);
            queue_.push_back(std::move(work));
        }
        posted_.notify_one();
    }

    /// Waits for one piece of work and runs it.
    void run_one() {
        std::move_only_function<void()> work;
        {
            std::unique_lock lock(mutex_);
            posted_.wait(lock, [this] { return !queue_.empty(); });
            work = std::move(queue_.front());
            queue_.pop_front();
        }
        work();
    }

    /// Starts the task and turns the strand until it has finished.
    template <class T>
    T run(Task<T> task) {
        std::optional<T> result;
        const StartedTask started = StartedTask::start<T>(std::move(task), [&result](T value) {
            result = std::move(value);
        });
        while (!result) {
            run_one();
        }
        return *std::move(result);
    }

private:
    std::mutex mutex_;
    std::condition_variable posted_;
    std::deque<std::move_only_function<void()>> queue_;
};

/// Files over a pool of two threads.
struct RunningFiles {
    ManualStrand strand;
    ThreadPool pool{{.threads = 2}};
    SystemFiles files{pool, strand};
};

}  // namespace hal9::adapters::detail
