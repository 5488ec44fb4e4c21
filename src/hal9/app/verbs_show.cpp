// The verbs that only look: runs and show.
#include "hal9/adapters/system/system_clock.hpp"
#include "hal9/app/access.hpp"
#include "hal9/app/command_line.hpp"
#include "hal9/app/pages.hpp"
#include "hal9/app/tables.hpp"
#include "hal9/app/where.hpp"
#include "hal9/base/text.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace hal9::app {
namespace {

struct ShowOptions {
    CommonOptions common;
    std::string run;
    std::string signal;
    std::string state;
    std::vector<std::string> where;
    std::uint32_t limit = 20;
    bool tree = false;
    bool signals = false;
};

ExitCode show_runs(const ShowOptions& options) {
    const auto config = load_config(options.common);
    if (!config) {
        return report(config.error());
    }
    auto where = runs_where(options.where, adapters::SystemClock().now().wall);
    if (!where) {
        return report(where.error());
    }
    json::object& params = *where;
    params["limit"] = options.limit;
    if (!options.state.empty() && params.contains("state")) {
        return report(
            Error(ErrorCode::invalid_argument, "the state is given twice; give --state or --where")
        );
    }
    if (!options.state.empty()) {
        params["state"] = options.state;
    }
    const auto answer = ask(*config, "run.list", params);
    if (!answer) {
        return report(answer.error());
    }
    for (const json::value& run : answer->as_array()) {
        if (options.common.json) {
            print_json(run);
        } else {
            std::string tags;
            for (const json::value& tag : run.at("tags").as_array()) {
                tags += str("  ", printable(tag.as_string()));
            }
            std::printf(
                "%s  %-9s  %s  %s%s\n",
                run.at("id").as_string().c_str(),
                run.at("status").as_string().c_str(),
                run.at("created").as_string().c_str(),
                printable(run.at("network").as_string()).c_str(),
                tags.c_str()
            );
        }
    }
    if (!options.common.json && answer->as_array().empty()) {
        std::puts("no runs");
    }
    return ExitCode::done;
}

std::string milliseconds(const json::value& us) {
    const auto hundredths = (us.to_number<std::int64_t>() + 5) / 10;
    return str(hundredths / 100, ".", hundredths / 10 % 10, hundredths % 10, " ms");
}

/// `facts: 33,170 completed, p50 0.02 ms`
std::string summary_line(const json::object& neuron) {
    std::string line = str(printable(neuron.at("neuron").as_string()), ": ");
    bool first = true;
    for (const auto& status : neuron.at("statuses").as_object()) {
        line +=
            str(first ? "" : ", ",
                with_thousands(status.value().to_number<std::uint64_t>()),
                " ",
                std::string_view(status.key()));
        first = false;
    }
    if (first) {
        return line + "no signals";
    }
    line += str(", p50 ", milliseconds(neuron.at("p50_us")));
    if (const auto retries = neuron.at("retries").to_number<std::uint64_t>(); retries > 0) {
        line += str(", ", with_thousands(retries), retries == 1 ? " retry" : " retries");
    }
    if (const auto skipped = neuron.at("skipped_children").to_number<std::uint64_t>();
        skipped > 0) {
        line +=
            str(", ", with_thousands(skipped), skipped == 1 ? " child skipped" : " children skipped"
            );
    }
    return line;
}

class TreePrinter {
public:
    explicit TreePrinter(const json::array& neurons) : neurons_(neurons) {}

