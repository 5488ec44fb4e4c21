// What the tests of this module share: a directory, a clock that stands still, a way to wait for
// the writer, and a run that a store accepts.
#pragma once

#include "hal9/base/check.hpp"
#include "hal9/base/clock.hpp"
#include "hal9/ports/signal_store.hpp"
#include "hal9/ports/transaction.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <utility>

#include <stdlib.h>

namespace hal9::sqlite::detail {

class TemporaryDirectory {
public:
    TemporaryDirectory() {
        std::string pattern = std::filesystem::temp_directory_path() / "hal9-sqlite-XXXXXX";
        const char* made = ::mkdtemp(pattern.data());
        HAL9_ASSERT(made != nullptr);
        path_ = std::move(pattern);
    }

    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    ~TemporaryDirectory() { std::filesystem::remove_all(path_); }

    [[nodiscard]] const std::string& path() const { return path_; }

    [[nodiscard]] std::string file() const { return path_ + "/hal9.db"; }

private:
    std::string path_;
};

struct FixedClock final : Clock {
    [[nodiscard]] Now now() const override { return {{1'700'000'000'000'000}, {1}}; }
};

class WaitingWaker final : public Waker {
public:
    void wake() override {
        const std::lock_guard lock(mutex_);
        woken_.notify_all();
    }

    /// False after 30 s.
    template <class Done>
    bool wait(const Done& done) {
        std::unique_lock lock(mutex_);
        return woken_.wait_for(lock, std::chrono::seconds(30), done);
    }

private:
    std::mutex mutex_;
    std::condition_variable woken_;
};

[[nodiscard]] inline Transaction accept_run(std::uint64_t ticket, std::string payload = "{}") {
    AcceptRun command;
    command.run.id = {static_cast<std::int64_t>(ticket)};
    command.run.organization = default_organization;
    command.run.network = "demo";
    command.payload = make_body(std::move(payload));
    Transaction transaction{ticket, {}};
    transaction.commands.emplace_back(std::move(command));
    return transaction;
}

/// Ends the root of that run.
[[nodiscard]] inline Transaction finish_run(std::uint64_t ticket, std::int64_t run) {
    Finish command;
    command.signal = {default_organization, 5, 0, root_of({run})};
    command.opened = true;
    command.result = make_body("done");
    Transaction transaction{ticket, {}};
    transaction.commands.emplace_back(std::move(command));
    return transaction;
}

}  // namespace hal9::sqlite::detail
