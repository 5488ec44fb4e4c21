// The verb completion: a script that completes verbs and options, made from the verbs themselves.
#include "hal9/app/command_line.hpp"
#include "hal9/base/text.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <string>

namespace hal9::app {
namespace {

/// `cmd) words="…" ;;` for this verb and those below it. Verbs nest two deep.
void add_cases(
    const CLI::App& verb,
    const std::string& path,
    std::string& out
) {  // NOLINT(misc-no-recursion)
    std::string words;
    for (const CLI::App* const below : verb.get_subcommands([](const CLI::App*) { return true; })) {
        words += below->get_name() + " ";
    }
    for (const CLI::Option* const option : verb.get_options()) {
        for (const std::string& name : option->get_lnames()) {
            words += str("--", name, " ");
        }
    }
    out += str("        '", path, "') words='", words, "' ;;\n");
    for (const CLI::App* const below : verb.get_subcommands([](const CLI::App*) { return true; })) {
        add_cases(
            *below,
            path.empty() ? below->get_name() : str(path, " ", below->get_name()),
            out
        );
    }
}

std::string bash_script(const CLI::App& app) {
    std::string cases;
    add_cases(app, "", cases);
    return str(
        R"(_hal9() {
    local path='' words='' each
    for each in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case $each in
            -*) break ;;
            *) path+="${path:+ }$each" ;;
        esac
    done
    # Arguments that are no verbs end the path.
    while [ -n "$path" ] && ! _hal9_words "$path"; do
        case $path in
            *' '*) path=${path% *} ;;
            *) path='' ;;
        esac
    done
    _hal9_words "$path"
    COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))
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
