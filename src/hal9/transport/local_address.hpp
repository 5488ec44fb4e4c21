// LocalAddress: a path as the address of a Unix socket, however long the path is.
//
// The system takes 107 bytes. A longer path is reached through its directory, which is kept open as
// long as the address: /proc/self/fd/N/name.
#pragma once

#include "hal9/base/result.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace hal9::transport {

class LocalAddress {
public:
    /// not_found when the directory of a long path is missing, invalid_argument for a path that no
    /// socket can have, unavailable when the system has no file descriptor left.
    [[nodiscard]] static Result<LocalAddress> of(std::string_view path);
    ~LocalAddress();

    LocalAddress(LocalAddress&& other) noexcept
        : path_(std::move(other.path_)), directory_(std::exchange(other.directory_, -1)) {}

    LocalAddress(const LocalAddress&) = delete;
    LocalAddress& operator=(const LocalAddress&) = delete;
    LocalAddress& operator=(LocalAddress&&) = delete;

    /// What to put into sockaddr_un::sun_path, with room for its end; good while this lives.
    [[nodiscard]] const std::string& socket_path() const { return path_; }

private:
    LocalAddress(std::string path, int directory) : path_(std::move(path)), directory_(directory) {}

    std::string path_;
    int directory_;  ///< -1 for short paths
};

}  // namespace hal9::transport
