#include "hal9/adapters/system/detail/beneath.hpp"

#include "hal9/base/text.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace hal9::adapters::detail {
namespace {

/// openat2 gives up with EAGAIN when something was renamed while it resolved a `..`; whoever keeps
/// renaming must not keep a thread.
constexpr int raced_attempts_max = 64;

ErrorCode code_of(int number) {
    switch (number) {
        case ENOENT:
        case ENOTDIR:
            return ErrorCode::not_found;
        case EACCES:
        case EPERM:
        case ELOOP:
        case EXDEV:
        // Without openat2 nothing can be opened safely, however often it is tried.
        case ENOSYS:
            return ErrorCode::permission_denied;
        case ENAMETOOLONG:
        case EISDIR:
            return ErrorCode::invalid_argument;
        case EMFILE:
        case ENFILE:
        case ENOMEM:
            return ErrorCode::resource_exhausted;
        default:
            return ErrorCode::unavailable;
    }
}

std::string reason_of(int number) {
    switch (number) {
        case EXDEV:
            return "it leads out of the granted directory";
        case ELOOP:
            return "its links lead nowhere";
        case ENOSYS:
            return "this system has no openat2, which keeps links within a granted directory; HAL9 "
                   "needs Linux 5.6 or newer, and a sandbox that lets the call through";
        default: {
            char buffer[128];
            return ::strerror_r(number, buffer, sizeof buffer);
        }
    }
}

/// Without repeated and trailing slashes and `.`; `..` stays, for the kernel to judge.
std::string tidied(std::string_view path) {
    std::string tidy;
    for (std::size_t begin = 0; begin < path.size();) {
        const std::size_t end = std::min(path.find('/', begin), path.size());
        const std::string_view component = path.substr(begin, end - begin);
        if (!component.empty() && component != ".") {
            tidy += '/';
            tidy += component;
        }
        begin = end + 1;
    }
    return tidy;
}

std::string listed(const std::vector<std::string>& granted) {
    std::string list;
    for (const std::string& directory : granted) {
        list += str(list.empty() ? "" : ", ", directory);
    }
    return list.empty() ? "nothing" : list;
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    if (this != &other) {
        if (number_ >= 0) {
            ::close(number_);
        }
        number_ = std::exchange(other.number_, -1);
    }
    return *this;
}

Descriptor::~Descriptor() {
    if (number_ >= 0) {
        ::close(number_);
    }
}

Error system_error(int number, std::string_view what, std::string_view path) {
    return {code_of(number), str("cannot ", what, " ", path, ": ", reason_of(number))};
}

Result<std::vector<Beneath>>
find_grants(const std::vector<std::string>& granted, std::string_view path) {
    if (!path.starts_with('/') || path.find('\0') != std::string_view::npos) {
        return fail(
            ErrorCode::invalid_argument,
            str("\"", path, "\" is no absolute path; it must begin with /")
        );
    }
    const std::string wanted = tidied(path);
    std::vector<Beneath> found;
    for (const std::string& directory : granted) {
        const std::string prefix = tidied(directory);
        if (!directory.starts_with('/') || !wanted.starts_with(prefix)) {
            continue;
        }
        const std::string_view rest = std::string_view(wanted).substr(prefix.size());
        if (rest.empty() || rest.starts_with('/')) {
            found.push_back(
                {.granted = prefix.empty() ? "/" : prefix,
                 .relative = rest.empty() ? "." : std::string(rest.substr(1))}
            );
        }
    }
    if (found.empty()) {
        return fail(
            ErrorCode::permission_denied,
            str(path,
                " is outside what files.read grants (",
                listed(granted),
                "); grant a directory above it")
        );
    }
    std::ranges::sort(found, std::ranges::greater(), [](const Beneath& place) {
        return place.granted.size();
    });
    return found;
}

Descriptor open_beneath(int directory, const std::string& relative, int flags, LinkRule links) {
    open_how how{};
    // A path descriptor opens nothing, and openat2 refuses flags that mean nothing to it.
    const int never_wait = (flags & O_PATH) != 0 ? 0 : O_NONBLOCK | O_NOCTTY;
    how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC | never_wait);
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
    if (links == LinkRule::skip) {
        how.resolve |= RESOLVE_NO_SYMLINKS;
    }
    for (int raced = 0; raced < raced_attempts_max;) {
        const long opened = ::syscall(SYS_openat2, directory, relative.c_str(), &how, sizeof how);
        if (opened >= 0) {
            return Descriptor(static_cast<int>(opened));
        }
        if (errno != EINTR && errno != EAGAIN) {
            break;
        }
        raced += errno == EAGAIN ? 1 : 0;
    }
    return {};
}

Result<Opened>
open_granted(const std::vector<std::string>& granted, std::string_view path, int flags) {
    HAL9_TRY(const std::vector<Beneath> places, find_grants(granted, path));
    Error error;
    for (const Beneath& place : places) {
        Opened opened;
        opened.granted =
            Descriptor(::open(place.granted.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
        if (!opened.granted.is_open()) {
            error = system_error(errno, "open the granted directory", place.granted);
            continue;
        }
        opened.file =
            open_beneath(opened.granted.number(), place.relative, flags, LinkRule::follow);
        if (opened.file.is_open()) {
            opened.relative = place.relative;
            return opened;
        }
        error = system_error(errno, "open", path);
        if (errno == EXDEV) {
            error.message += str(" (files.read: ", place.granted, ")");
        }
    }
    return fail(std::move(error));
}

}  // namespace hal9::adapters::detail
