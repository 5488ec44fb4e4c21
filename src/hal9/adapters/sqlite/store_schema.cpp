#include "hal9/adapters/sqlite/store_schema.hpp"

#include "hal9/adapters/sqlite/detail/schema.hpp"

namespace hal9::sqlite {

std::int64_t schema_version() {
    return detail::schema_version();
}

}  // namespace hal9::sqlite
