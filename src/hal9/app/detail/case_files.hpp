// The files of a case of `hal9 test`, in memory.
#pragma once

#include "hal9/adapters/memory/memory_files.hpp"
#include "hal9/app/case_file.hpp"
#include "hal9/app/case_runner.hpp"
#include "hal9/model/limits.hpp"

#include <vector>

namespace hal9::app::detail {

/// Puts them into `files`. What lies on this machine is read as files.read does it: links are
/// skipped, what is compressed is unpacked, and what is damaged cannot be read. A problem is one
/// that cannot be found, or is too large.
[[nodiscard]] std::vector<CaseProblem>
load_case_files(const TestCase& test, memory::MemoryFiles& files, const Limits& limits);

}  // namespace hal9::app::detail
