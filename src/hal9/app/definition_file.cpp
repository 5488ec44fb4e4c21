#include "hal9/app/definition_file.hpp"

#include "hal9/adapters/system/system_files.hpp"
#include "hal9/app/command_line.hpp"
#include "hal9/app/files.hpp"
#include "hal9/app/tables.hpp"
#include "hal9/base/check.hpp"
#include "hal9/neurons/catalog.hpp"

#include <cstdio>
#include <utility>

namespace hal9::app {

Result<DefinitionFile> read_definition(const std::string& path, const Limits& limits) {
    HAL9_TRY(std::string text, read_whole(path, limits.definition_bytes_max * 16));
    return DefinitionFile{path == "-" ? "standard input" : printable(path), std::move(text)};
}

definition::Parsed parse_definition(const std::string& text, const Limits& limits) {
    const auto kinds = describe_kinds();
    return definition::parse_network(text, kinds, limits);
}

void print_faults(const std::vector<definition::Fault>& faults, const std::string& file) {
    for (const definition::Fault& fault : faults) {
        say(definition::to_string(fault, file), stderr);
    }
}

void print_number_of_faults(std::size_t faults) {
    std::fprintf(stderr, "%zu fault%s\n", faults, faults == 1 ? "" : "s");
}

std::vector<KindDescription> describe_kinds() {
    // Nothing is read here: a kind is asked what it is, not run.
    class Nowhere final : public Executor {
    public:
        void post(std::move_only_function<void()>) override { HAL9_ASSERT(false); }
    };

    Nowhere nowhere;
    adapters::SystemFiles files(nowhere, nowhere);
    return neurons::descriptions(neurons::make_kinds(files));
}

}  // namespace hal9::app