    void print(std::string_view name, const std::string& indent) {  // NOLINT(misc-no-recursion)
        for (const json::value& value : neurons_) {
            const json::object& neuron = value.as_object();
            if (std::string_view(neuron.at("neuron").as_string()) != name) {
                continue;
            }
            std::printf("%s%s\n", indent.c_str(), summary_line(neuron).c_str());
            if (!printed_.insert(std::string(name)).second) {
                return;  // reached on another way before
            }
            for (const json::value& error : neuron.at("errors").as_array()) {
                const auto count = error.at("count").to_number<std::uint64_t>();
                std::puts(str(indent,
                              "    ",
                              error.at("code").as_string().c_str(),
                              count > 1 ? str(" (", with_thousands(count), " times)") : "",
                              ": ",
                              printable(error.at("message").as_string()))
                              .c_str());
            }
            for (const json::value& child : neuron.at("forward").as_array()) {
                print(std::string_view(child.as_string()), indent + "  ");
            }
        }
    }

private:
    const json::array& neurons_;
    std::set<std::string> printed_;
};

ExitCode show_tree(const json::value& tree, bool as_json) {
    if (as_json) {
        print_json(tree);
        return ExitCode::done;
    }
    std::printf(
        "run %s of %s: %s\n",
        tree.at("id").as_string().c_str(),
        printable(tree.at("network").as_string()).c_str(),
        tree.at("status").as_string().c_str()
    );
    TreePrinter(tree.at("neurons").as_array())
        .print(std::string_view(tree.at("start").as_string()), "  ");
    return ExitCode::done;
}

/// `01a2…  work  failed  invalid_argument: it was told to fail`
void print_signal(const json::value& signal) {
    std::string text =
        str(text_at(signal, "id"),
            std::string(2 * signal.at("depth").to_number<std::size_t>() + 2, ' '),
            printable(text_at(signal, "neuron")),
            "  ",
            text_at(signal, "status"));
    if (!signal.at("waits_for").is_null()) {
        text += str(" for ", text_at(signal, "waits_for"));
    }
    if (signal.at("copied").as_bool()) {
        text += ", copied";
    }
    if (!signal.at("error").is_null()) {
        const json::value& error = signal.at("error");
        text += str("  ", text_at(error, "code"), ": ", printable(text_at(error, "message")));
    }
    say(text, stdout);
}

ExitCode list_signals(const ShowOptions& options, const Config& config) {
    const auto where = signals_where(options.where);
    if (!where) {
        return report(where.error());
    }
    Pages pages([&](json::object params) {
        params["run"] = options.run;
        params.insert(where->begin(), where->end());
        return ask(config, "signal.list", params);
    });
    const auto visited = pages.visit([&](const json::value& signal) {
        if (options.common.json) {
            print_json(signal);
        } else {
            print_signal(signal);
        }
    });
    if (!visited) {
        return report(visited.error());
    }
    return ExitCode::done;
}

ExitCode show(const ShowOptions& options) {
    const auto config = load_config(options.common);
    if (!config) {
        return report(config.error());
    }
    if (options.signals) {
        return list_signals(options, *config);
    }
    const bool signal = !options.signal.empty();
    json::object of_signal{{"signal", options.signal}};
    if (!options.run.empty()) {
        of_signal["run"] = options.run;
    }
    const auto answer =
        signal ? ask(*config, "signal.get", of_signal)
               : ask(*config, options.tree ? "run.tree" : "run.get", {{"run", options.run}});
    if (!answer) {
        return report(answer.error());
    }
    if (options.tree) {
        return show_tree(*answer, options.common.json);
    }
    if (options.common.json) {
        print_json(*answer);
    } else {
        std::fputs(to_tables(*answer).c_str(), stdout);
    }
    return ExitCode::done;
}

}  // namespace

void add_show_verbs(VerbContext context) {
    auto runs_options = std::make_shared<ShowOptions>();  // shared with the callback
    CLI::App* const runs = context.app.add_subcommand("runs", "List runs, newest first");
    add_common_options(*runs, runs_options->common);
    runs->add_option("--state", runs_options->state, "Only those in this state")
        ->check(CLI::IsMember({"running", "draining", "completed", "failed", "cancelled"}));
    runs->add_option(
            "--where",
            runs_options->where,
            "Only those with this state, network or tag, or since or until a time"
    )
        ->type_name("NAME=VALUE")
        ->allow_extra_args(false);
    runs->add_option("--limit", runs_options->limit, "At most so many")
        ->check(CLI::Range(1, 10'000))
        ->capture_default_str();
    runs->footer("Example: hal9 runs --where state=failed --where since=2h");
    runs->callback([runs_options, &code = context.code] { code = show_runs(*runs_options); });

    auto options = std::make_shared<ShowOptions>();  // shared with the callback
    CLI::App* const verb = context.app.add_subcommand("show", "A run, its tree, or one signal");
    add_common_options(*verb, options->common);
    verb->add_option("RUN", options->run, "Id of a run, or `last`");
    CLI::Option* const tree =
        verb->add_flag("--tree", options->tree, "Neurons with their signals, fan-outs collapsed");
    CLI::Option* const signals =
        verb->add_flag("--signals", options->signals, "Its signals, a line each")->excludes(tree);
    verb->add_option("--where", options->where, "Of these, those of a neuron or in a state")
        ->type_name("NAME=VALUE")
        ->allow_extra_args(false)
        ->needs(signals);
    verb->add_option("--signal", options->signal, "Id of a signal")
        ->type_name("ID")
        ->excludes(tree)
        ->excludes(signals);
    verb->footer("Example: hal9 show last --tree");
    verb->callback([options, &code = context.code] {
        if (options->run.empty() && options->signal.empty()) {
            code =
                report(Error(ErrorCode::invalid_argument, "name a run, or a signal with --signal"));
            return;
        }
        if (options->signals && options->run.empty()) {
            code = report(Error(ErrorCode::invalid_argument, "--signals needs a run"));
            return;
        }
        code = show(*options);
    });
}

}  // namespace hal9::app
