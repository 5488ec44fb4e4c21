// Spill tables in temporary SQLite files: what a fold puts on disk when it outgrows memory.
//
// Each table is a file of its own, without journal, removed from its directory as soon as it is
// open: nothing of it is left when the process ends, however it ends.
#pragma once

#include "hal9/base/spill_table.hpp"

#include <memory>
#include <string>
#include <utility>

namespace hal9::sqlite {

class SqliteSpillTables final : public SpillTables {
public:
    /// In `directory`, which exists; the store's own is a good one.
    explicit SqliteSpillTables(std::string directory) : directory_(std::move(directory)) {}

    [[nodiscard]] Result<std::unique_ptr<SpillTable>> create() override;

private:
    std::string directory_;
};

}  // namespace hal9::sqlite
