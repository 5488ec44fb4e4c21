// SHA-256 (FIPS 180-4), by OpenSSL: names network versions and compares payloads of repeated
// requests.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace hal9 {

using Sha256Digest = std::array<std::uint8_t, 32>;

[[nodiscard]] Sha256Digest sha256(std::string_view bytes);
/// Lower-case hexadecimal.
[[nodiscard]] std::string to_hex(std::string_view bytes);
[[nodiscard]] std::string to_hex(const Sha256Digest& digest);

}  // namespace hal9
