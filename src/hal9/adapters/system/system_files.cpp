#include "hal9/adapters/system/system_files.hpp"

#include "hal9/adapters/system/detail/beneath.hpp"
#include "hal9/adapters/system/detail/walk.hpp"
#include "hal9/adapters/system/gunzip.hpp"
#include "hal9/base/text.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <coroutine>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hal9::adapters {
namespace {

/// co_await OnPool(…): runs `work` on the pool and goes on on the strand. When the coroutine is
/// destroyed meanwhile, work that has not begun is left out, a result is dropped, and nobody is
/// resumed.
template <class T>
class OnPool {
public:
    OnPool(Executor& pool, Executor& strand, std::move_only_function<T()> work)
        : pool_(pool), strand_(strand), shared_(std::make_shared<Shared>()) {
        shared_->work = std::move(work);
    }

    OnPool(const OnPool&) = delete;
    OnPool& operator=(const OnPool&) = delete;

    ~OnPool() {
        shared_->awaiter = {};
        shared_->abandoned.store(true, std::memory_order_relaxed);
    }

    [[nodiscard]] bool await_ready() const noexcept { return false; }

    void await_suspend(std::coroutine_handle<> awaiter) {
        shared_->awaiter = awaiter;
        pool_.post([shared = shared_, &strand = strand_]() mutable {
            if (shared->abandoned.load(std::memory_order_relaxed)) {
                return;
            }
            shared->result.emplace(shared->work());
            strand.post([shared = std::move(shared)] {
                if (shared->awaiter) {
                    shared->awaiter.resume();
                }
            });
        });
    }

    T await_resume() { return *std::move(shared_->result); }

private:
    /// Shared by the coroutine and the work, either of which may be gone first.
    struct Shared {
        std::move_only_function<T()> work;
        std::optional<T> result;              ///< handed over with the post to the strand
        std::coroutine_handle<> awaiter;      ///< the strand's alone
        std::atomic<bool> abandoned = false;  ///< a hint to the pool; `awaiter` decides
    };

    Executor& pool_;
    Executor& strand_;
    std::shared_ptr<Shared> shared_;
};

/// Reads into data[used...]; the new `used`.
Result<std::size_t>
read_some(int file, char* data, std::size_t used, std::size_t room, const std::string& path) {
    while (used < room) {
        const ssize_t got = ::read(file, data + used, room - used);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return fail(detail::system_error(errno, "read", path));
        }
        if (got == 0) {
            break;
        }
        used += static_cast<std::size_t>(got);
    }
    return used;
}

/// To the end of the file, whatever its size was said to be: it may grow meanwhile.
Result<std::string> read_all(int file, std::size_t expected, const ReadRequest& request) {
    std::string bytes;
    std::size_t room = std::min(expected, request.bytes_max) + 1;
    while (true) {
        const std::size_t before = bytes.size();
        Result<std::size_t> used;
        bytes.resize_and_overwrite(room, [&](char* data, std::size_t size) {
            used = read_some(file, data, before, size, request.path);
            return used ? *used : before;
        });
        HAL9_TRY_VOID(used);
        if (bytes.size() > request.bytes_max) {
            return fail(
                ErrorCode::limit_exceeded,
                str(request.path,
                    " has more than ",
                    format_size(request.bytes_max),
                    " (file_bytes_max)")
            );
        }
        if (bytes.size() < room) {
            return bytes;
        }
        room = std::min(request.bytes_max, room * 2) + 1;
    }
}

Result<std::string> read_now(const ReadRequest& request) {
    HAL9_TRY(
        const detail::Opened opened,
        detail::open_granted(request.granted, request.path, O_RDONLY)
    );
    struct stat status{};
    if (::fstat(opened.file.number(), &status) != 0) {
        return fail(detail::system_error(errno, "look at", request.path));
    }
    if (!S_ISREG(status.st_mode)) {
        return fail(
            ErrorCode::invalid_argument,
            str(request.path,
                " is a ",
                S_ISDIR(status.st_mode) ? "directory" : "device, pipe or socket",
                "; only regular files are read")
        );
    }
    HAL9_TRY(
        std::string bytes,
        read_all(opened.file.number(), static_cast<std::size_t>(status.st_size), request)
    );
    if (!request.decompress || !is_gzip(bytes)) {
        return bytes;
    }
    auto unpacked = gunzip(bytes, request.bytes_max);
    if (!unpacked) {
        return fail(unpacked.error().code, str(request.path, ": ", unpacked.error().message));
    }
    return unpacked;
}

}  // namespace

Task<Result<std::vector<FileEntry>>> SystemFiles::list(ListRequest request) {
    co_return co_await OnPool<Result<std::vector<FileEntry>>>(
        pool_,
        strand_,
        [request = std::move(request)] { return detail::walk(request); }
    );
}

Task<Result<std::string>> SystemFiles::read(ReadRequest request) {
    co_return co_await OnPool<Result<std::string>>(pool_, strand_, [request = std::move(request)] {
        return read_now(request);
    });
}

}  // namespace hal9::adapters
