// CaseSuite: the cases of a network as they lie in a folder, with the networks that they call; read
// whole before any of them runs.
#pragma once

#include "hal9/app/case_file.hpp"
#include "hal9/app/case_runner.hpp"
#include "hal9/definition/network.hpp"
#include "hal9/model/limits.hpp"

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

namespace hal9::app {

struct CaseSuite {
    std::vector<CaseFile> files;  ///< by path
    CaseNetworks networks;

    [[nodiscard]] std::size_t number_of_cases() const;
};

/// Why the cases cannot be run.
struct UnreadableCases {
    std::vector<std::string> lines;  ///< `file:line:column: what is wrong`, else `hal9: …`
};

/// What lies in `path`, a folder (whatever is below it in .yaml, .yml and .json, networks left out)
/// or one file.
[[nodiscard]] std::variant<CaseSuite, UnreadableCases>
read_cases(const std::string& path, const definition::Network& tested, const Limits& limits);

}  // namespace hal9::app
