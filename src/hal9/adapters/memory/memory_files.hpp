// Files in memory: for tests and the simulator, where nothing may touch a disk.
//
// Keeps the rules of the port that need no kernel: grants by the text of the path, globs, byte
// order, limits. There are no links, and contents are kept as reading gives them, so nothing is
// ever unpacked. Every answer comes through the executor given at construction, never at once.
#pragma once

#include "hal9/base/executor.hpp"
#include "hal9/ports/files.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace hal9::memory {

/// Thread: everything, with the executor's work, on one strand.
class MemoryFiles final : public Files {
public:
    /// The executor outlives every coroutine of this object.
    explicit MemoryFiles(Executor& executor) : executor_(executor) {}

    [[nodiscard]] Task<Result<std::vector<FileEntry>>> list(ListRequest request) override;
    [[nodiscard]] Task<Result<std::string>> read(ReadRequest request) override;

    /// Adds a file or replaces it. The path is absolute, without `.`, `..` or repeated slashes.
    void put(std::string path, std::string content, WallTime modified = {});
    /// A file that vanishes; whoever listed it before finds it gone.
    void remove(std::string_view path);
    /// What listing this directory, or reading this file, fails with from now on; nothing ends it.
    void set_fault(std::string path, std::optional<Error> fault);
    /// The same for the next `times` calls of either kind, whatever their path.
    void fail_next(std::size_t times, Error fault);

private:
    struct File {
        std::string content;
        WallTime modified;
    };

    [[nodiscard]] Result<std::vector<FileEntry>> list_now(const ListRequest& request);
    [[nodiscard]] Result<std::string> read_now(const ReadRequest& request);
    [[nodiscard]] Result<void>
    check(const std::vector<std::string>& granted, std::string_view path);

    Executor& executor_;
    std::map<std::string, File, std::less<>> files_;
    std::map<std::string, Error, std::less<>> faults_;
    std::size_t failing_ = 0;
    Error failure_;
};

}  // namespace hal9::memory
