// The verb dead: parked signals, which an operator must decide about.
#include "hal9/app/access.hpp"
#include "hal9/app/command_line.hpp"
#include "hal9/app/pages.hpp"
#include "hal9/app/tables.hpp"
#include "hal9/app/where.hpp"
#include "hal9/base/text.hpp"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace hal9::app {
namespace {

constexpr const char* where_help = "Only those with this run, network, neuron or code";

struct DeadOptions {
    CommonOptions common;
    std::vector<std::string> signals;
    std::vector<std::string> where;
    bool all = false;
};

void print_letter(const json::value& letter, bool as_json) {
    if (as_json) {
        print_json(letter);
        return;
    }
    const json::value& error = letter.at("error");
    std::printf(
        "%s  %s  %lld attempts  %s: %s\n",
        letter.at("id").as_string().c_str(),
        printable(letter.at("neuron").as_string()).c_str(),
        static_cast<long long>(letter.at("attempt").to_number<std::int64_t>()),
        error.is_null() ? "-" : error.at("code").as_string().c_str(),
        error.is_null() ? "" : printable(error.at("message").as_string()).c_str()
    );
}

ExitCode list_dead(const DeadOptions& options) {
    const auto config = load_config(options.common);
    if (!config) {
        return report(config.error());
    }
    const auto where = letters_where(options.where);
    if (!where) {
        return report(where.error());
    }
    Pages pages([&](json::object params) {
        params["where"] = *where;
        return ask(*config, "dead.list", params);
    });
    const auto visited =
        pages.visit([&](const json::value& letter) { print_letter(letter, options.common.json); });
    if (!visited) {
        return report(visited.error());
    }
    if (!options.common.json && *visited == 0) {
        std::puts("no dead letters");
    }
    return ExitCode::done;
}

ExitCode decide(const DeadOptions& options, bool redrive) {
    const auto config = load_config(options.common);
    if (!config) {
        return report(config.error());
    }
    const auto where = letters_where(options.where);
    if (!where) {
        return report(where.error());
    }
    json::object params{{"all", options.all}, {"where", *where}};
    if (!options.signals.empty()) {
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
    } else if (answer->as_object().contains("fork")) {
        say(str("forked as ",
                text_at(*answer, "fork"),
                "; `hal9 resume ",
                text_at(*answer, "fork"),
                "` goes on"),
            stdout);
    } else {
        std::printf(
            "%lld %s\n",
            static_cast<long long>(answer->at("count").to_number<std::int64_t>()),
            !redrive ? "discarded"
            : answer->at("count").to_number<int>() > 0
                ? "to be tried again; `hal9 resume RUN` goes on"
                : "to be tried again"
        );
    }
    return ExitCode::done;
}

void add_deciding_verb(CLI::App& dead, ExitCode& code, bool redrive) {
    auto options = std::make_shared<DeadOptions>();  // shared with the callback
    CLI::App* const verb = dead.add_subcommand(
        redrive ? "redrive" : "discard",
        redrive ? "Try parked signals again" : "Fail parked signals for good"
    );
    add_common_options(*verb, options->common);
    auto* const named = verb->add_option("SIGNAL", options->signals, "Ids from `hal9 dead list`");
    auto* const all = verb->add_flag("--all", options->all, "All there are");
    auto* const where = verb->add_option("--where", options->where, where_help)
                            ->type_name("NAME=VALUE")
                            ->allow_extra_args(false);
    named->excludes(all)->excludes(where);
    all->excludes(where);
    verb->footer(str("Example: hal9 dead ", redrive ? "redrive" : "discard", " --all"));
    verb->callback([options, &code, redrive] {
        if (!options->all && options->signals.empty() && options->where.empty()) {
            code =
                report(Error(ErrorCode::invalid_argument, "name signals, or give --where or --all")
                );
            return;
        }
        code = decide(*options, redrive);
    });
}

ExitCode show_letter(const DeadOptions& options) {
    const auto config = load_config(options.common);
    if (!config) {
        return report(config.error());
    }
    const auto answer = ask(*config, "signal.get", {{"signal", options.signals.front()}});
    if (!answer) {
        return report(answer.error());
    }
    if (options.common.json) {
        print_json(*answer);
    } else {
        std::fputs(to_tables(*answer).c_str(), stdout);
    }
    return ExitCode::done;
}

}  // namespace

void add_dead_verb(VerbContext context) {
    CLI::App* const dead = context.app.add_subcommand("dead", "Dead letters: parked signals");
    dead->require_subcommand(1);
    dead->footer("Example: hal9 dead list");
    CLI::App* const list = dead->add_subcommand("list", "Those an operator must decide about");
    auto list_options = std::make_shared<DeadOptions>();  // shared with the callback
    add_common_options(*list, list_options->common);
    list->add_option("--where", list_options->where, where_help)
        ->type_name("NAME=VALUE")
        ->allow_extra_args(false);
    list->footer("Example: hal9 dead list --where code=timeout");
    list->callback([list_options, &code = context.code] { code = list_dead(*list_options); });

    CLI::App* const show = dead->add_subcommand("show", "One of them, with its payload and error");
    auto show_options = std::make_shared<DeadOptions>();  // shared with the callback
    add_common_options(*show, show_options->common);
    show->add_option("SIGNAL", show_options->signals, "Id from `hal9 dead list`")
        ->required()
        ->expected(1);
    show->footer("Example: hal9 dead show 01941f29-7c5e-7c3a-9a0e-2f6b1d3c4e5f");
    show->callback([show_options, &code = context.code] { code = show_letter(*show_options); });
    add_deciding_verb(*dead, context.code, true);
    add_deciding_verb(*dead, context.code, false);
}

}  // namespace hal9::app
