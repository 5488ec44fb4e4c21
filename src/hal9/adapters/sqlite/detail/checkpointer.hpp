// Checkpointer: moves the log back into the database file beside the writer, not in its way.
//
// store.md section 3. At `frames_max` frames of log the thread runs PASSIVE checkpoints on its own
// connection, and syncs the database file itself after each: a PASSIVE checkpoint that does not
// reach the end of the log does not, and the writer's last piece would pay for all of it. When
// fewer than `frames_left` are left (or after `passes_max`), it asks the writer to run one PASSIVE
// between two groups, after which the log is written from its start again.
#pragma once

#include "hal9/adapters/sqlite/detail/database.hpp"

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace hal9::sqlite::detail {

class Checkpointer {
public:
    static constexpr int frames_max = 2'000;
    static constexpr int frames_left = 64;
    static constexpr int passes_max = 6;

    /// Starts the thread, and hooks into the log of `writer`, which outlives the object.
    [[nodiscard]] static Result<std::unique_ptr<Checkpointer>>
    start(Database& writer, const std::string& path, const char* vfs);
    ~Checkpointer();
    Checkpointer(const Checkpointer&) = delete;
    Checkpointer& operator=(const Checkpointer&) = delete;

    /// The writer's share, when it was asked for. Thread: the writer's, outside a transaction.
    [[nodiscard]] Result<void> finish_if_asked();
    /// The database file can no longer be trusted to reach the disk. Thread: any.
    [[nodiscard]] std::optional<Error> failure() const;

private:
    Checkpointer(Database& writer, Database own) : writer_(writer), own_(std::move(own)) {}

    static int on_commit(void* self, sqlite3* connection, const char* name, int frames);
    void loop(const std::stop_token& stop);
    [[nodiscard]] Result<void> run_passes();
    [[nodiscard]] Result<void> sync_file();

    Database& writer_;
    Database own_;
    int wake_at_ = frames_max;  ///< of the writer's thread
    int last_frames_ = 0;       ///< of the writer's thread
    mutable std::mutex mutex_;
    std::condition_variable_any wake_;
    bool wanted_ = false;
    std::optional<Error> failure_;
    std::atomic<bool> asked_ = false;
    std::jthread thread_;
};

}  // namespace hal9::sqlite::detail
