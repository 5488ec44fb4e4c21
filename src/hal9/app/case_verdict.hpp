// CaseVerdict: what a case expected against what became of it. A pure comparison.
#pragma once

#include "hal9/app/case_file.hpp"
#include "hal9/app/case_runner.hpp"
#include "hal9/base/json.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace hal9::app {

/// One thing that is not as expected.
struct CaseFailure {
    std::string pointer;  ///< to what expected it, in the case's file
    std::string message;  ///< whole, for people; control characters are not escaped
    std::string at;       ///< where values differ: a JSON Pointer into the result
    std::optional<json::value> expected;
    std::optional<json::value> actual;
};

/// None: the case passed. At most about a hundred.
[[nodiscard]] std::vector<CaseFailure> judge(const TestCase& test, const CaseOutcome& outcome);

}  // namespace hal9::app
