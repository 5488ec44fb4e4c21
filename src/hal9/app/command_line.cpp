#include "hal9/app/command_line.hpp"

#include "hal9/app/tables.hpp"
#include "hal9/base/sha256.hpp"
#include "hal9/base/text.hpp"

#include <CLI/CLI.hpp>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace hal9::app {
namespace {

/// JSON leaves DEL and C1 control characters in strings as they are; terminals obey them.
std::string escape_controls(std::string json_text) {
    constexpr std::string_view suspects = "\x7f\xc2";
    if (json_text.find_first_of(suspects) == std::string::npos) {
        return json_text;
    }
    std::string out;
    for (std::size_t i = 0; i < json_text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(json_text[i]);
        if (byte == 0x7FU) {
            out += "\\u007f";
        } else if (byte == 0xC2U && static_cast<unsigned char>(json_text[i + 1]) < 0xA0U) {
            out += "\\u00" + to_hex(json_text.substr(++i, 1));
        } else {
            out += json_text[i];
        }
    }
    return out;
}

/// Of the verb that was being read.
std::string help_for(const CLI::App& app) {
    std::string command = app.get_name();
    for (const CLI::App* verb = &app; !verb->get_subcommands().empty();) {
        verb = verb->get_subcommands().front();
        command += " " + verb->get_name();
    }
    return str("`", command, " --help` says what it takes");
}

/// What was printed may have gone nowhere: a full disk, a closed pipe.
ExitCode unless_output_was_lost(ExitCode code) {
    std::string reason;  // of an earlier write it is not known any more
    if (std::fflush(stdout) != 0) {
        reason = str(" (", std::strerror(errno), ")");
    } else if (std::ferror(stdout) == 0) {
        return code;
    }
    say(str("hal9: cannot write all of the output", reason, "; give it a place with room"), stderr);
    return code == ExitCode::done ? ExitCode::failed : code;
}

}  // namespace

ExitCode report(const Error& error) {
    say(str("hal9: ", error.full_message()), stderr);
    return exit_code_of(error.code);
}

void say(std::string_view text, std::FILE* stream) {
    const std::string shown = printable_lines(text) + "\n";
    std::fwrite(shown.data(), 1, shown.size(), stream);
}

void print_json(const json::value& value) {
    print_json_text(json::serialize(value));
}

void print_json_text(std::string text) {
    text = escape_controls(std::move(text)) + "\n";
    std::fwrite(text.data(), 1, text.size(), stdout);
}

std::string_view text_at(const json::value& object, std::string_view name) {
    return object.at(name).as_string();
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
    add_serve_verb(context);
    add_network_verb(context);
    add_test_verb(context);
    add_show_verbs(context);
    add_change_verbs(context);
    add_people_verbs(context);
    add_dead_verb(context);
    add_schedule_verb(context);
    add_config_verb(context);
    add_info_verbs(context);
    add_completion_verb(context);
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp& help) {
        app.exit(help);
    } catch (const CLI::CallForAllHelp& help) {
        app.exit(help);
    } catch (const CLI::ParseError& wrong) {
        say(str("hal9: ", wrong.what(), "; ", help_for(app)), stderr);
        code = ExitCode::usage;
    }
    return static_cast<int>(unless_output_was_lost(code));
}

}  // namespace hal9::app
