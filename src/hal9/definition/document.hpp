// Document: any YAML or JSON text, read with the care that definitions get, each value at its
// place.
//
// For texts that are no network, such as the configuration: the same bounds, the same refusal of
// doubled names, tabs and oversized anchors, and every fault with line and column.
#pragma once

#include "hal9/base/json.hpp"
#include "hal9/definition/parse.hpp"
#include "hal9/model/limits.hpp"

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace hal9::definition {

/// A member of an object of the document, however deep.
struct DocumentMember {
    std::vector<std::string> path;  ///< names from the top; its own is the last
    std::size_t line = 0;           ///< of the name; from 1
    std::size_t column = 0;         ///< from 1, in bytes
    json::value value;              ///< whole: of an object with all its members
};

/// In the order of the text, an object before its members; members within lists are not told apart.
/// An empty text, or one of comments alone, has none. A text that is no object is a fault.
using Document = std::expected<std::vector<DocumentMember>, std::vector<Fault>>;

[[nodiscard]] Document read_document(std::string_view text, const Limits& limits = {});

}  // namespace hal9::definition
