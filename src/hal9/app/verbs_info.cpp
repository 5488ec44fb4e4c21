// The verb version: what this binary is.
#include "hal9/adapters/sqlite/store_schema.hpp"
#include "hal9/app/build_info.hpp"
#include "hal9/app/command_line.hpp"
#include "hal9/base/text.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>
#include <string>

namespace hal9::app {
namespace {

ExitCode version(bool as_json) {
    if (as_json) {
        print_json(json::object{
            {"version", build_version},
            {"commit", build_commit},
            {"compiler", build_compiler},
            {"options", build_options},
            {"schema", sqlite::schema_version()},
        });
    } else {
        std::printf(
            "%s",
            str("hal9 ",
                build_version,
                " (",
                build_commit,
                ")\n",
                build_compiler,
                ", ",
                build_options,
                "\nstore schema ",
                sqlite::schema_version(),
                "\n")
                .c_str()
        );
    }
    return ExitCode::done;
}

}  // namespace

void add_info_verbs(VerbContext context) {
    auto as_json = std::make_shared<bool>(false);  // shared with the callback
    CLI::App* const verb = context.app.add_subcommand("version", "Version, build and store schema");
    verb->add_flag("--json", *as_json, "Print JSON");
    verb->footer("Example: hal9 version --json");
    verb->callback([as_json, &code = context.code] { code = version(*as_json); });
}

}  // namespace hal9::app
