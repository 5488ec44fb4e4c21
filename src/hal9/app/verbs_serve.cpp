// The verb serve: holds the store, works on everything in it and answers on its socket.
#include "hal9/adapters/system/system_log.hpp"
#include "hal9/app/access.hpp"
#include "hal9/app/command_line.hpp"
#include "hal9/app/holder.hpp"
#include "hal9/app/interrupts.hpp"
#include "hal9/base/text.hpp"

#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include <unistd.h>

namespace hal9::app {
namespace {

constexpr std::chrono::seconds patience{5};
constexpr std::chrono::milliseconds retry_pause{50};

/// Another process may be about to let the store go. Null when a signal came first.
Result<std::unique_ptr<Holder>>
hold(const HolderOptions& options, Log& log, const Interrupts& interrupts) {
    const auto patience_ends = std::chrono::steady_clock::now() + patience;
    while (!interrupts.requested()) {
        auto holder = Holder::open(options, log);
        if (holder || holder.error().code != ErrorCode::unavailable ||
            std::chrono::steady_clock::now() > patience_ends) {
            return holder;
        }
        std::this_thread::sleep_for(retry_pause);
    }
    return nullptr;
}

/// What is printed once it answers.
void say_ready(const std::string& directory, bool as_json) {
    const std::string socket = socket_path(directory);
    if (as_json) {
        print_json(json::object{
            {"directory", directory},
            {"socket", socket},
            {"pid", ::getpid()},
            {"http", nullptr},
        });
    } else {
        say(str("serving ",
                directory,
                " on ",
                socket,
                "; Ctrl-C or SIGTERM stops it\nthe API over HTTP is not there yet: a later version "
                "answers on :8080"),
            stdout);
    }
    std::fflush(stdout);
}

ExitCode serve(const CommonOptions& common) {
    const auto config = load_config(common);
    if (!config) {
        return report(config.error());
    }
    HolderOptions options = holder_options(*config);
    options.take_up_all = true;
    options.shutdown_timeout = config->shutdown_timeout;
    const auto log = adapters::make_stderr_log(config->log_format, config->log_level);
    Interrupts interrupts;
    const auto holder = hold(options, *log, interrupts);
    if (!holder) {
        return report(out_of_reach(holder.error()));
    }
    if (*holder == nullptr) {
        return ExitCode::done;
    }
    say_ready(options.directory, common.json);
    interrupts.wake(&(*holder)->waker());
    const auto worked = (*holder)->run([&] {
        if (interrupts.requested()) {
            (*holder)->interrupt();
        }
        return interrupts.requested();
    });
    interrupts.wake(nullptr);
    const ExitCode code = worked ? ExitCode::done : report(worked.error());
    if ((*holder)->has_abandoned_steps()) {
        std::fflush(nullptr);
        std::_Exit(static_cast<int>(code));
    }
    return code;
}

}  // namespace

void add_serve_verb(VerbContext context) {
    auto options = std::make_shared<CommonOptions>();  // shared with the callback
    CLI::App* const verb = context.app.add_subcommand(
        "serve",
        "Hold the store, work on every unfinished run, answer other verbs"
    );
    add_common_options(*verb, *options);
    verb->footer("Example: hal9 serve --data /srv/hal9");
    verb->callback([options, &code = context.code] { code = serve(*options); });
}

}  // namespace hal9::app
