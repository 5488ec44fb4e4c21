// The verb network: definitions in the store.
#include "hal9/app/access.hpp"
#include "hal9/app/command_line.hpp"
#include "hal9/app/definition_file.hpp"
#include "hal9/app/pages.hpp"
#include "hal9/app/tables.hpp"
#include "hal9/base/text.hpp"
#include "hal9/definition/language_schema.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>
#include <string>
#include <utility>

namespace hal9::app {
namespace {

struct NetworkOptions {
    CommonOptions common;
    std::string network;
};

/// `3f2a9c41b7de`
json::string short_hash(const json::value& version) {
    const json::string& hash = version.at("hash").as_string();
    return json::string(std::string_view(hash).substr(0, 12));
}

void print_applied(const json::value& version) {
    const auto number = version.at("version").to_number<std::uint32_t>();
    const auto versions = version.at("versions").to_number<std::uint32_t>();
    std::string text = str(printable(version.at("network").as_string()), ": ");
    if (version.at("changed").as_bool()) {
        text += str("new version ", number);
    } else {
        text += str("nothing changed, this is version ", number);
    }
    text += str(" (", std::string_view(short_hash(version)), ")");
    if (number != versions) {
        text += str("; the newest is version ", versions);
    }
    std::puts(text.c_str());
}

ExitCode apply(const NetworkOptions& options) {
    const auto config = load_config(options.common);
    if (!config) {
        return report(config.error());
    }
    auto file = read_definition(options.network, config->limits);
    if (!file) {
        return report(file.error());
    }
    if (const auto parsed = parse_definition(file->text, config->limits); !parsed) {
        print_faults(parsed.error(), file->name);
        print_number_of_faults(parsed.error().size());
        return ExitCode::failed;
    }
    const json::object params{{"definition", std::move(file->text)}, {"file", file->name}};
    const auto answer = change(*config, "network.apply", params, WithoutStore::make);
    if (!answer) {
        return report(answer.error());
    }
    if (options.common.json) {
        print_json(*answer);
    } else {
        print_applied(*answer);
    }
    return ExitCode::done;
}

json::object network_row(const json::value& network) {
    return {
        {"network", network.at("id")},
        {"version", network.at("versions")},
        {"hash", short_hash(network.at("newest"))},
        {"applied", network.at("newest").at("created")},
        {"unfinished runs", network.at("unfinished_runs")},
        {"state", network.at("state")},
    };
}

json::object version_row(const json::value& version) {
    return {
        {"version", version.at("version")},
        {"hash", short_hash(version)},
        {"applied", version.at("created")},
    };
}

/// All networks, or the versions of one.
ExitCode list(const NetworkOptions& options) {
    const auto config = load_config(options.common);
    if (!config) {
        return report(config.error());
    }
    const bool versions = !options.network.empty();
    Pages pages([&](json::object params) {
        if (versions) {
            params["network"] = options.network;
        }
        return ask(*config, versions ? "network.versions" : "network.list", params);
    });
    json::array rows;
    const auto visited = pages.visit([&](const json::value& each) {
        if (options.common.json) {
            print_json(each);
        } else {
            rows.push_back(versions ? version_row(each) : network_row(each));
        }
    });
    if (!visited) {
        return report(visited.error());
    }
    if (!options.common.json) {
        std::fputs(rows.empty() ? "no networks\n" : to_table(rows).c_str(), stdout);
    }
    return ExitCode::done;
}

/// The JSON Schema of the language, which is JSON with and without --json.
ExitCode schema(const NetworkOptions& options) {
    const auto config = load_config(options.common);
    if (!config) {
        return report(config.error());
    }
    const auto kinds = describe_kinds();
    print_json(definition::language_schema(kinds, config->limits));
    return ExitCode::done;
}

/// `method` is network.pause, network.resume or network.delete.
template <const char* method>
ExitCode set_state(const NetworkOptions& options) {
    const auto config = load_config(options.common);
    if (!config) {
        return report(config.error());
    }
    const auto answer = change(*config, method, {{"network", options.network}});
    if (!answer) {
        return report(answer.error());
    }
    if (options.common.json) {
        print_json(*answer);
    } else {
        say(str(printable(text_at(*answer, "id")), ": ", text_at(*answer, "state")), stdout);
    }
    return ExitCode::done;
}

constexpr char pause_method[] = "network.pause";
constexpr char resume_method[] = "network.resume";
constexpr char delete_method[] = "network.delete";

struct Subverb {
    const char* name;
    const char* help;
    const char* example;
    ExitCode (*run)(const NetworkOptions& options);
};

CLI::App& add_subverb(
    CLI::App& network,
    ExitCode& code,
    const Subverb& described,
    const std::shared_ptr<NetworkOptions>& options  // shared with the callback
) {
    CLI::App* const verb = network.add_subcommand(described.name, described.help);
    add_common_options(*verb, options->common);
    verb->footer(str("Example: hal9 network ", described.example));
    verb->callback([options, &code, run = described.run] { code = run(*options); });
    return *verb;
}

}  // namespace

void add_network_verb(VerbContext context) {
    CLI::App* const network =
        context.app.add_subcommand("network", "Definitions in the store, and their versions");
    network->require_subcommand(1);
    network->footer("Example: hal9 network list");

    auto applied = std::make_shared<NetworkOptions>();  // shared with the callback
    const Subverb apply_verb{"apply", "Store a definition", "apply network.yaml", apply};
    add_subverb(*network, context.code, apply_verb, applied)
        .add_option("FILE", applied->network, "Definition file, or -")
        ->required();

    auto listed = std::make_shared<NetworkOptions>();  // shared with the callback
    const Subverb list_verb{"list", "Networks, or the versions of one", "list", list};
    add_subverb(*network, context.code, list_verb, listed)
        .add_option("NETWORK", listed->network, "Name of a network: its versions");

    auto printed = std::make_shared<NetworkOptions>();  // shared with the callback
    const Subverb schema_verb{
        "schema",
        "The JSON Schema of the definition language, for editors",
        "schema > hal9.schema.json",
        schema
    };
    add_subverb(*network, context.code, schema_verb, printed);

    const Subverb states[] = {
        {"pause",
         "Start no step of its runs; new ones are taken and wait",
         "pause security-fixes",
         set_state<pause_method>},
        {"resume", "Go on with a paused one", "resume security-fixes", set_state<resume_method>},
        {"delete",
         "Out of all lists; refused while it has unfinished runs. Apply brings it back",
         "delete security-fixes",
         set_state<delete_method>},
    };
    for (const Subverb& described : states) {
        auto options = std::make_shared<NetworkOptions>();  // shared with the callback
        add_subverb(*network, context.code, described, options)
            .add_option("NETWORK", options->network, "Name of a network")
            ->required();
    }
    add_network_looks(*network, context.code);
}

}  // namespace hal9::app
