// CaseReport: how `hal9 test` tells what became of a case, for people and for programs.
#pragma once

#include "hal9/app/case_file.hpp"
#include "hal9/app/case_runner.hpp"
#include "hal9/app/case_verdict.hpp"
#include "hal9/base/clock.hpp"
#include "hal9/base/json.hpp"

#include <string>
#include <vector>

namespace hal9::app {

struct CaseReport {
    const CaseFile* file = nullptr;
    const TestCase* test = nullptr;
    CaseOutcome outcome;
    std::vector<CaseFailure> failures;
    Duration wall{0};         ///< on the machine's clock
    bool is_updated = false;  ///< its result was written into its file

    [[nodiscard]] bool has_passed() const { return failures.empty(); }
};

/// `ok  NAME`, or `FAILED  NAME` and a line for each failure. Control characters are escaped.
[[nodiscard]] std::string to_text(const CaseReport& report, bool colours);
/// docs/reference/cli/test.schema.json
[[nodiscard]] json::object to_json(const CaseReport& report);

}  // namespace hal9::app
