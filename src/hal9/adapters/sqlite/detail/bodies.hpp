// Payloads and results in the append-only blob table.
//
// Up to 64 KiB a body lies in its blob row, a larger one in parts of that size beside it. From 4
// KiB on it is compressed first where that makes it smaller: text costs its third on disk, and the
// disk is what large bodies wait for.
#pragma once

#include "hal9/adapters/sqlite/detail/database.hpp"
#include "hal9/model/signal.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hal9::sqlite::detail {

inline constexpr std::size_t body_part_bytes = 64U << 10U;
inline constexpr std::size_t body_compressed_from = 4U << 10U;
/// No stored body is larger; a frame that says otherwise is damaged.
inline constexpr std::size_t body_bytes_max = 64U << 20U;

class BodyWriter {
public:
    [[nodiscard]] static Result<BodyWriter> create(Database& database);

    /// The body's number in the blob table; nothing for a null body.
    [[nodiscard]] Result<std::optional<std::int64_t>> append(const Body& body);
    /// Removes the bodies of these numbers.
    [[nodiscard]] Result<void> remove(std::int64_t first, std::int64_t last);

private:
    [[nodiscard]] Result<void> append_bytes(std::string_view bytes, std::optional<int> codec);

    std::string packed_;  ///< reused: the compressed body

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
    [[nodiscard]] Result<std::string> read_parts(std::int64_t seq);

    Statement select_;
    Statement select_parts_;
};

}  // namespace hal9::sqlite::detail
