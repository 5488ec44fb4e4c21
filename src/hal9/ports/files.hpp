// Files: the file system as neurons may see it, within what the operator granted.
//
// Paths are resolved by the kernel beneath the granted directory (openat2 with RESOLVE_BENEATH on
// Linux), so neither links nor `..` can leave it. The real one is adapters/system, the one of tests
// and of the simulator adapters/memory.
#pragma once

#include "hal9/base/clock.hpp"
#include "hal9/base/result.hpp"
#include "hal9/base/task.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace hal9 {

struct FileEntry {
    std::string path;  ///< absolute: the listed directory and the way below it
    std::uint64_t size = 0;
    WallTime modified;
};

enum class LinkRule : std::uint8_t { skip, follow };

struct ListRequest {
    std::vector<std::string> granted;  ///< absolute directories; the request must lie beneath one
    std::string directory;             ///< absolute
    std::string match;  ///< glob relative to it: * ? [a-z] within a component, ** across
    LinkRule links = LinkRule::skip;  ///< follow: only where the target lies in the same grant
    std::size_t entries_max = 0;      ///< limit_exceeded beyond
};

struct ReadRequest {
    std::vector<std::string> granted;
    std::string path;           ///< absolute
    bool decompress = true;     ///< when the content starts as gzip does (RFC 1952); all members
    std::size_t bytes_max = 0;  ///< of the file and of what it expands to; limit_exceeded beyond
};

class Files {
public:
    virtual ~Files() = default;
    /// Regular files below the directory, in byte order of path. permission_denied outside the
    /// grant, not_found when the directory does not exist, unavailable when the system refuses.
    [[nodiscard]] virtual Task<Result<std::vector<FileEntry>>> list(ListRequest request) = 0;
    /// The whole content. not_found, permission_denied (outside the grant, or the system refuses),
    /// limit_exceeded, data_loss (damaged gzip).
    [[nodiscard]] virtual Task<Result<std::string>> read(ReadRequest request) = 0;
};

}  // namespace hal9
