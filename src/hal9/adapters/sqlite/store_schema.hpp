// The version of the store's schema that this binary writes.
#pragma once

#include <cstdint>

namespace hal9::sqlite {

/// Raised with each file of schema/sql.
[[nodiscard]] std::int64_t schema_version();

}  // namespace hal9::sqlite
