#include "hal9/app/run_request.hpp"

#include "hal9/app/definition_file.hpp"
#include "hal9/app/files.hpp"
#include "hal9/app/tables.hpp"
#include "hal9/base/text.hpp"
#include "hal9/model/limits.hpp"
#include "hal9/model/run.hpp"

#include <boost/json/value_from.hpp>

#include <utility>

#include <unistd.h>

namespace hal9::app {
namespace {

struct Pair {
    std::string name;
    std::string value;
};

Result<Pair>
split_pair(const std::string& text, std::string_view option, std::string_view example) {
    const std::size_t at = text.find('=');
    if (at == std::string::npos || at == 0) {
        const std::string_view wrong = at == 0 ? "nothing before the \"=\"" : "no \"=\"";
        return fail(
            ErrorCode::invalid_argument,
            str("--", option, " ", text, " has ", wrong, "; write --", option, " ", example)
        );
    }
    return Pair{text.substr(0, at), text.substr(at + 1)};
}

/// What is stored and sent is JSON, which is UTF-8.
Result<void> check_utf8(const std::string& text, std::string_view option) {
    if (is_utf8(text)) {
        return {};
    }
    return fail(
        ErrorCode::invalid_argument,
        str("--", option, " ", printable(text), " is not UTF-8; write it in UTF-8")
    );
}

/// JSON text as it stands, else the content of the file of that name, or of standard input.
Result<json::value> read_input(const std::string& text, const Limits& limits) {
    std::string content = text;
    const bool looks_like_json = text.find_first_of("{[\"") == 0;
    if (!looks_like_json) {
        HAL9_TRY(content, read_whole(text, limits.payload_bytes_max));
    }
    auto value = parse_json(content);
    if (!value) {
        return fail(Error(
            ErrorCode::invalid_argument,
            str(looks_like_json ? std::string("--input") : printable(text),
                ": ",
                value.error().message,
                "; give an object such as '{\"directory\": \"/usr/share/doc\"}'")
        ));
    }
    return *std::move(value);
}

/// What the configuration grants to every run, and what the arguments grant to this one.
Result<Grants> read_grants(const Grants& configured, const std::vector<std::string>& arguments) {
    Grants grants;
    for (const auto& [name, values] : configured) {
        for (const std::string& value : values) {
            HAL9_TRY(std::string directory, real_directory(value));
            grants[name].push_back(std::move(directory));
        }
    }
    for (const std::string& argument : arguments) {
        HAL9_TRY_VOID(check_utf8(argument, "grant"));
        HAL9_TRY(Pair pair, split_pair(argument, "grant", "files.read=/usr/share/doc"));
        if (pair.name != "files.read") {
            return fail(
                ErrorCode::invalid_argument,
                str("--grant ",
                    argument,
                    ": there is no capability \"",
                    pair.name,
                    "\"; there is files.read")
            );
        }
        HAL9_TRY(pair.value, real_directory(pair.value));
        HAL9_TRY_VOID(check_utf8(pair.value, "grant"));
        grants[pair.name].push_back(std::move(pair.value));
    }
    return grants;
}

}  // namespace

Result<json::object> make_run_request(const Config& config, const RunArguments& arguments) {
    HAL9_TRY(DefinitionFile file, read_definition(arguments.network, config.limits));
    json::value input = json::object{};
    if (!arguments.input.empty()) {
        HAL9_TRY(input, read_input(arguments.input, config.limits));
    }
    for (const std::string& argument : arguments.set) {
        HAL9_TRY_VOID(check_utf8(argument, "set"));
        HAL9_TRY(const Pair pair, split_pair(argument, "set", "directory=/usr/share/doc"));
        if (!input.is_object()) {
            return fail(
                ErrorCode::invalid_argument,
                "--set needs an input that is an object; give one with --input"
            );
        }
        auto value = parse_json(pair.value);
        input.get_object()[pair.name] = value ? *std::move(value) : json::value(pair.value);
    }
    HAL9_TRY(const Grants grants, read_grants(config.capabilities, arguments.grant));
    json::object request{
        {"definition", std::move(file.text)},
        {"file", std::move(file.name)},
        {"input", std::move(input)},
        {"grants", json::value_from(grants)},
        {"principal", str("uid:", ::getuid())},
    };
    HAL9_TRY_VOID(check_utf8(arguments.key, "key"));
    if (!arguments.key.empty()) {
        request["key"] = arguments.key;
    }
    return request;
}

}  // namespace hal9::app
