// Occurrence: which of many words occur in a value, as text.check understands it.
//
// A word occurs in a JSON value when it equals, or is a part of, a string anywhere in it (names of
// members included) or the text of a number, as canonical JSON writes it. The words are looked for
// by length, each length in one pass over the value with a rolling hash, so that the work grows
// with the value and the number of different lengths, not with the number of words.
#pragma once

#include "hal9/base/json.hpp"
#include "hal9/base/result.hpp"

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace hal9::neurons {

/// For each of the words (none empty, each once), whether it occurs. limit_exceeded when the passes
/// over what is not found as a whole string would read more than `scan_bytes_max` bytes.
[[nodiscard]] Result<std::vector<bool>> find_occurring(
    std::span<const std::string_view> words,
    const json::value& value,
    std::size_t scan_bytes_max
);

}  // namespace hal9::neurons
