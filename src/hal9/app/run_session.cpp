#include "hal9/app/run_session.hpp"

#include "hal9/adapters/system/system_files.hpp"
#include "hal9/adapters/system/system_log.hpp"
#include "hal9/app/access.hpp"
#include "hal9/app/command_line.hpp"
#include "hal9/app/holder.hpp"
#include "hal9/app/interrupts.hpp"
#include "hal9/app/progress_view.hpp"
#include "hal9/app/tables.hpp"
#include "hal9/base/check.hpp"
#include "hal9/base/text.hpp"
#include "hal9/neurons/catalog.hpp"

#include <cstdio>
#include <optional>
#include <utility>

#include <poll.h>
#include <unistd.h>

namespace hal9::app {
namespace {

/// What a watcher of a run sees and says, wherever the run is worked off.
class Watch {
public:
    explicit Watch(const SessionOptions& options)
        : options_(options), view_(make_progress_view(options.quiet || options.json)) {}

    /// The answer of run.progress; true when nothing more will happen.
    bool show(const json::value& progress) {
        const json::object& object = progress.as_object();
        if (object.contains("known")) {
            view_.show(object);
            stalled_ = object.at("stalled").as_bool();
        }
        return object.at("ended").as_bool() || stalled_;
    }

    void finish_view() { view_.finish(); }

    /// The answer of run.get, when the run was watched to its end.
    ExitCode print_end(const json::value& run) {
        if (options_.json) {
            print_json(run);
        } else if (!run.at("error").is_null()) {
            report_failure(run);
        } else if (!run.at("result").is_null()) {
            std::fputs(to_tables(run.at("result")).c_str(), stdout);
        }
        if (stalled_) {
            std::fprintf(
                stderr,
                "hal9: run %s waits for an operator; `hal9 dead list` shows what is parked\n",
                run.at("id").as_string().c_str()
            );
        }
        return run.at("status").as_string() == "completed" ? ExitCode::done : ExitCode::failed;
    }

    void say_how_to_resume(const std::string& run) {
        std::fprintf(stderr, "hal9: stopped; to go on: hal9 resume %s\n", run.c_str());
    }

private:
    static void report_failure(const json::value& run) {
        std::fprintf(
            stderr,
            "hal9: run %s %s (%s): %s\n",
            run.at("id").as_string().c_str(),
            run.at("status").as_string().c_str(),
            run.at("error").at("code").as_string().c_str(),
            printable(run.at("error").at("message").as_string()).c_str()
        );
    }

    const SessionOptions& options_;
    ProgressView view_;
    bool stalled_ = false;
};

/// A run in the process that holds the store, asked for over its socket.
ExitCode follow(
    client::LocalClient& holder,
    const std::string& run,
    const Interrupts& interrupts,
    Watch& watch
) {
    while (!interrupts.requested()) {
        const auto progress = holder.call("run.progress", {{"run", run}});
        if (!progress) {
            watch.finish_view();
            return report(progress.error());
        }
        if (watch.show(*progress)) {
            break;
        }
        pollfd wait{.fd = interrupts.descriptor(), .events = POLLIN, .revents = 0};
        ::poll(&wait, 1, 100);
    }
    watch.finish_view();
    if (interrupts.requested()) {
        watch.say_how_to_resume(run);
        return ExitCode::interrupted;
    }
    const auto ended = holder.call("run.get", {{"run", run}});
    return ended ? watch.print_end(*ended) : report(ended.error());
}

/// A run in this process.
class OwnRun {
public:
    OwnRun(Holder& holder, Interrupts& interrupts, Watch& watch)
        : holder_(holder), interrupts_(interrupts), watch_(watch) {
        interrupts_.wake(&holder_.waker());
    }

    ~OwnRun() { interrupts_.wake(nullptr); }

    OwnRun(const OwnRun&) = delete;
    OwnRun& operator=(const OwnRun&) = delete;

