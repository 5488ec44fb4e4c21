// DefinitionFile: a network definition as the command line reads it, with its faults told one a
// line.
#pragma once

#include "hal9/base/result.hpp"
#include "hal9/definition/parse.hpp"
#include "hal9/model/kind.hpp"
#include "hal9/model/limits.hpp"

#include <string>
#include <vector>

namespace hal9::app {

struct DefinitionFile {
    std::string name;  ///< as messages show it
    std::string text;
};

/// `-` is standard input. The errors of read_whole; of what is larger than a definition may be, the
/// parser says so.
[[nodiscard]] Result<DefinitionFile> read_definition(const std::string& path, const Limits& limits);

/// Against the kinds of this binary.
[[nodiscard]] definition::Parsed parse_definition(const std::string& text, const Limits& limits);

/// On stderr, `file:line:column: message` each.
void print_faults(const std::vector<definition::Fault>& faults, const std::string& file);
/// Beneath them, how many there are.
void print_number_of_faults(std::size_t faults);

/// The kinds of this binary, for checking definitions without opening anything.
[[nodiscard]] std::vector<KindDescription> describe_kinds();

}  // namespace hal9::app
