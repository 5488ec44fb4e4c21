// The verbs that run something: check, run and resume.
#include "hal9/app/command_line.hpp"
#include "hal9/app/definition_file.hpp"
#include "hal9/app/run_request.hpp"
#include "hal9/app/run_session.hpp"
#include "hal9/base/text.hpp"
#include "hal9/definition/needs.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace hal9::app {
namespace {

struct RunOptions {
    CommonOptions common;
    RunArguments arguments;
    std::string run;
    bool quiet = false;
};

json::array faults_as_json(const std::vector<definition::Fault>& faults) {
    json::array list;
    for (const definition::Fault& fault : faults) {
        list.push_back(
            json::object{{"line", fault.line}, {"column", fault.column}, {"message", fault.message}}
        );
    }
    return list;
}

ExitCode check(const RunOptions& options) {
    const auto config = load_config(options.common);
    if (!config) {
        return report(config.error());
    }
    const auto file = read_definition(options.arguments.network, config->limits);
    if (!file) {
        return report(file.error());
    }
    const auto parsed = parse_definition(file->text, config->limits);
    const auto faults =
        parsed ? definition::unmet_needs(*parsed, file->text, config->offer, config->limits)
               : parsed.error();
    if (options.common.json) {
        print_json(json::object{
            {"file", options.arguments.network},
            {"ok", faults.empty()},
            {"faults", faults_as_json(faults)}
        });
    } else if (faults.empty()) {
        say(str(file->name, ": no faults"), stdout);
    } else {
        print_faults(faults, file->name);
        print_number_of_faults(faults.size());
    }
    return faults.empty() ? ExitCode::done : ExitCode::failed;
}

ExitCode run(const RunOptions& options) {
    const auto config = load_config(options.common);
    if (!config) {
        return report(config.error());
    }
    const auto request = make_run_request(*config, options.arguments);
    if (!request) {
        return report(request.error());
    }
    const std::string text(request->at("definition").as_string());
    if (const auto parsed = parse_definition(text, config->limits); !parsed) {
        print_faults(parsed.error(), std::string(request->at("file").as_string()));
        return ExitCode::failed;
    }
    return run_session({*config, options.common.json, options.quiet}, *request);
}

ExitCode resume(const RunOptions& options) {
    const auto config = load_config(options.common);
    if (!config) {
        return report(config.error());
    }
    return resume_session({*config, options.common.json, options.quiet}, options.run);
}

void add_run_verb(VerbContext context) {
    auto options = std::make_shared<RunOptions>();  // shared with the callback
    RunArguments& arguments = options->arguments;
    CLI::App* const verb = context.app.add_subcommand("run", "Run a network to its end");
    add_common_options(*verb, options->common);
    verb->add_option("NETWORK", arguments.network, "Definition file, or -")->required();
    verb->add_option("--input", arguments.input, "Input as JSON, a file, or -");
    verb->add_option("--set", arguments.set, "A member of the input")
        ->type_name("KEY=VALUE")
        ->allow_extra_args(false);
    verb->add_option("--grant", arguments.grant, "What it may touch, such as files.read=DIR")
        ->type_name("CLASS=VALUE")
        ->allow_extra_args(false);
    verb->add_option("--key", arguments.key, "Start at most one run under this key");
    verb->add_option("--tag", arguments.tags, "A word to find the run by; several may be given")
        ->type_name("TAG")
        ->allow_extra_args(false);
    verb->add_option("--priority", arguments.priority, "0 to 9; 9 goes first, 5 if left out")
        ->type_name("N")
        ->check(CLI::Range(0, 9));
    verb->add_flag("--quiet", options->quiet, "No progress");
    verb->footer(
        "Example: hal9 run examples/security-fixes/network.yaml --grant files.read=/usr/share/doc"
    );
    verb->callback([options, &code = context.code] { code = run(*options); });
}

}  // namespace

void add_run_verbs(VerbContext context) {
    auto check_options = std::make_shared<RunOptions>();  // shared with the callback
    CLI::App* const check_verb = context.app.add_subcommand("check", "Find faults in a definition");
    check_verb->add_option("NETWORK", check_options->arguments.network, "File, or -")->required();
    check_verb->add_option("--config", check_options->common.config, "Configuration file")
        ->type_name("FILE");
    check_verb->add_flag("--json", check_options->common.json, "Print JSON");
    check_verb->footer("Example: hal9 check network.yaml");
    check_verb->callback([check_options, &code = context.code] { code = check(*check_options); });

    add_run_verb(context);

    auto options = std::make_shared<RunOptions>();  // shared with the callback
    CLI::App* const verb = context.app.add_subcommand("resume", "Go on with a run to its end");
    add_common_options(*verb, options->common);
    verb->add_option("RUN", options->run, "Id of a run, or `last`")->required();
    verb->add_flag("--quiet", options->quiet, "No progress");
    verb->footer("Example: hal9 resume last");
    verb->callback([options, &code = context.code] { code = resume(*options); });
}

}  // namespace hal9::app
