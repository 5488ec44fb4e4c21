// The values that stand in a row as JSON text: errors and grants.
#pragma once

#include "hal9/base/result.hpp"
#include "hal9/model/run.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace hal9::sqlite::detail {

[[nodiscard]] std::string error_text(const Error& error);
[[nodiscard]] std::optional<std::string> error_text(const std::optional<Error>& error);
/// data_loss when it is no such text.
[[nodiscard]] Result<Error> read_error(std::string_view text);

[[nodiscard]] std::string grants_text(const Grants& grants);
/// data_loss when it is no such text.
[[nodiscard]] Result<Grants> read_grants(std::string_view text);

}  // namespace hal9::sqlite::detail
