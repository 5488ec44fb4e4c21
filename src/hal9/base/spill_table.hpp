// SpillTable: an ordered table of bytes that may lie on disk, for folds that outgrow memory.
//
// Temporary by nature: nothing of it survives the process. Keys are compared as unsigned bytes.
// The implementation over a temporary SQLite database is in adapters/sqlite, the one over a
// std::map (tests, simulator) in adapters/memory.
#pragma once

#include "hal9/base/result.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace hal9 {

class SpillTable {
public:
    virtual ~SpillTable() = default;
    /// Inserts or replaces.
    [[nodiscard]] virtual Result<void> put(std::string_view key, std::string_view value) = 0;
    [[nodiscard]] virtual Result<std::optional<std::string>> find(std::string_view key) = 0;
    /// In key order, until `visit` returns false or fails.
    [[nodiscard]] virtual Result<void> for_each(
        const std::function<Result<bool>(std::string_view key, std::string_view value)>& visit
    ) = 0;
};

class SpillTables {
public:
    virtual ~SpillTables() = default;
    /// Thread: any; a table is used by one thread at a time. resource_exhausted when there is no
    /// room for temporary files.
    [[nodiscard]] virtual Result<std::unique_ptr<SpillTable>> create() = 0;
};

}  // namespace hal9
