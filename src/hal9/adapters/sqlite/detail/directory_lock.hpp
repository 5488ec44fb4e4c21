// DirectoryLock: one process owns a store's directory (flock on DIR/lock, released by the kernel
// when the process dies). The owner's number stands in the file, for the message of the next one.
//
// A reader takes it shared, and only while there is no owner.
#pragma once

#include "hal9/base/result.hpp"

#include <optional>
#include <string>

namespace hal9::sqlite::detail {

class DirectoryLock {
public:
    /// Makes the directory (mode 0700) where there is none. unavailable when another process owns
    /// it; waits up to a second for readers to finish.
    [[nodiscard]] static Result<DirectoryLock> own(const std::string& directory);
    /// Nothing when somebody owns it. not_found when there is no store.
    [[nodiscard]] static Result<std::optional<DirectoryLock>> share(const std::string& directory);

    DirectoryLock(DirectoryLock&& other) noexcept;
    DirectoryLock& operator=(DirectoryLock&& other) noexcept;
    DirectoryLock(const DirectoryLock&) = delete;
    DirectoryLock& operator=(const DirectoryLock&) = delete;
    ~DirectoryLock();

private:
    explicit DirectoryLock(int file) : file_(file) {}

    int file_ = -1;
    bool owned_ = false;
};

}  // namespace hal9::sqlite::detail
