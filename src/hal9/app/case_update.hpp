// CaseUpdate: writes the results that runs had into the text of their case file.
//
// Only the value of `result` is replaced; comments and spelling of all else stay. What cannot be
// done without losing something is refused: comments inside the old value, or a layout that is not
// known. The new text is read again, and must say the same apart from the results.
#pragma once

#include "hal9/app/case_file.hpp"
#include "hal9/base/json.hpp"
#include "hal9/base/result.hpp"
#include "hal9/model/limits.hpp"

#include <string>
#include <vector>

namespace hal9::app {

struct NewResult {
    std::string pointer;  ///< to the case
    json::value result;
};

/// The new text. conflict says what is in the way.
[[nodiscard]] Result<std::string>
update_results(const CaseFile& file, const std::vector<NewResult>& results, const Limits& limits);

/// The value as YAML behind `result:`, whose name stands in this column (from 0): on the same line
/// where it is short, else in lines below it. With a line end.
[[nodiscard]] std::string yaml_value(const json::value& value, std::size_t column);

}  // namespace hal9::app
