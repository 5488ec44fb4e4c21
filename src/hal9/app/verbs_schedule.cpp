// The verb schedule: networks that the server starts by the clock.
#include "hal9/app/access.hpp"
#include "hal9/app/command_line.hpp"
#include "hal9/app/input_value.hpp"
#include "hal9/app/pages.hpp"
#include "hal9/app/run_request.hpp"
#include "hal9/app/tables.hpp"
#include "hal9/base/text.hpp"

#include <CLI/CLI.hpp>
#include <boost/json/value_from.hpp>

#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

namespace hal9::app {
namespace {

struct ScheduleOptions {
    CommonOptions common;
    std::string network;
    std::string name;
    std::string cron;
    std::string time_zone;
    std::string missed = "once";
    std::string input;
    std::vector<std::string> set;
    std::vector<std::string> grant;
    std::vector<std::string> tags;
};

Result<json::object> parameters(const ScheduleOptions& options, const Config& config) {
    json::value input = json::object{};
    if (!options.input.empty()) {
        HAL9_TRY(input, read_input(options.input, config.limits));
    }
    HAL9_TRY_VOID(set_members(input, options.set));
    HAL9_TRY(const Grants grants, read_grants(config.capabilities, options.grant));
    HAL9_TRY_VOID(check_utf8(options.name, "--name"));
    json::object params{
        {"network", options.network},
        {"cron", options.cron},
        {"missed", options.missed},
        {"input", std::move(input)},
        {"grants", json::value_from(grants)},
        {"principal", str("uid:", ::getuid())},
    };
    if (!options.name.empty()) {
        params["name"] = options.name;
    }
    HAL9_TRY_VOID(check_utf8(options.time_zone, "--time-zone"));
    if (!options.time_zone.empty()) {
        params["time_zone"] = options.time_zone;
    }
    HAL9_TRY_VOID(add_tags(options.tags, params));
    return params;
}

ExitCode add(const ScheduleOptions& options) {
    const auto config = load_config(options.common);
    if (!config) {
        return report(config.error());
    }
    const auto params = parameters(options, *config);
    if (!params) {
        return report(params.error());
    }
    const auto added = change(*config, "schedule.add", *params);
    if (!added) {
        return report(added.error());
    }
    if (options.common.json) {
        print_json(*added);
        return ExitCode::done;
    }
    const std::string when =
        added->at("next").is_null() ? "never" : str("next at ", text_at(*added, "next"));
    say(str(printable(text_at(*added, "id")), ": ", when, "; `hal9 serve` starts it"), stdout);
    return ExitCode::done;
}

json::object row_of(const json::value& schedule) {
    return {
        {"schedule", schedule.at("id")},
        {"network", schedule.at("network")},
        {"cron", schedule.at("cron")},
        {"zone", schedule.at("time_zone")},
        {"next", schedule.at("next")},
        {"last", schedule.at("last")},
        {"last run", schedule.at("last_run")},
        {"error",
         schedule.at("error").is_null() ? json::value(nullptr) : schedule.at("error").at("message")
        },
    };
}

ExitCode list(const ScheduleOptions& options) {
    const auto config = load_config(options.common);
    if (!config) {
        return report(config.error());
    }
    Pages pages([&](const json::object& params) { return ask(*config, "schedule.list", params); });
    json::array rows;
    const auto visited = pages.visit([&](const json::value& schedule) {
        if (options.common.json) {
            print_json(schedule);
        } else {
            rows.push_back(row_of(schedule));
        }
    });
    if (!visited) {
        return report(visited.error());
    }
    if (!options.common.json) {
        std::fputs(rows.empty() ? "no schedules\n" : to_table(rows).c_str(), stdout);
    }
    return ExitCode::done;
}

ExitCode remove(const ScheduleOptions& options) {
    const auto config = load_config(options.common);
    if (!config) {
        return report(config.error());
    }
    const auto removed = change(*config, "schedule.remove", {{"schedule", options.name}});
    if (!removed) {
        return report(removed.error());
    }
    if (options.common.json) {
        print_json(*removed);
    } else {
        say(str(printable(options.name), " removed"), stdout);
    }
    return ExitCode::done;
}

void add_adding_verb(CLI::App& schedule, ExitCode& code) {
    auto options = std::make_shared<ScheduleOptions>();  // shared with the callback
    CLI::App* const verb = schedule.add_subcommand("add", "Start a network at the times of a cron");
    add_common_options(*verb, options->common);
    verb->add_option("NETWORK", options->network, "Its newest version is started each time")
        ->required();
    verb->add_option("--cron", options->cron, "minute hour day month weekday; or @daily")
        ->required();
    verb->add_option("--time-zone", options->time_zone, "Such as Europe/Berlin, if not UTC")
        ->type_name("ZONE");
    verb->add_option("--name", options->name, "Of the schedule, if not that of the network");
    verb->add_option("--missed", options->missed, "Times that passed while no server ran")
        ->check(CLI::IsMember({"skip", "once", "all"}))
        ->capture_default_str();
    verb->add_option("--input", options->input, "Input as JSON, a file, or -");
    verb->add_option("--set", options->set, "A member of the input")
        ->type_name("KEY=VALUE")
        ->allow_extra_args(false);
    verb->add_option("--grant", options->grant, "What the runs may touch, such as files.read=DIR")
        ->type_name("CLASS=VALUE")
        ->allow_extra_args(false);
    verb->add_option("--tag", options->tags, "A word to find the runs by")
        ->type_name("TAG")
        ->allow_extra_args(false);
    verb->footer("Example: hal9 schedule add security-fixes --cron '30 3 * * mon-fri'");
    verb->callback([options, &code] { code = add(*options); });
}

}  // namespace

void add_schedule_verb(VerbContext context) {
    CLI::App* const schedule =
        context.app.add_subcommand("schedule", "Networks that `hal9 serve` starts by the clock");
    schedule->require_subcommand(1);
    schedule->footer("Example: hal9 schedule list");
    add_adding_verb(*schedule, context.code);

    auto listed = std::make_shared<ScheduleOptions>();  // shared with the callback
    CLI::App* const list_verb = schedule->add_subcommand("list", "All, with their next times");
    add_common_options(*list_verb, listed->common);
    list_verb->footer("Example: hal9 schedule list --json");
    list_verb->callback([listed, &code = context.code] { code = list(*listed); });

    auto removed = std::make_shared<ScheduleOptions>();  // shared with the callback
    CLI::App* const remove_verb =
        schedule->add_subcommand("remove", "No more starts; runs that it started go on");
    add_common_options(*remove_verb, removed->common);
    remove_verb->add_option("NAME", removed->name, "Of the schedule")->required();
    remove_verb->footer("Example: hal9 schedule remove nightly");
    remove_verb->callback([removed, &code = context.code] { code = remove(*removed); });
}

}  // namespace hal9::app
