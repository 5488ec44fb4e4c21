// The values that stand in a row as JSON text: errors, tags and grants.
#pragma once

#include "hal9/base/result.hpp"
#include "hal9/model/run.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hal9::sqlite::detail {

[[nodiscard]] std::string error_text(const Error& error);
[[nodiscard]] std::optional<std::string> error_text(const std::optional<Error>& error);
/// data_loss when it is no such text.
[[nodiscard]] Result<Error> read_error(std::string_view text);

/// The bytes of open.counted.
[[nodiscard]] std::string counted_bytes(std::span<const std::uint32_t> ordinals);
/// data_loss when they are no such bytes.
[[nodiscard]] Result<std::vector<std::uint32_t>> read_counted(std::string_view bytes);

[[nodiscard]] std::string grants_text(const Grants& grants);
/// Nothing for no tags.
[[nodiscard]] std::optional<std::string> tags_text(const std::vector<std::string>& tags);
/// data_loss when it is no such text.
[[nodiscard]] Result<std::vector<std::string>> read_tags(std::string_view text);

/// data_loss when it is no such text.
[[nodiscard]] Result<Grants> read_grants(std::string_view text);

}  // namespace hal9::sqlite::detail
