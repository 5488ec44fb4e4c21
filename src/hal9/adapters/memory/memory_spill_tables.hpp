// Spill tables in memory: for tests and the simulator, where nothing may touch a disk.
#pragma once

#include "hal9/base/spill_table.hpp"

#include <memory>

namespace hal9::memory {

class MemorySpillTables final : public SpillTables {
public:
    [[nodiscard]] Result<std::unique_ptr<SpillTable>> create() override;

    /// There is no room for temporary files, or there is again.
    void set_full(bool full) { full_ = full; }

private:
    bool full_ = false;
};

}  // namespace hal9::memory
