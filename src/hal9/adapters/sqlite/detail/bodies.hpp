// Payloads and results in the append-only blob table.
//
// Up to 64 KiB a body lies in its blob row, a larger one in parts of that size beside it.
#pragma once

#include "hal9/adapters/sqlite/detail/database.hpp"
#include "hal9/model/signal.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace hal9::sqlite::detail {

inline constexpr std::size_t body_part_bytes = 64U << 10U;

class BodyWriter {
public:
    [[nodiscard]] static Result<BodyWriter> create(Database& database);

    /// The body's number in the blob table; nothing for a null body.
    [[nodiscard]] Result<std::optional<std::int64_t>> append(const Body& body);
    /// Removes the bodies of these numbers.
    [[nodiscard]] Result<void> remove(std::int64_t first, std::int64_t last);

private:
    [[nodiscard]] Result<void> append_parts(const std::string& bytes);

    Statement insert_;
    Statement insert_empty_;
    Statement insert_part_;
    Statement delete_;
    Statement delete_parts_;
    std::int64_t last_ = 0;
};

class BodyReader {
public:
    [[nodiscard]] static Result<BodyReader> create(Database& database);

    /// data_loss when there is no such body.
    [[nodiscard]] Result<Body> read(std::int64_t seq);

private:
    [[nodiscard]] Result<Body> read_parts(std::int64_t seq);

    Statement select_;
    Statement select_parts_;
};

}  // namespace hal9::sqlite::detail
