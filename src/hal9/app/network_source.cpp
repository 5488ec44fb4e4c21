#include "hal9/app/network_source.hpp"

#include "hal9/app/access.hpp"
#include "hal9/app/command_line.hpp"
#include "hal9/app/definition_file.hpp"
#include "hal9/base/text.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>
#include <utility>

namespace hal9::app {
namespace {

bool is_file(const std::string& argument) {
    constexpr std::array<std::string_view, 3> endings{".yaml", ".yml", ".json"};
    const auto ends_so = [&argument](std::string_view ending) {
        return argument.ends_with(ending);
    };
    std::error_code unreadable;
    return argument == "-" || std::ranges::any_of(endings, ends_so) ||
           std::filesystem::exists(argument, unreadable);
}

std::expected<NetworkSource, ExitCode> read_file(const Config& config, const std::string& path) {
    auto file = read_definition(path, config.limits);
    if (!file) {
        return std::unexpected(report(file.error()));
    }
    auto parsed = parse_definition(file->text, config.limits);
    if (!parsed) {
        print_faults(parsed.error(), file->name);
        print_number_of_faults(parsed.error().size());
        return std::unexpected(ExitCode::failed);
    }
    auto definition = parse_json(parsed->canonical);
    if (!definition) {
        return std::unexpected(report(definition.error()));
    }
    return NetworkSource{
        .label = std::move(file->name),
        .canonical = std::move(parsed->canonical),
        .definition = *std::move(definition),
        .version = {},
    };
}

}  // namespace

std::expected<NetworkSource, ExitCode>
find_network(const Config& config, const std::string& argument) {
    if (is_file(argument)) {
        return read_file(config, argument);
    }
    auto answer = ask(config, "network.get", {{"network", argument}});
    if (!answer) {
        return std::unexpected(report(answer.error()));
    }
    json::object& version = answer->as_object();
    json::value definition = std::move(version.at("definition"));
    version.erase("definition");
    return NetworkSource{
        .label = std::string(version.at("id").as_string()),
        .canonical = canonical_json(definition),
        .definition = std::move(definition),
        .version = std::move(version),
    };
}

}  // namespace hal9::app
