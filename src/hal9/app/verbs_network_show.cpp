// The parts of the verb network that look at one definition.
#include "hal9/app/command_line.hpp"
#include "hal9/app/definition_file.hpp"
#include "hal9/app/network_difference.hpp"
#include "hal9/app/network_drawing.hpp"
#include "hal9/app/network_graph.hpp"
#include "hal9/app/network_source.hpp"
#include "hal9/app/tables.hpp"
#include "hal9/base/sha256.hpp"
#include "hal9/base/text.hpp"

#include <CLI/CLI.hpp>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include <sys/ioctl.h>
#include <unistd.h>

namespace hal9::app {
namespace {

struct LookOptions {
    CommonOptions common;
    std::string network;
    std::string other;
    bool dot = false;
    bool exit_code = false;
};

/// Of the terminal that stdout is, else as the environment says, else as terminals once were.
std::size_t columns_of_stdout() {
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        return size.ws_col;
    }
    std::size_t columns = 0;
    if (const char* const said = std::getenv("COLUMNS")) {
        const std::string_view text(said);
        std::from_chars(text.data(), text.data() + text.size(), columns);
    }
    return columns > 0 ? columns : 80;
}

/// What its kinds must be granted, as far as this binary knows them.
std::set<std::string> capabilities_of(const NetworkGraph& graph, KindCatalog kinds) {
    std::set<std::string> capabilities;
    for (const NetworkGraph::Neuron& neuron : graph.neurons) {
        const KindDescription* const kind = find_kind(kinds, neuron.kind);
        if (kind != nullptr && !kind->capability.empty()) {
            capabilities.insert(kind->capability);
        }
    }
    return capabilities;
}

/// `demo, version 2 of 3 (ac5d5e968083), applied 2026-11-24T22:05:56.942Z, paused`
std::string title(const NetworkSource& source, const NetworkGraph& graph) {
    if (!source.version) {
        return str(printable(graph.name), ", as it stands in ", source.label);
    }
    const json::object& version = *source.version;
    const std::string_view state(version.at("state").as_string());
    return str(
        printable(graph.name),
        ", version ",
        version.at("version").to_number<std::uint32_t>(),
        " of ",
        version.at("versions").to_number<std::uint32_t>(),
        " (",
        std::string_view(version.at("hash").as_string()).substr(0, 12),
        "), applied ",
        std::string_view(version.at("created").as_string()),
        state == "active" ? "" : str(", ", state)
    );
}

std::string heading(const NetworkSource& source, const NetworkGraph& graph, KindCatalog kinds) {
    std::string out = title(source, graph) + "\n";
    const json::value* const said = source.definition.as_object().if_contains("description");
    if (const json::string* const text = said == nullptr ? nullptr : said->if_string()) {
        out += printable_lines(*text) + "\n";
    }
    out += str("It starts at ", printable(graph.start));
    const char* before = " and needs ";
    for (const std::string& capability : capabilities_of(graph, kinds)) {
        out += str(before, capability);
        before = ", ";
    }
    return out + ".\n\n";
}

ExitCode show(const LookOptions& options) {
    const auto config = load_config(options.common);
    if (!config) {
        return report(config.error());
    }
    const auto source = find_network(*config, options.network);
    if (!source) {
        return source.error();
    }
    if (options.common.json) {
        print_json_text(source->canonical);
        return ExitCode::done;
    }
    const auto kinds = describe_kinds();
    const NetworkGraph graph = read_graph(source->definition, kinds);
    const std::string text =
        options.dot ? printable_lines(to_dot(graph))
                    : heading(*source, graph, kinds) + draw(graph, columns_of_stdout());
    std::fputs(text.c_str(), stdout);
    return ExitCode::done;
}

/// Classes that only the later one needs.
json::array new_capabilities(const NetworkSource& from, const NetworkSource& to) {
    const auto kinds = describe_kinds();
    const auto before = capabilities_of(read_graph(from.definition, kinds), kinds);
    json::array out;
    for (const std::string& capability : capabilities_of(read_graph(to.definition, kinds), kinds)) {
        if (!before.contains(capability)) {
            out.push_back(json::value(capability));
        }
    }
    return out;
}

json::object side_json(const NetworkSource& source) {
    return {
        {"source", source.label},
        {"hash", to_hex(sha256(source.canonical))},
        {"version", source.version ? source.version->at("version") : json::value(nullptr)},
    };
}

/// What it means for work that has begun, and for what comes.
std::string consequences(const NetworkSource& from, const json::array& capabilities) {
    std::string out = "\nA run keeps the version it began with";
    const auto unfinished =
        from.version ? from.version->at("unfinished_runs").to_number<std::uint64_t>() : 0;
    if (unfinished > 0) {
        out +=
            str("; ",
                with_thousands(unfinished),
                unfinished == 1 ? " of this network has" : " of this network have",
                " not ended");
    }
    out += ".\n";
    for (const json::value& capability : capabilities) {
        out += str("New runs must be granted ", std::string_view(capability.as_string()), ".\n");
    }
    return out;
}

ExitCode diff(const LookOptions& options) {
    const auto config = load_config(options.common);
    if (!config) {
        return report(config.error());
    }
    const auto from = find_network(*config, options.network);
    if (!from) {
        return from.error();
    }
    const auto to = find_network(*config, options.other);
    if (!to) {
        return to.error();
    }
    const NetworkDifference difference = compare(from->definition, to->definition);
    json::array capabilities = new_capabilities(*from, *to);
    if (options.common.json) {
        json::object document{{"from", side_json(*from)}, {"to", side_json(*to)}};
        for (auto& [name, value] : to_json(difference)) {
            document[name] = std::move(value);
        }
        document["new_capabilities"] = std::move(capabilities);
        print_json(document);
    } else if (difference.is_empty()) {
        say(str(from->label, " and ", to->label, " are the same"), stdout);
    } else {
        say(str(from->label, " -> ", to->label, "\n"), stdout);
        const std::string text = to_text(difference, columns_of_stdout());
        std::fputs((text + consequences(*from, capabilities)).c_str(), stdout);
    }
    return options.exit_code && !difference.is_empty() ? ExitCode::failed : ExitCode::done;
}

void add_diff(CLI::App& network, ExitCode& code) {
    auto options = std::make_shared<LookOptions>();  // shared with the callback
    CLI::App* const verb = network.add_subcommand("diff", "What differs between two definitions");
    add_common_options(*verb, options->common);
    verb->add_option("FROM", options->network, "NAME, NAME@VERSION, or a definition file")
        ->required();
    verb->add_option("TO", options->other, "The same")->required();
    verb->add_flag("--exit-code", options->exit_code, "End with 1 where they differ");
    verb->footer("Example: hal9 network diff security-fixes network.yaml");
    verb->callback([options, &code] { code = diff(*options); });
}

}  // namespace

void add_network_looks(CLI::App& network, ExitCode& code) {
    auto options = std::make_shared<LookOptions>();  // shared with the callback
    CLI::App* const verb = network.add_subcommand("show", "Draw a network");
    add_common_options(*verb, options->common);
    verb->add_option("NETWORK", options->network, "NAME, NAME@VERSION, or a definition file")
        ->required();
    CLI::Option* const dot = verb->add_flag("--dot", options->dot, "For Graphviz");
    verb->get_option("--json")->description("Print its canonical form")->excludes(dot);
    verb->footer("Example: hal9 network show network.yaml");
    verb->callback([options, &code] { code = show(*options); });
    add_diff(network, code);
}

}  // namespace hal9::app
