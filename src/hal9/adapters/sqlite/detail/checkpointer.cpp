#include "hal9/adapters/sqlite/detail/checkpointer.hpp"

#include "hal9/base/text.hpp"

#include <utility>

#include <pthread.h>

namespace hal9::sqlite::detail {
namespace {

struct Progress {
    int frames = 0;  ///< in the log
    int moved = 0;   ///< of them in the database file
};

/// Where somebody else is at it, or the disk is full just now, the next one does it.
Result<std::optional<Progress>> checkpoint(Database& database) {
    Progress progress;
    const int code = sqlite3_wal_checkpoint_v2(
        database.raw(),
        nullptr,
        SQLITE_CHECKPOINT_PASSIVE,
        &progress.frames,
        &progress.moved
    );
    if (code == SQLITE_OK) {
        return progress;
    }
    Error error = error_of(database.raw(), code, "checkpoint");
    if ((code & 0xff) == SQLITE_BUSY || error.code == ErrorCode::resource_exhausted) {
        return std::nullopt;
    }
    return fail(std::move(error));
}

}  // namespace

Result<std::unique_ptr<Checkpointer>>
Checkpointer::start(Database& writer, const std::string& path, const char* vfs) {
    HAL9_TRY(Database own, Database::open(path, SQLITE_OPEN_READWRITE, vfs));
    HAL9_TRY_VOID(
        own.execute("pragma cache_size=-64; pragma synchronous=full;"
                    "pragma wal_autocheckpoint=0; "
                    "select count(*) from meta")
    );
    auto checkpointer = std::unique_ptr<Checkpointer>(new Checkpointer(writer, std::move(own)));
    Checkpointer* self = checkpointer.get();
    self->thread_ = std::jthread([self](const std::stop_token& stop) { self->loop(stop); });
    sqlite3_wal_hook(writer.raw(), &Checkpointer::on_commit, self);
    return checkpointer;
}

Checkpointer::~Checkpointer() {
    sqlite3_wal_hook(writer_.raw(), nullptr, nullptr);
}

int Checkpointer::on_commit(void* self, sqlite3*, const char*, int frames) {
    auto& checkpointer = *static_cast<Checkpointer*>(self);
    if (frames < checkpointer.last_frames_) {
        checkpointer.wake_at_ = frames_max;
    }
    checkpointer.last_frames_ = frames;
    if (frames >= checkpointer.wake_at_) {
        // A log that does not start anew (a reader is in the way) is not tried at every commit.
        checkpointer.wake_at_ = frames + frames_max / 2;
        const std::lock_guard lock(checkpointer.mutex_);
        checkpointer.wanted_ = true;
        checkpointer.wake_.notify_one();
    }
    return SQLITE_OK;
}

void Checkpointer::loop(const std::stop_token& stop) {
    pthread_setname_np(pthread_self(), "hal9-checkpoint");
    std::unique_lock lock(mutex_);
    while (wake_.wait(lock, stop, [this] { return wanted_; })) {
        wanted_ = false;
        lock.unlock();
        Result<void> done = run_passes();
        lock.lock();
        if (!done) {
            failure_ = std::move(done).error();
            return;
        }
    }
}

Result<void> Checkpointer::run_passes() {
    for (int pass = 0; pass < passes_max; ++pass) {
        HAL9_TRY(const std::optional<Progress> progress, checkpoint(own_));
        if (!progress) {
            return {};
        }
        HAL9_TRY_VOID(sync_file());
        if (progress->frames - progress->moved < frames_left) {
            break;
        }
    }
    asked_.store(true, std::memory_order_release);
    return {};
}

Result<void> Checkpointer::sync_file() {
    sqlite3_file* file = nullptr;
    int code = sqlite3_file_control(
        own_.raw(),
        "main",
        SQLITE_FCNTL_FILE_POINTER,
        static_cast<void*>(&file)
    );
    if (code == SQLITE_OK) {
        code = file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
    }
    if (code != SQLITE_OK) {
        return fail(
            ErrorCode::unavailable,
            str("the store's file cannot be synced: ", sqlite3_errstr(code), " (SQLite ", code, ")")
        );
    }
    return {};
}

Result<void> Checkpointer::finish_if_asked() {
    if (!asked_.exchange(false, std::memory_order_acquire)) {
        return {};
    }
    HAL9_TRY([[maybe_unused]] const std::optional<Progress> progress, checkpoint(writer_));
    return {};
}

std::optional<Error> Checkpointer::failure() const {
    const std::lock_guard lock(mutex_);
    return failure_;
}

}  // namespace hal9::sqlite::detail
