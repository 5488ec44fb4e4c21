// The verbs by which people take part in runs: answer and message.
#include "hal9/app/access.hpp"
#include "hal9/app/command_line.hpp"
#include "hal9/app/input_value.hpp"
#include "hal9/app/pages.hpp"
#include "hal9/app/tables.hpp"
#include "hal9/base/text.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

namespace hal9::app {
namespace {

struct PeopleOptions {
    CommonOptions common;
    std::string signal;
    std::string run;
    std::string name;
    std::optional<std::string> value;
    std::string input;
    std::vector<std::string> set;
    std::string by;
};

std::string who(const PeopleOptions& options) {
    return options.by.empty() ? str("uid:", ::getuid()) : options.by;
}

void print_question(const json::value& question, bool as_json) {
    if (as_json) {
        print_json(question);
        return;
    }
    const json::value& asked = question.at("question");
    const std::string text =
        asked.is_string() ? std::string(asked.get_string()) : json::serialize(asked);
    say(str(text_at(question, "id"),
            "  ",
            printable(text_at(question, "network")),
            "/",
            printable(text_at(question, "neuron")),
            question.at("until").is_null() ? std::string()
                                           : str("  until ", text_at(question, "until")),
            "\n    ",
            printable(text)),
        stdout);
    if (!question.at("form").is_null()) {
        say(str("    form ", printable(json::serialize(question.at("form")))), stdout);
    }
}

ExitCode list_questions(const PeopleOptions& options, const Config& config) {
    Pages pages([&](const json::object& params) { return ask(config, "question.list", params); });
    const auto visited = pages.visit([&](const json::value& question) {
        print_question(question, options.common.json);
    });
    if (!visited) {
        return report(visited.error());
    }
    if (!options.common.json && *visited == 0) {
        std::puts("nobody is asked anything");
    }
    return ExitCode::done;
}

/// What was given, in one of the ways there are; nothing when nothing was.
Result<std::optional<json::value>>
given_value(const PeopleOptions& options, const Limits& limits, std::string_view what) {
    std::optional<json::value> value;
    if (options.value) {
        HAL9_TRY(value, value_of_argument(*options.value, what));
    } else if (!options.input.empty()) {
        HAL9_TRY(value, read_input(options.input, limits));
    } else if (!options.set.empty()) {
        value = json::object{};
    }
    if (value) {
        HAL9_TRY_VOID(set_members(*value, options.set));
    }
    return value;
}

ExitCode answer(const PeopleOptions& options) {
    const auto config = load_config(options.common);
    if (!config) {
        return report(config.error());
    }
    if (options.signal.empty()) {
        return list_questions(options, *config);
    }
    if (const auto utf8 = check_utf8(options.by, "--by"); !utf8) {
        return report(utf8.error());
    }
    const auto value = given_value(options, config->limits, "ANSWER");
    if (!value) {
        return report(value.error());
    }
    if (!*value) {
        return report(Error(
            ErrorCode::invalid_argument,
            "there is no answer; give it as JSON, with --set NAME=VALUE, or from a file with "
            "--input"
        ));
    }
    const auto answered = change(
        *config,
        "signal.answer",
        {{"signal", options.signal}, {"answer", **value}, {"by", who(options)}}
    );
    if (!answered) {
        return report(answered.error());
    }
    if (options.common.json) {
        print_json(*answered);
    } else {
        say(str(text_at(*answered, "id"), " answered"), stdout);
    }
    return ExitCode::done;
}

ExitCode message(const PeopleOptions& options) {
    const auto config = load_config(options.common);
    if (!config) {
        return report(config.error());
    }
    if (const auto utf8 = check_utf8(options.by, "--by"); !utf8) {
        return report(utf8.error());
    }
    if (const auto utf8 = check_utf8(options.name, "NAME"); !utf8) {
        return report(utf8.error());
    }
    const auto value = given_value(options, config->limits, "MESSAGE");
    if (!value) {
        return report(value.error());
    }
    const auto sent = change(
        *config,
        "run.message",
        {{"run", options.run},
         {"name", options.name},
         {"message", value->value_or(nullptr)},
         {"by", who(options)}}
    );
    if (!sent) {
        return report(sent.error());
    }
    if (options.common.json) {
        print_json(*sent);
    } else {
        std::puts(
            sent->at("received").as_bool() ? "received by a signal that waited for it"
                                           : "kept until a signal of the run asks for it"
        );
    }
    return ExitCode::done;
}

void add_value_options(CLI::App& verb, PeopleOptions& options, const char* what) {
    CLI::Option* const value = verb.add_option(what, options.value, "As JSON, or a plain text");
    verb.add_option("--input", options.input, "From a file, or -")->excludes(value);
    verb.add_option("--set", options.set, "A member of it")
        ->type_name("KEY=VALUE")
        ->allow_extra_args(false)
        ->excludes(value);
    verb.add_option("--by", options.by, "Who says so, if not the user of this process");
}

}  // namespace

void add_people_verbs(VerbContext context) {
    auto answers = std::make_shared<PeopleOptions>();  // shared with the callback
    CLI::App* const answer_verb = context.app.add_subcommand(
        "answer",
        "Answer a signal that asks a person; without one: list what is asked"
    );
    add_common_options(*answer_verb, answers->common);
    answer_verb->add_option("SIGNAL", answers->signal, "Id of a signal that asks");
    add_value_options(*answer_verb, *answers, "ANSWER");
    answer_verb->footer(
        "Example: hal9 answer 01941f29-7c5e-7c3a-9a0e-2f6b1d3c4e5f --set approved=true"
    );
    answer_verb->callback([answers, &code = context.code] { code = answer(*answers); });

    auto messages = std::make_shared<PeopleOptions>();  // shared with the callback
    CLI::App* const message_verb = context.app.add_subcommand("message", "Send a message to a run");
    add_common_options(*message_verb, messages->common);
    message_verb->add_option("RUN", messages->run, "Id of a run, or `last`")->required();
    message_verb->add_option("NAME", messages->name, "The name that signals wait for")->required();
    add_value_options(*message_verb, *messages, "MESSAGE");
    message_verb->footer("Example: hal9 message last paid '{\"amount\": 12}'");
    message_verb->callback([messages, &code = context.code] { code = message(*messages); });
}

}  // namespace hal9::app
