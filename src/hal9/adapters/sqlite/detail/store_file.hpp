// Opening a store's file for writing: checked, taken forward, with a new owner in it.
#pragma once

#include "hal9/adapters/sqlite/detail/database.hpp"
#include "hal9/base/random.hpp"
#include "hal9/ports/signal_reader.hpp"

#include <string>

namespace hal9::sqlite::detail {

struct StoreFile {
    Database database;
    Recovery recovery;
};

/// After an unclean end a file up to this size is read through (`pragma quick_check`): SQLite's log
/// makes that unnecessary, but damage by the disk or by people is then found at once.
inline constexpr std::int64_t quick_check_bytes_max = 32 << 20;

[[nodiscard]] Result<StoreFile>
open_store_file(const std::string& path, const char* vfs, Random& random);

}  // namespace hal9::sqlite::detail
