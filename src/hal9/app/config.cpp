#include "hal9/app/config.hpp"

#include "hal9/app/config_settings.hpp"
#include "hal9/app/files.hpp"
#include "hal9/base/text.hpp"
#include "hal9/definition/document.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <thread>
#include <utility>

#include <unistd.h>

namespace hal9::app {
namespace {

constexpr std::size_t file_bytes_max = 1U << 20U;

std::optional<std::string>
find_variable(const std::vector<std::string>& environment, std::string_view name) {
    for (const std::string& each : environment) {
        if (each.size() > name.size() && each.starts_with(name) && each[name.size()] == '=') {
            return each.substr(name.size() + 1);
        }
    }
    return std::nullopt;
}

/// The file to read; "" for none.
std::string choose_file(const ConfigSources& sources) {
    if (!sources.file.empty()) {
        return sources.file;
    }
    if (const auto named = find_variable(sources.environment, "HAL9_CONFIG");
        named && !named->empty()) {
        return *named;
    }
    for (const char* const usual : {"hal9.yaml", "/etc/hal9/hal9.yaml"}) {
        if (::access(usual, F_OK) == 0) {
            return usual;
        }
    }
    return {};
}

std::string default_directory(const std::vector<std::string>& environment) {
    if (const auto data = find_variable(environment, "XDG_DATA_HOME"); data && !data->empty()) {
        return *data + "/hal9";
    }
    if (const auto home = find_variable(environment, "HOME"); home && !home->empty()) {
        return *home + "/.local/share/hal9";
    }
    return {};
}

std::vector<std::string_view> setting_names() {
    std::vector<std::string_view> names;
    for (const Setting& setting : config_settings()) {
        names.push_back(setting.name);
    }
    return names;
}

std::vector<std::string_view> section_names() {
    std::vector<std::string_view> names;
    for (const Setting& setting : config_settings()) {
        if (names.empty() || names.back() != section_of(setting.name)) {
            names.push_back(section_of(setting.name));
        }
    }
    return names;
}

std::string listed(const std::vector<std::string_view>& names) {
    std::string text;
    for (const std::string_view name : names) {
        text += str(text.empty() ? "" : ", ", name);
    }
    return text;
}

/// The nearest of the names, or all of them.
std::string instead_of(std::string_view name, const std::vector<std::string_view>& names) {
    const auto nearest = nearest_name(name, names);
    return nearest ? str("did you mean `", *nearest, "`?") : str("allowed: ", listed(names));
}

/// Its memory and processors. What a container may use of them is not seen.
definition::Offer offer_of_machine() {
    definition::Offer offer;
    const long pages = ::sysconf(_SC_PHYS_PAGES);
    const long page_bytes = ::sysconf(_SC_PAGESIZE);
    if (pages > 0 && page_bytes > 0) {
        offer.memory_bytes =
            static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page_bytes);
    }
    offer.cpus = std::max(1U, std::thread::hardware_concurrency());
    return offer;
}

class Loader {
public:
    explicit Loader(const ConfigSources& sources) : sources_(sources) {
        config_.directory = default_directory(sources.environment);
        config_.origins.assign(config_settings().size(), "default");
    }

    Result<Config> load() {
        config_.offer = offer_of_machine();
        if (const std::string file = choose_file(sources_); !file.empty()) {
            HAL9_TRY(const std::string text, read_whole(file, file_bytes_max));
            read_file(file, text);
        }
        read_environment();
        for (const ConfigFlag& flag : sources_.flags) {
            set_from_text(flag.setting, flag.value, flag.name);
        }
        if (config_.directory.empty() && faults_.empty()) {
            faults_ =
                "neither XDG_DATA_HOME nor HOME is set; name the directory of the store with "
                "--data";
        }
        if (!faults_.empty()) {
            return fail(ErrorCode::invalid_argument, std::move(faults_));
        }
        return std::move(config_);
    }

private:
    void add_fault(std::string_view place, std::string_view what, std::string_view instead) {
        faults_ += str(faults_.empty() ? "" : "\n", place, ": ", what, "; ", instead);
    }

    void set(const Setting& setting, const json::value& value, std::string_view origin) {
        if (!setting.set(config_, value)) {
            add_fault(
                origin,
                str(setting.name, " is ", json::serialize(value)),
                str("allowed: ", setting.allowed)
            );
            return;
        }
        const auto place = static_cast<std::size_t>(&setting - config_settings().data());
        config_.origins[place] = origin;
    }

