// SystemFiles: the machine's files, within what was granted.
//
// Every path is opened by the kernel beneath a granted directory (openat2 with RESOLVE_BENEATH and
// RESOLVE_NO_MAGICLINKS, Linux 5.6), so neither links nor `..` leave it, whatever changes
// meanwhile. Only regular files are read; devices and pipes never block. Blocking work runs on a
// pool; the coroutine goes on through the node's strand.
#pragma once

#include "hal9/base/executor.hpp"
#include "hal9/ports/files.hpp"

namespace hal9::adapters {

class SystemFiles final : public Files {
public:
    /// Both outlive every coroutine of this object.
    SystemFiles(Executor& pool, Executor& strand) : pool_(pool), strand_(strand) {}

    [[nodiscard]] Task<Result<std::vector<FileEntry>>> list(ListRequest request) override;
    [[nodiscard]] Task<Result<std::string>> read(ReadRequest request) override;

private:
    Executor& pool_;
    Executor& strand_;
};

}  // namespace hal9::adapters
