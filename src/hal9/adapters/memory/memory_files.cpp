#include "hal9/adapters/memory/memory_files.hpp"

#include "hal9/base/glob.hpp"
#include "hal9/base/text.hpp"

#include <algorithm>
#include <coroutine>
#include <memory>
#include <utility>

namespace hal9::memory {
namespace {

/// co_await NextTurn(executor): goes on when the executor gets to it. A coroutine that was
/// destroyed meanwhile is not resumed.
class NextTurn {
public:
    explicit NextTurn(Executor& executor) : executor_(executor) {}

    NextTurn(const NextTurn&) = delete;
    NextTurn& operator=(const NextTurn&) = delete;

    ~NextTurn() { *awaiter_ = {}; }

    [[nodiscard]] bool await_ready() const noexcept { return false; }

    void await_suspend(std::coroutine_handle<> awaiter) {
        *awaiter_ = awaiter;
        executor_.post([awaiter = awaiter_] {
            if (*awaiter) {
                awaiter->resume();
            }
        });
    }

    void await_resume() const noexcept {}

private:
    Executor& executor_;
    /// Shared with the posted work, which may outlive the coroutine.
    std::shared_ptr<std::coroutine_handle<>> awaiter_ = std::make_shared<std::coroutine_handle<>>();
};

std::string_view without_slash(std::string_view directory) {
    while (directory.ends_with('/')) {
        directory.remove_suffix(1);
    }
    return directory;
}

/// The part of `path` below `directory`; nothing when it lies elsewhere.
std::optional<std::string_view> below(std::string_view directory, std::string_view path) {
    const std::string_view prefix = without_slash(directory);
    if (!path.starts_with(prefix) || path.substr(prefix.size(), 1) != "/") {
        return std::nullopt;
    }
    return path.substr(prefix.size() + 1);
}

bool is_plain_absolute(std::string_view path) {
    const std::string whole = str(path, '/');
    return path.starts_with('/') && whole.find("/../") == std::string::npos &&
           whole.find("/./") == std::string::npos;
}

}  // namespace

Task<Result<std::vector<FileEntry>>> MemoryFiles::list(ListRequest request) {
    co_await NextTurn(executor_);
    co_return list_now(request);
}

Task<Result<std::string>> MemoryFiles::read(ReadRequest request) {
    co_await NextTurn(executor_);
    co_return read_now(request);
}

Result<std::vector<FileEntry>> MemoryFiles::list_now(const ListRequest& request) {
    HAL9_TRY(const Glob glob, Glob::compile(request.match));
    HAL9_TRY_VOID(check(request.granted, request.directory));
    std::vector<FileEntry> entries;
    bool exists = false;
    for (const auto& [path, file] : files_) {
        const auto relative = below(request.directory, path);
        exists = exists || relative.has_value();
        if (!relative || !glob.matches(*relative)) {
            continue;
        }
        if (entries.size() >= request.entries_max) {
            return fail(
                ErrorCode::limit_exceeded,
                str("more than ",
                    with_thousands(request.entries_max),
                    " files below ",
                    request.directory,
                    " match (files_listed_max); list a smaller directory, or match fewer")
            );
        }
        entries.push_back({.path = path, .size = file.content.size(), .modified = file.modified});
    }
    if (!exists) {
        return fail(ErrorCode::not_found, str("there is no directory ", request.directory));
    }
    return entries;
}

Result<std::string> MemoryFiles::read_now(const ReadRequest& request) {
    HAL9_TRY_VOID(check(request.granted, request.path));
    const auto found = files_.find(request.path);
    if (found == files_.end()) {
        return fail(ErrorCode::not_found, str("there is no file ", request.path));
    }
    if (found->second.content.size() > request.bytes_max) {
        return fail(
            ErrorCode::limit_exceeded,
            str(request.path, " has more than ", format_size(request.bytes_max), " (file_bytes_max)"
            )
        );
    }
    return found->second.content;
}

Result<void> MemoryFiles::check(const std::vector<std::string>& granted, std::string_view path) {
    if (failing_ > 0) {
        --failing_;
        return fail(failure_);
    }
    if (!path.starts_with('/')) {
        return fail(
            ErrorCode::invalid_argument,
            str("\"", path, "\" is no absolute path; it must begin with /")
        );
    }
    const bool within = std::ranges::any_of(granted, [path](const std::string& directory) {
        return without_slash(path) == without_slash(directory) || below(directory, path);
    });
    if (!within || !is_plain_absolute(path)) {
        return fail(
            ErrorCode::permission_denied,
            str(path, " is outside what files.read grants; grant a directory above it")
        );
    }
    const auto fault = faults_.find(path);
    return fault == faults_.end() ? Result<void>() : fail(fault->second);
}

void MemoryFiles::put(std::string path, std::string content, WallTime modified) {
    files_.insert_or_assign(
        std::move(path),
        File{.content = std::move(content), .modified = modified}
    );
}

void MemoryFiles::remove(std::string_view path) {
    if (const auto found = files_.find(path); found != files_.end()) {
        files_.erase(found);
    }
}

void MemoryFiles::set_fault(std::string path, std::optional<Error> fault) {
    if (fault) {
        faults_.insert_or_assign(std::move(path), *std::move(fault));
    } else {
        faults_.erase(path);
    }
}

void MemoryFiles::fail_next(std::size_t times, Error fault) {
    failing_ = times;
    failure_ = std::move(fault);
}

}  // namespace hal9::memory