    /// `request` is run.start's, or none to go on with `run`.
    ExitCode to_its_end(std::optional<json::object> request, std::string run) {
        run_ = std::move(run);
        StartedTask starting;
        if (request) {
            starting = StartedTask::start<Result<json::value>>(
                holder_.commands().answer("run.start", *std::move(request)),
                [this](Result<json::value> answer) { started(std::move(answer)); }
            );
        }
        const auto worked = holder_.run([this] { return finished(); });
        watch_.finish_view();
        if (!worked) {
            return report(worked.error());
        }
        if (failure_) {
            return report(*failure_);
        }
        if (!end_) {
            watch_.say_how_to_resume(run_);
            return ExitCode::interrupted;
        }
        return watch_.print_end(*end_);
    }

private:
    void started(Result<json::value> answer) {
        if (answer) {
            run_ = std::string(answer->at("id").as_string());
        } else {
            failure_ = std::move(answer).error();
        }
    }

    bool finished() {
        if (interrupts_.requested()) {
            holder_.interrupt();
            return true;
        }
        if (failure_) {
            return true;
        }
        if (run_.empty()) {
            return false;
        }
        if (answer("run.progress") && watch_.show(*last_)) {
            if (answer("run.get")) {
                end_ = std::move(last_);
            }
            return true;
        }
        return failure_.has_value();
    }

    /// Queries of the node's own process are answered at once.
    bool answer(const std::string& method) {
        last_.reset();
        const StartedTask asking = StartedTask::start<Result<json::value>>(
            holder_.commands().answer(method, {{"run", run_}}),
            [this](Result<json::value> answer) {
                if (answer) {
                    last_ = *std::move(answer);
                } else {
                    failure_ = std::move(answer).error();
                }
            }
        );
        return last_.has_value();
    }

    Holder& holder_;
    Interrupts& interrupts_;
    Watch& watch_;
    std::string run_;
    std::optional<json::value> last_;
    std::optional<json::value> end_;
    std::optional<Error> failure_;
};

ExitCode hold_and_run(
    const SessionOptions& options,
    Interrupts& interrupts,
    std::optional<json::object> request,
    const std::string& run
) {
    Watch watch(options);
    const auto log = adapters::make_stderr_log(options.config.log_format, options.config.log_level);
    auto holder = Holder::open(holder_options(options.config), *log);
    if (!holder) {
        return report(holder.error());
    }
    return OwnRun(**holder, interrupts, watch).to_its_end(std::move(request), run);
}

}  // namespace

std::vector<KindDescription> describe_kinds() {
    // Nothing is read here: a kind is asked what it is, not run.
    class Nowhere final : public Executor {
    public:
        void post(std::move_only_function<void()>) override { HAL9_ASSERT(false); }
    };

    Nowhere nowhere;
    adapters::SystemFiles files(nowhere, nowhere);
    return neurons::descriptions(neurons::make_kinds(files));
}

ExitCode run_session(const SessionOptions& options, const json::object& request) {
    Interrupts interrupts;
    if (auto holder = connect_to_holder(options.config.directory)) {
        Watch watch(options);
        const auto started = holder->call("run.start", request);
        if (!started) {
            return report(started.error());
        }
        return follow(*holder, std::string(started->at("id").as_string()), interrupts, watch);
    }
    return hold_and_run(options, interrupts, request, {});
}

ExitCode resume_session(const SessionOptions& options, const std::string& run) {
    const auto known = ask(options.config, "run.get", {{"run", run}});
    if (!known) {
        return report(known.error());
    }
    const std::string id(known->at("id").as_string());
    const auto state = run_state_from(known->at("status").as_string());
    if (state && has_ended(*state)) {
        return Watch(options).print_end(*known);
    }
    Interrupts interrupts;
    if (auto holder = connect_to_holder(options.config.directory)) {
        Watch watch(options);
        return follow(*holder, id, interrupts, watch);
    }
    return hold_and_run(options, interrupts, std::nullopt, id);
}

}  // namespace hal9::app
