#include "hal9/app/run_request.hpp"

#include "hal9/app/definition_file.hpp"
#include "hal9/app/files.hpp"
#include "hal9/app/input_value.hpp"
#include "hal9/base/text.hpp"
#include "hal9/model/limits.hpp"
#include "hal9/model/run.hpp"

#include <boost/json/value_from.hpp>

#include <utility>

#include <unistd.h>

namespace hal9::app {

Result<Grants> read_grants(const Grants& configured, const std::vector<std::string>& arguments) {
    Grants grants;
    for (const auto& [name, values] : configured) {
        for (const std::string& value : values) {
            HAL9_TRY(std::string directory, real_directory(value));
            grants[name].push_back(std::move(directory));
        }
    }
    for (const std::string& argument : arguments) {
        HAL9_TRY_VOID(check_utf8(argument, "--grant"));
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
        HAL9_TRY_VOID(check_utf8(pair.value, "--grant"));
        grants[pair.name].push_back(std::move(pair.value));
    }
    return grants;
}

Result<void> add_tags(const std::vector<std::string>& tags, json::object& request) {
    for (const std::string& tag : tags) {
        HAL9_TRY_VOID(check_utf8(tag, "--tag"));
    }
    if (!tags.empty()) {
        request["tags"] = json::array(tags.begin(), tags.end());
    }
    return {};
}

Result<json::object> make_run_request(const Config& config, const RunArguments& arguments) {
    HAL9_TRY(DefinitionFile file, read_definition(arguments.network, config.limits));
    json::value input = json::object{};
    if (!arguments.input.empty()) {
        HAL9_TRY(input, read_input(arguments.input, config.limits));
    }
    HAL9_TRY_VOID(set_members(input, arguments.set));
    HAL9_TRY(const Grants grants, read_grants(config.capabilities, arguments.grant));
    json::object request{
        {"definition", std::move(file.text)},
        {"file", std::move(file.name)},
        {"input", std::move(input)},
        {"grants", json::value_from(grants)},
        {"principal", str("uid:", ::getuid())},
    };
    HAL9_TRY_VOID(add_tags(arguments.tags, request));
    if (arguments.priority) {
        request["priority"] = *arguments.priority;
    }
    HAL9_TRY_VOID(check_utf8(arguments.key, "--key"));
    if (!arguments.key.empty()) {
        request["key"] = arguments.key;
    }
    return request;
}

}  // namespace hal9::app
