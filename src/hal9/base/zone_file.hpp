// zone_file: the smallest TZif file (RFC 9636) with a rule, for tests and fuzzing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace hal9 {

/// A change of the clocks: the second of UTC, and the offset from then on.
struct ZoneFileChange {
    std::int64_t at = 0;
    std::int32_t offset = 0;
};

/// `first`: the offset before all changes; `rule`: POSIX's TZ, for what comes behind them.
[[nodiscard]] inline std::string zone_file(
    std::string_view rule,
    std::int32_t first = 0,
    std::span<const ZoneFileChange> changes = {}
) {
    std::string bytes;
    const auto put = [&bytes](std::uint64_t number, std::size_t size) {
        for (std::size_t i = size; i-- > 0;) {
            bytes += static_cast<char>(number >> (8 * i) & 0xFFU);
        }
    };
    const auto header = [&](std::size_t transitions, std::size_t types) {
        bytes += "TZif2";
        bytes.append(15, '\0');
        for (const std::size_t count : std::array<std::size_t, 6>{0, 0, 0, transitions, types, 4}) {
            put(count, 4);
        }
    };
    const auto type = [&](std::int32_t offset) {
        put(static_cast<std::uint32_t>(offset), 4);
        put(0, 2);
    };
    header(0, 1);
    type(0);
    bytes += std::string_view("LMT\0", 4);
    header(changes.size(), changes.size() + 1);
    for (const ZoneFileChange& change : changes) {
        put(static_cast<std::uint64_t>(change.at), 8);
    }
    for (std::size_t i = 0; i < changes.size(); ++i) {
        put(i + 1, 1);
    }
    type(first);
    for (const ZoneFileChange& change : changes) {
        type(change.offset);
    }
    bytes += std::string_view("LMT\0", 4);
    bytes += '\n';
    bytes += rule;
    bytes += '\n';
    return bytes;
}

}  // namespace hal9