    static const Setting* find(std::string_view name) {
        const auto settings = config_settings();
        const auto found = std::ranges::find(settings, name, &Setting::name);
        return found == settings.end() ? nullptr : &*found;
    }

    void set_from_text(std::string_view name, std::string_view text, std::string_view origin) {
        if (const Setting* const setting = find(name)) {
            set(*setting, setting->from_text(text), origin);
        }
    }

    void read_file(const std::string& file, std::string_view text) {
        const auto document = definition::read_document(text);
        if (!document) {
            for (const definition::Fault& fault : document.error()) {
                faults_ += str(faults_.empty() ? "" : "\n", definition::to_string(fault, file));
            }
            return;
        }
        for (const definition::DocumentMember& member : *document) {
            read_member(str(file, ":", member.line, ":", member.column), member);
        }
    }

    void read_member(std::string_view place, const definition::DocumentMember& member) {
        const auto sections = section_names();
        const std::string& section = member.path.front();
        const bool known = std::ranges::find(sections, section) != sections.end();
        if (member.path.size() == 1) {
            if (!known) {
                add_fault(
                    place,
                    str("there is no section `", section, "`"),
                    instead_of(section, sections)
                );
            } else if (!member.value.is_object() && !member.value.is_null()) {
                add_fault(
                    place,
                    str("`", section, "` is a ", json_type_name(member.value)),
                    "it must be an object"
                );
            }
            return;
        }
        if (member.path.size() > 2 || !known) {
            return;  // told at its section, or at the setting that it is the value of
        }
        const std::string name = str(section, ".", member.path[1]);
        if (const Setting* const setting = find(name)) {
            set(*setting, member.value, place);
        } else {
            add_fault(
                place,
                str("there is no setting `", name, "`"),
                instead_of(name, setting_names())
            );
        }
    }

    void read_environment() {
        for (const std::string& variable : sources_.environment) {
            const std::string_view name = std::string_view(variable).substr(0, variable.find('='));
            if (!name.starts_with("HAL9_") || !name.contains("__")) {
                continue;
            }
            const auto settings = config_settings();
            const auto found = std::ranges::find_if(settings, [&](const Setting& setting) {
                return environment_name(setting.name) == name;
            });
            if (found == settings.end()) {
                add_fault(name, "there is no such setting", instead_of_variable(name));
            } else {
                const auto text = find_variable(sources_.environment, name);
                set_from_text(found->name, text.value_or(""), name);
            }
        }
    }

    static std::string instead_of_variable(std::string_view name) {
        std::vector<std::string> names;
        for (const Setting& setting : config_settings()) {
            names.push_back(environment_name(setting.name));
        }
        const std::vector<std::string_view> views(names.begin(), names.end());
        const auto nearest = nearest_name(name, views);
        return nearest ? str("did you mean ", *nearest, "?")
                       : std::string("`hal9 config show` lists all settings");
    }

    const ConfigSources& sources_;
    Config config_;
    std::string faults_;
};

}  // namespace

Result<Config> load_config(const ConfigSources& sources) {
    return Loader(sources).load();
}

Result<Config> load_default_config() {
    ConfigSources sources{.file = "/dev/null", .environment = {}, .flags = {}};
    for (std::string& variable : process_environment()) {
        if (!variable.starts_with("HAL9_")) {
            sources.environment.push_back(std::move(variable));
        }
    }
    return load_config(sources);
}

std::vector<std::string> process_environment() {
    std::vector<std::string> variables;
    for (char** each = ::environ; each != nullptr && *each != nullptr; ++each) {
        variables.emplace_back(*each);
    }
    return variables;
}

std::vector<ShownSetting> shown_settings(const Config& config) {
    std::vector<ShownSetting> shown;
    const auto settings = config_settings();
    shown.reserve(settings.size());
    for (std::size_t i = 0; i < settings.size(); ++i) {
        shown.push_back({settings[i].name, settings[i].get(config), config.origins[i]});
    }
    return shown;
}

std::string shown_as_yaml(const std::vector<ShownSetting>& settings) {
    std::string text;
    std::string_view section;
    for (const ShownSetting& setting : settings) {
        if (section != section_of(setting.name)) {
            section = section_of(setting.name);
            text += str(section, ":\n");
        }
        // JSON is YAML: a string that a plain word could not be keeps its quotes.
        std::string line =
            str("  ", setting.name.substr(section.size() + 1), ": ", json::serialize(setting.value)
            );
        line.resize(std::max(line.size() + 1, std::size_t{48}), ' ');
        text += str(line, "# ", setting.origin, "\n");
    }
    return text;
}

}  // namespace hal9::app
