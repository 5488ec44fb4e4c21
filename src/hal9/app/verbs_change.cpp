// The verbs that change runs: cancel, priority and fork.
#include "hal9/app/access.hpp"
#include "hal9/app/command_line.hpp"
#include "hal9/app/run_request.hpp"
#include "hal9/app/tables.hpp"
#include "hal9/base/text.hpp"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

namespace hal9::app {
namespace {

struct ChangeOptions {
    CommonOptions common;
    std::string run;
    std::string signal;
    std::string version;
    std::vector<std::string> tags;
    int priority = 5;
};

/// What a verb without a long answer does: asks, and says in a line what came of it.
template <class Say>
ExitCode change_and_say(
    const ChangeOptions& options,
    const char* method,
    const json::object& params,
    const Say& say_it
) {
    const auto config = load_config(options.common);
    if (!config) {
        return report(config.error());
    }
    const auto answer = change(*config, method, params);
    if (!answer) {
        return report(answer.error());
    }
    if (options.common.json) {
        print_json(*answer);
    } else {
        say(say_it(*answer), stdout);
    }
    return ExitCode::done;
}

ExitCode cancel(const ChangeOptions& options) {
    const bool whole = options.signal.empty();
    return change_and_say(
        options,
        whole ? "run.cancel" : "signal.cancel",
        whole ? json::object{{"run", options.run}} : json::object{{"signal", options.signal}},
        [](const json::value& answer) { return str(text_at(answer, "id"), " cancelled"); }
    );
}

ExitCode set_priority(const ChangeOptions& options) {
    return change_and_say(
        options,
        "run.priority",
        {{"run", options.run}, {"priority", options.priority}},
        [](const json::value& answer) {
            const auto priority = answer.at("priority").to_number<std::uint32_t>();
            return str(text_at(answer, "id"), " has priority ", priority);
        }
    );
}

ExitCode fork(const ChangeOptions& options) {
    json::object params{{"run", options.run}, {"principal", str("uid:", ::getuid())}};
    if (!options.signal.empty()) {
        params["signal"] = options.signal;
    }
    if (!options.version.empty()) {
        params["version"] = options.version;
    }
    if (const auto tags = add_tags(options.tags, params); !tags) {
        return report(tags.error());
    }
    return change_and_say(options, "run.fork", params, [](const json::value& answer) {
        return str(
            text_at(answer, "id"),
            " forked from ",
            text_at(answer, "origin"),
            "; `hal9 resume ",
            text_at(answer, "id"),
            "` works on it unless a server does"
        );
    });
}

void add_priority_verb(VerbContext context) {
    auto options = std::make_shared<ChangeOptions>();  // shared with the callback
    CLI::App* const verb =
        context.app.add_subcommand("priority", "Change the priority of a run and what it started");
    add_common_options(*verb, options->common);
    verb->add_option("RUN", options->run, "Id of a run, or `last`")->required();
    verb->add_option("N", options->priority, "0 to 9; 9 goes first, 5 is what runs begin with")
        ->required()
        ->check(CLI::Range(0, 9));
    verb->footer("Example: hal9 priority last 9");
    verb->callback([options, &code = context.code] { code = set_priority(*options); });
}

void add_fork_verb(VerbContext context) {
    auto options = std::make_shared<ChangeOptions>();  // shared with the callback
    CLI::App* const verb = context.app.add_subcommand(
        "fork",
        "A new run with what ended of another: from a signal on, everything runs anew"
    );
    add_common_options(*verb, options->common);
    verb->add_option("RUN", options->run, "Id of a run, or `last`")->required();
    verb->add_option("--from", options->signal, "The signal to begin with; its root if left out")
        ->type_name("SIGNAL");
    verb->add_option("--version", options->version, "Of the network: its number, or NAME@HASH")
        ->type_name("VERSION");
    verb->add_option("--tag", options->tags, "A word to find the new run by")
        ->type_name("TAG")
        ->allow_extra_args(false);
    verb->footer("Example: hal9 fork last --version 2");
    verb->callback([options, &code = context.code] { code = fork(*options); });
}

}  // namespace

void add_change_verbs(VerbContext context) {
    auto options = std::make_shared<ChangeOptions>();  // shared with the callbacks
    CLI::App* const cancel_verb =
        context.app.add_subcommand("cancel", "End a run for good, or a part of it");
    add_common_options(*cancel_verb, options->common);
    CLI::Option* const run = cancel_verb->add_option("RUN", options->run, "Id of a run, or `last`");
    cancel_verb
        ->add_option("--signal", options->signal, "Only this signal and what is below it: it fails")
        ->type_name("ID")
        ->excludes(run);
    cancel_verb->footer("Example: hal9 cancel last");
    cancel_verb->callback([options, &code = context.code] {
        if (options->run.empty() && options->signal.empty()) {
            code =
                report(Error(ErrorCode::invalid_argument, "name a run, or a signal with --signal"));
            return;
        }
        code = cancel(*options);
    });

    add_priority_verb(context);
    add_fork_verb(context);
}

}  // namespace hal9::app
