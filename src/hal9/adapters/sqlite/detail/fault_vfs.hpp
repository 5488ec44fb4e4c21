// FaultVfs: a SQLite VFS over the system's that fails when a test says so.
//
// Installed under a name of its own, which goes into SqliteOptions::vfs. Faults are counted in
// calls: after `after` more writes (or syncs) that succeed, every further one fails until the fault
// is lifted. Thread: any.
#pragma once

#include <atomic>
#include <memory>
#include <string>

namespace hal9::sqlite::detail {

class FaultVfs {
public:
    explicit FaultVfs(std::string name);
    /// Every file opened through it must be closed.
    ~FaultVfs();
    FaultVfs(const FaultVfs&) = delete;
    FaultVfs& operator=(const FaultVfs&) = delete;

    [[nodiscard]] const std::string& name() const { return name_; }

    /// ENOSPC at writes.
    void disk_full_after(int after) { fail(Fault::full, after); }

    /// EIO at writes.
    void write_fails_after(int after) { fail(Fault::write, after); }

    /// EIO at syncs.
    void sync_fails_after(int after) { fail(Fault::sync, after); }

    /// EIO at syncs of the database file itself, which only checkpoints do; the log's succeed.
    void checkpoint_sync_fails_after(int after) { fail(Fault::checkpoint_sync, after); }

    void lift() { fault_ = Fault::none; }

    /// Calls that were made to fail so far.
    [[nodiscard]] int failures() const { return failures_; }

    /// For the file methods: the code to answer with instead of writing or syncing, else SQLITE_OK.
    [[nodiscard]] int on_write();
    [[nodiscard]] int on_sync(bool database_file);

private:
    enum class Fault { none, full, write, sync, checkpoint_sync };

    void fail(Fault fault, int after);
    [[nodiscard]] bool is_due();

    struct Registration;
    std::string name_;
    std::atomic<Fault> fault_ = Fault::none;
    std::atomic<int> left_ = 0;
    std::atomic<int> failures_ = 0;
    std::unique_ptr<Registration> registration_;
};

}  // namespace hal9::sqlite::detail
