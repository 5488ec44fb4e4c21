// What a SqliteReader holds.
#pragma once

#include "hal9/adapters/sqlite/detail/bodies.hpp"
#include "hal9/adapters/sqlite/detail/read_connection.hpp"
#include "hal9/adapters/sqlite/sqlite_reader.hpp"

namespace hal9::sqlite {

struct SqliteReader::Inside {
    detail::ReadConnection connection;
    detail::BodyReader bodies;
};

}  // namespace hal9::sqlite
