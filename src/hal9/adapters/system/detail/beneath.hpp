// Opening files beneath a granted directory.
#pragma once

#include "hal9/base/result.hpp"
#include "hal9/ports/files.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hal9::adapters::detail {

/// A file descriptor that closes itself.
class Descriptor {
public:
    Descriptor() = default;

    explicit Descriptor(int number) : number_(number) {}

    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}

    Descriptor& operator=(Descriptor&& other) noexcept;
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor();

    [[nodiscard]] int number() const { return number_; }

    [[nodiscard]] bool is_open() const { return number_ >= 0; }

    /// Gives the number away.
    [[nodiscard]] int release() { return std::exchange(number_, -1); }

private:
    int number_ = -1;
};

/// The error of a system call on `path`, by errno: not_found, permission_denied, unavailable, …
[[nodiscard]] Error system_error(int number, std::string_view what, std::string_view path);

/// A path below a granted directory, as text.
struct Beneath {
    std::string granted;
    std::string relative;  ///< "." for the directory itself
};

/// Every granted directory that `path` lies below by its text, the innermost first: links may lead
/// out of that one and stay in another. permission_denied when there is none, invalid_argument for
/// a path that is not absolute or holds a zero byte.
[[nodiscard]] Result<std::vector<Beneath>>
find_grants(const std::vector<std::string>& granted, std::string_view path);

/// What was opened and the granted directory that it was opened from.
struct Opened {
    Descriptor file;
    Descriptor granted;  ///< O_PATH
    std::string relative;
};

/// Opens `path`, links resolved, where the kernel finds it beneath a granted directory.
/// permission_denied when it leads out of all of them.
[[nodiscard]] Result<Opened>
open_granted(const std::vector<std::string>& granted, std::string_view path, int flags);

/// The same below an open directory; never waits for a device or pipe. Errors are told as errno.
[[nodiscard]] Descriptor
open_beneath(int directory, const std::string& relative, int flags, LinkRule links);

}  // namespace hal9::adapters::detail
