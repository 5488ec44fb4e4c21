// The verb config: what is in force, and where each value came from.
#include "hal9/app/command_line.hpp"
#include "hal9/app/config.hpp"
#include "hal9/app/tables.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>
#include <string>

namespace hal9::app {
namespace {

struct ShowOptions {
    CommonOptions common;
    bool defaults = false;
};

ExitCode show_config(const ShowOptions& options) {
    const auto config = options.defaults ? load_default_config() : load_config(options.common);
    if (!config) {
        return report(config.error());
    }
    const auto settings = shown_settings(*config);
    if (!options.common.json) {
        std::fputs(printable_lines(shown_as_yaml(settings)).c_str(), stdout);
        return ExitCode::done;
    }
    for (const ShownSetting& setting : settings) {
        print_json(json::object{
            {"id", setting.name},
            {"value", setting.value},
            {"origin", setting.origin},
        });
    }
    return ExitCode::done;
}

}  // namespace

void add_config_verb(VerbContext context) {
    CLI::App* const config = context.app.add_subcommand("config", "The configuration");
    config->require_subcommand(1);
    config->footer("Example: hal9 config show");
    auto options = std::make_shared<ShowOptions>();  // shared with the callback
    CLI::App* const verb =
        config->add_subcommand("show", "What is in force, and where it came from");
    add_common_options(*verb, options->common);
    CLI::Option* const defaults = verb->add_flag(
        "--defaults",
        options->defaults,
        "What is in force when nothing is configured"
    );
    for (const char* const configuring : {"--data", "--config", "--log-format", "--log-level"}) {
        verb->get_option(configuring)->excludes(defaults);
    }
    verb->footer("What it prints can be the file. Example: hal9 config show --defaults > hal9.yaml"
    );
    verb->callback([options, &code = context.code] { code = show_config(*options); });
}

}  // namespace hal9::app
