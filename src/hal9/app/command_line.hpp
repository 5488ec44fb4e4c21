// Command line: from arguments to a verb, and what every verb shares.
#pragma once

#include "hal9/app/config.hpp"
#include "hal9/app/exit_codes.hpp"
#include "hal9/base/error.hpp"
#include "hal9/base/json.hpp"
#include "hal9/base/result.hpp"

#include <cstdio>
#include <string>
#include <string_view>

namespace CLI {  // NOLINT(readability-identifier-naming): the name CLI11 has
class App;
}

namespace hal9::app {

/// The whole program: parses, runs the verb, returns the exit code.
[[nodiscard]] int run_command_line(int argc, char** argv);

/// Options of every verb that touches state.
struct CommonOptions {
    std::string data;    ///< --data; "" for the configured directory
    std::string config;  ///< --config
    std::string log_format;
    std::string log_level;
    bool json = false;
};

/// `hal9: WHAT; WHAT WOULD BE RIGHT` on stderr, and the exit code that goes with it.
ExitCode report(const Error& error);

/// Text from outside and a line end: its lines stay lines, other control characters are escaped.
void say(std::string_view text, std::FILE* stream);

/// A member that is a string.
[[nodiscard]] std::string_view text_at(const json::value& object, std::string_view name);

/// One JSON document and a line end on stdout; control characters in it are escaped.
void print_json(const json::value& value);
/// The same of JSON text.
void print_json_text(std::string text);

/// Where a verb adds itself: its options, its help with an example, and its callback, which leaves
/// the exit code in `code`.
struct VerbContext {
    CLI::App& app;
    ExitCode& code;
};

void add_run_verbs(VerbContext context);  ///< check, run, resume
void add_serve_verb(VerbContext context);
void add_test_verb(VerbContext context);
void add_show_verbs(VerbContext context);    ///< runs, show
void add_network_verb(VerbContext context);  ///< network, with those of add_network_looks
void add_network_looks(CLI::App& network, ExitCode& code);
void add_change_verbs(VerbContext context);  ///< cancel, priority, fork
void add_dead_verb(VerbContext context);
void add_people_verbs(VerbContext context);  ///< answer, message
void add_schedule_verb(VerbContext context);
void add_info_verbs(VerbContext context);  ///< version
void add_config_verb(VerbContext context);
void add_completion_verb(VerbContext context);

/// Adds --data, --config, --log-format, --log-level and --json.
void add_common_options(CLI::App& verb, CommonOptions& options);
/// What is in force with these options. invalid_argument.
[[nodiscard]] Result<Config> load_config(const CommonOptions& options);

}  // namespace hal9::app
