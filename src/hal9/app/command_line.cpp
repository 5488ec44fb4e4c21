#include "hal9/app/command_line.hpp"

#include "hal9/base/text.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>

namespace hal9::app {

ExitCode report(const Error& error) {
    std::fprintf(stderr, "hal9: %s\n", error.full_message().c_str());
    return exit_code_of(error.code);
}

void print_json(const json::value& value) {
    const std::string text = json::serialize(value);
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fputc('\n', stdout);
}

void add_common_options(CLI::App& verb, CommonOptions& options) {
    verb.add_option("--data", options.data, "Directory of the store")->type_name("DIR");
    verb.add_option("--config", options.config, "Configuration file")->type_name("FILE");
    verb.add_option("--log-format", options.log_format, "logfmt or json")->type_name("FORMAT");
    verb.add_option("--log-level", options.log_level, "debug, info, warning or error")
        ->type_name("LEVEL");
    verb.add_flag("--json", options.json, "Print JSON");
}

Result<Config> load_config(const CommonOptions& options) {
    ConfigSources sources{
        .file = options.config,
        .environment = process_environment(),
        .flags = {}
    };
    const auto add = [&](std::string_view name, std::string_view setting, const std::string& value
                     ) {
        if (!value.empty()) {
            sources.flags.push_back({name, setting, value});
        }
    };
    add("--data", "store.directory", options.data);
    add("--log-format", "telemetry.log_format", options.log_format);
    add("--log-level", "telemetry.log_level", options.log_level);
    return load_config(sources);
}

int run_command_line(int argc, char** argv) {
    CLI::App app("HAL9: durable networks of AI neurons", "hal9");
    app.require_subcommand(1);
    app.set_help_all_flag("--help-all", "Print the help of every verb");
    app.footer(
        "Example: hal9 run examples/security-fixes/network.yaml --grant files.read=/usr/share/doc"
    );
    ExitCode code = ExitCode::done;
    const VerbContext context{app, code};
    add_run_verbs(context);
    add_show_verbs(context);
    add_change_verbs(context);
    add_config_verb(context);
    add_info_verbs(context);
    add_completion_verb(context);
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp& help) {
        return app.exit(help);
    } catch (const CLI::CallForAllHelp& help) {
        return app.exit(help);
    } catch (const CLI::ParseError& wrong) {
        std::fprintf(stderr, "hal9: %s; `hal9 --help` lists verbs and options\n", wrong.what());
        return static_cast<int>(ExitCode::usage);
    }
    return static_cast<int>(code);
}

}  // namespace hal9::app
