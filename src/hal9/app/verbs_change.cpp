// The verbs that change something without running anything: cancel and dead.
#include "hal9/app/access.hpp"
#include "hal9/app/command_line.hpp"
#include "hal9/app/pages.hpp"
#include "hal9/app/tables.hpp"
#include "hal9/base/text.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace hal9::app {
namespace {

struct ChangeOptions {
    CommonOptions common;
    std::string run;
    std::vector<std::string> signals;
    bool all = false;
};

ExitCode cancel(const ChangeOptions& options) {
    const auto config = load_config(options.common);
    if (!config) {
        return report(config.error());
    }
    const auto answer = change(*config, "run.cancel", {{"run", options.run}});
    if (!answer) {
        return report(answer.error());
    }
    if (options.common.json) {
        print_json(*answer);
    } else {
        std::printf("%s cancelled\n", answer->at("id").as_string().c_str());
    }
    return ExitCode::done;
}

void print_letter(const json::value& letter, bool as_json) {
    if (as_json) {
        print_json(letter);
        return;
    }
    const json::object& error = letter.at("error").as_object();
    std::printf(
        "%s  %s  %lld attempts  %s: %s\n",
        letter.at("id").as_string().c_str(),
        printable(letter.at("neuron").as_string()).c_str(),
        static_cast<long long>(letter.at("attempt").to_number<std::int64_t>()),
        error.at("code").as_string().c_str(),
        printable(error.at("message").as_string()).c_str()
    );
}

ExitCode list_dead(const ChangeOptions& options) {
    const auto config = load_config(options.common);
    if (!config) {
        return report(config.error());
    }
    Pages pages([&](const json::object& params) { return ask(*config, "dead.list", params); });
    bool any = false;
    while (true) {
        const auto page = pages.next();
        if (!page) {
            return report(page.error());
        }
        if (page->empty()) {
            break;
        }
        any = true;
        for (const json::value& letter : *page) {
            print_letter(letter, options.common.json);
        }
    }
    if (!options.common.json && !any) {
        std::puts("no dead letters");
    }
    return ExitCode::done;
}

ExitCode decide(const ChangeOptions& options, bool redrive) {
    const auto config = load_config(options.common);
    if (!config) {
        return report(config.error());
    }
    json::object params{{"all", options.all}};
    if (!options.all) {
        json::array signals;
        for (const std::string& signal : options.signals) {
            signals.push_back(json::value(signal));
        }
        params = {{"signals", std::move(signals)}};
    }
    const auto answer = change(*config, redrive ? "dead.redrive" : "dead.discard", params);
    if (!answer) {
        return report(answer.error());
    }
    if (options.common.json) {
        print_json(*answer);
    } else {
        std::printf(
            "%lld %s\n",
            static_cast<long long>(answer->at("count").to_number<std::int64_t>()),
            redrive ? "to be tried again; `hal9 resume RUN` goes on" : "discarded"
        );
    }
    return ExitCode::done;
}

void add_deciding_verb(CLI::App& dead, ExitCode& code, bool redrive) {
    auto options = std::make_shared<ChangeOptions>();  // shared with the callback
    CLI::App* const verb = dead.add_subcommand(
        redrive ? "redrive" : "discard",
        redrive ? "Try parked signals again" : "Fail parked signals for good"
    );
    add_common_options(*verb, options->common);
    auto* const named = verb->add_option("SIGNAL", options->signals, "Ids from `hal9 dead list`");
    auto* const all = verb->add_flag("--all", options->all, "All there are");
    named->excludes(all);
    verb->footer(str("Example: hal9 dead ", redrive ? "redrive" : "discard", " --all"));
    verb->callback([options, &code, redrive] {
        if (!options->all && options->signals.empty()) {
            code = report(Error(ErrorCode::invalid_argument, "name signals, or give --all"));
            return;
        }
        code = decide(*options, redrive);
    });
}

}  // namespace

void add_change_verbs(VerbContext context) {
    auto options = std::make_shared<ChangeOptions>();  // shared with the callbacks
    CLI::App* const cancel_verb = context.app.add_subcommand("cancel", "End a run for good");
    add_common_options(*cancel_verb, options->common);
    cancel_verb->add_option("RUN", options->run, "Id of a run, or `last`")->required();
    cancel_verb->footer("Example: hal9 cancel last");
    cancel_verb->callback([options, &code = context.code] { code = cancel(*options); });

    CLI::App* const dead = context.app.add_subcommand("dead", "Dead letters: parked signals");
    dead->require_subcommand(1);
    dead->footer("Example: hal9 dead list");
    CLI::App* const list = dead->add_subcommand("list", "Those an operator must decide about");
    auto list_options = std::make_shared<ChangeOptions>();
    add_common_options(*list, list_options->common);
    list->footer("Example: hal9 dead list --json");
    list->callback([list_options, &code = context.code] { code = list_dead(*list_options); });
    add_deciding_verb(*dead, context.code, true);
    add_deciding_verb(*dead, context.code, false);
}

}  // namespace hal9::app
