// The verb completion: a script that completes verbs and options, made from the verbs themselves.
#include "hal9/app/command_line.hpp"
#include "hal9/base/text.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

namespace hal9::app {
namespace {

/// The values that an option allows, `{a,b}` in its description of itself; "" where it takes any.
std::string allowed_values(const CLI::Option& option) {
    const std::string type = option.get_type_name();
    const std::size_t from = type.find('{');
    const std::size_t to = type.rfind('}');
    if (from == std::string::npos || to == std::string::npos) {
        return {};
    }
    std::string values = type.substr(from + 1, to - from - 1);
    std::ranges::replace(values, ',', ' ');
    return values;
}

std::string case_line(std::string_view path, std::string_view words, std::string_view options) {
    return str("        '", path, "') words='", words, "' options='", options, "' ;;\n");
}

/// What may stand behind this verb, behind each of its options that take a value, and the same for
/// the verbs below it. Verbs nest two deep.
void add_cases(
    const CLI::App& verb,
    const std::string& path,
    std::string& out
) {  // NOLINT(misc-no-recursion)
    const std::string before = path.empty() ? "" : path + " ";
    std::string words;
    std::string options;
    std::string values;
    const auto verbs = verb.get_subcommands([](const CLI::App*) { return true; });
    for (const CLI::App* const below : verbs) {
        words += below->get_name() + " ";
    }
    for (const CLI::Option* const option : verb.get_options()) {
        if (option->get_positional()) {
            words += allowed_values(*option);
        }
        for (const std::string& name : option->get_lnames()) {
            options += str("--", name, " ");
            if (option->get_items_expected_max() > 0) {
                values += case_line(str(before, "--", name), allowed_values(*option), "");
            }
        }
    }
    out += case_line(path, words, options) + values;
    for (const CLI::App* const below : verbs) {
        add_cases(*below, before + below->get_name(), out);
    }
}

/// Where no word fits, `-o default` completes names of files.
std::string bash_script(const CLI::App& app) {
    std::string cases;
    add_cases(app, "", cases);
    return str(
        R"(_hal9() {
    local path='' words='' options='' each
    local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
    for each in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case $each in
            -*) break ;;
            *) path+="${path:+ }$each" ;;
        esac
    done
    # Arguments that are no verbs end the path.
    while ! _hal9_words "$path"; do
        case $path in
            *' '*) path=${path% *} ;;
            *) path='' ;;
        esac
    done
    if [[ $before != --* ]] || ! _hal9_words "${path:+$path }$before"; then
        if [[ $current == -* ]]; then
            words=$options
        fi
    fi
    COMPREPLY=($(compgen -W "$words" -- "$current"))
}
_hal9_words() {
    case $1 in
)",
        cases,
        R"(        *) return 1 ;;
    esac
}
complete -o default -F _hal9 hal9
)"
    );
}

ExitCode print_completion(const CLI::App& app, const std::string& shell) {
    if (shell == "zsh") {
        std::fputs("autoload -U +X bashcompinit && bashcompinit\n", stdout);
    }
    std::fputs(bash_script(app).c_str(), stdout);
    return ExitCode::done;
}

}  // namespace

void add_completion_verb(VerbContext context) {
    auto shell = std::make_shared<std::string>();  // shared with the callback
    CLI::App* const verb =
        context.app.add_subcommand("completion", "A script that completes verbs and options");
    verb->add_option("SHELL", *shell, "bash or zsh")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh"}));
    verb->footer("Example: hal9 completion bash > ~/.local/share/bash-completion/completions/hal9");
    verb->callback([shell, &app = context.app, &code = context.code] {
        code = print_completion(app, *shell);
    });
}

}  // namespace hal9::app
