#include "hal9/adapters/sqlite/detail/directory_lock.hpp"

#include "hal9/base/text.hpp"

#include <charconv>
#include <chrono>
#include <filesystem>
#include <system_error>
#include <thread>
#include <utility>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hal9::sqlite::detail {
namespace {

constexpr int reader_waits_max = 20;
constexpr auto reader_wait = std::chrono::milliseconds(50);

std::string lock_path(const std::string& directory) {
    return directory + "/lock";
}

Error system_error(const std::string& what, int number) {
    const ErrorCode code = number == EACCES || number == EPERM || number == EROFS
                               ? ErrorCode::permission_denied
                           : number == ENOSPC || number == EDQUOT ? ErrorCode::resource_exhausted
                                                                  : ErrorCode::unavailable;
    return {code, str(what, ": ", std::generic_category().message(number))};
}

/// So that a new directory outlives a loss of power.
Result<void> sync_directory(const std::string& directory) {
    const int file = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = file >= 0 && ::fsync(file) == 0;
    const int number = errno;
    if (file >= 0) {
        ::close(file);
    }
    if (!synced) {
        return fail(system_error(str("cannot sync the directory ", directory), number));
    }
    return {};
}

Result<void> make_directory(const std::string& directory) {
    const std::filesystem::path path(directory);
    std::error_code failed;
    if (std::filesystem::is_directory(path, failed)) {
        return {};
    }
    failed.clear();
    if (path.has_parent_path()) {
        std::filesystem::create_directories(path.parent_path(), failed);
    }
    if (failed || (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST)) {
        return fail(system_error(
            str("cannot make the data directory ", directory),
            failed ? failed.value() : errno
        ));
    }
    return sync_directory(path.has_parent_path() ? path.parent_path().string() : ".");
}

/// The number the last owner left in the file; 0 for none.
pid_t owner_in(int file) {
    char text[32] = {};
    const ssize_t size = ::pread(file, text, sizeof text - 1, 0);
    pid_t owner = 0;
    if (size > 0) {
        std::from_chars(text, text + size, owner);
    }
    return owner;
}

bool is_alive(pid_t process) {
    return process > 0 && (::kill(process, 0) == 0 || errno == EPERM);
}

}  // namespace

DirectoryLock::DirectoryLock(DirectoryLock&& other) noexcept
    : file_(std::exchange(other.file_, -1)), owned_(std::exchange(other.owned_, false)) {}

DirectoryLock& DirectoryLock::operator=(DirectoryLock&& other) noexcept {
    std::swap(file_, other.file_);
    std::swap(owned_, other.owned_);
    return *this;
}

DirectoryLock::~DirectoryLock() {
    if (owned_ && ::ftruncate(file_, 0) != 0) {
        // The number that stays is of a process that no longer lives or no longer holds the lock.
    }
    if (file_ >= 0) {
        ::close(file_);
    }
}

Result<DirectoryLock> DirectoryLock::own(const std::string& directory) {
    HAL9_TRY_VOID(make_directory(directory));
    const std::string path = lock_path(directory);
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) {
        return fail(system_error(str("cannot open ", path), errno));
    }
    DirectoryLock lock(file);
    for (int wait = 0; ::flock(file, LOCK_EX | LOCK_NB) != 0; ++wait) {
        if (errno != EWOULDBLOCK && errno != EINTR) {
            return fail(system_error(str("cannot lock ", path), errno));
        }
        const pid_t owner = owner_in(file);
        if (is_alive(owner) || wait == reader_waits_max) {
            return fail(
                ErrorCode::unavailable,
                str("the store ",
                    directory,
                    " is held by another process",
                    owner > 0 ? str(" (pid ", owner, ")") : std::string())
            );
        }
        std::this_thread::sleep_for(reader_wait);
    }
    const std::string number = str(::getpid(), "\n");
    if (::ftruncate(file, 0) != 0 ||
        ::pwrite(file, number.data(), number.size(), 0) != static_cast<ssize_t>(number.size())) {
        // Only the message to the next process suffers: a full disk must not stop recovery.
        [[maybe_unused]] const int emptied = ::ftruncate(file, 0);
    }
    lock.owned_ = true;
    return lock;
}

Result<std::optional<DirectoryLock>> DirectoryLock::share(const std::string& directory) {
    const std::string path = lock_path(directory);
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0 && errno == ENOENT) {
        return fail(ErrorCode::not_found, str("there is no store in ", directory));
    }
    if (file < 0) {
        return fail(system_error(str("cannot open ", path), errno));
    }
    DirectoryLock lock(file);
    if (::flock(file, LOCK_SH | LOCK_NB) == 0) {
        return std::optional(std::move(lock));
    }
    if (errno != EWOULDBLOCK) {
        return fail(system_error(str("cannot lock ", path), errno));
    }
    return std::nullopt;
}

}  // namespace hal9::sqlite::detail
