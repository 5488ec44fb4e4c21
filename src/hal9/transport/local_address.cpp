#include "hal9/transport/local_address.hpp"

#include "hal9/base/text.hpp"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/un.h>
#include <unistd.h>

namespace hal9::transport {
namespace {

constexpr std::size_t path_bytes_max = sizeof(sockaddr_un::sun_path) - 1;

}  // namespace

Result<LocalAddress> LocalAddress::of(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    const std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
    if (name.empty() || path.contains('\0')) {
        return fail(
            ErrorCode::invalid_argument,
            str("\"", path, "\" is no path for a socket; allowed: a file name in a directory")
        );
    }
    if (path.size() <= path_bytes_max) {
        return LocalAddress(std::string(path), -1);
    }
    const std::string directory(slash == std::string_view::npos ? "." : path.substr(0, slash + 1));
    const int opened = ::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (opened < 0) {
        const int error = errno;
        return fail(
            error == ENOENT || error == ENOTDIR ? ErrorCode::not_found : ErrorCode::unavailable,
            str("cannot open ", directory, ": ", std::generic_category().message(error))
        );
    }
    LocalAddress address(str("/proc/self/fd/", opened, "/", name), opened);
    if (address.path_.size() > path_bytes_max) {
        return fail(
            ErrorCode::invalid_argument,
            str("the name of the socket in ",
                directory,
                " has ",
                name.size(),
                " bytes; allowed: about ",
                path_bytes_max / 2)
        );
    }
    return address;
}

LocalAddress::~LocalAddress() {
    if (directory_ >= 0) {
        ::close(directory_);
    }
}

}  // namespace hal9::transport
