#include "hal9/app/run_session.hpp"

#include "hal9/adapters/system/system_log.hpp"
#include "hal9/adapters/system/system_random.hpp"
#include "hal9/app/access.hpp"
#include "hal9/app/command_line.hpp"
#include "hal9/app/holder.hpp"
#include "hal9/app/interrupts.hpp"
#include "hal9/app/progress_view.hpp"
#include "hal9/app/tables.hpp"
#include "hal9/base/text.hpp"

#include <chrono>
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
        const std::string_view status(run.at("status").as_string());
        if (options_.json) {
            print_json(run);
        } else if (status == "completed") {
            std::fputs(to_tables(run.at("result")).c_str(), stdout);
        } else if (!stalled_) {
            say_failure(run, status);
        }
        if (stalled_) {
            std::fprintf(
                stderr,
                "hal9: run %s waits for an operator; `hal9 dead list` shows what is parked\n",
                run.at("id").as_string().c_str()
            );
        }
        return status == "completed" ? ExitCode::done : ExitCode::failed;
    }

    static ExitCode say_how_to_resume(const std::string& run) {
        if (run.empty()) {
            std::fputs("hal9: stopped before the run was accepted; start it again\n", stderr);
        } else {
            std::fprintf(stderr, "hal9: stopped; to go on: hal9 resume %s\n", run.c_str());
        }
        return ExitCode::interrupted;
    }

private:
    static void say_failure(const json::value& run, std::string_view status) {
        std::string text = str("hal9: run ", run.at("id").as_string().c_str(), " ", status);
        if (const json::object* const error = run.at("error").if_object()) {
            text +=
                str(" (",
                    error->at("code").as_string().c_str(),
                    "): ",
                    printable(error->at("message").as_string()));
        }
        std::fprintf(stderr, "%s\n", text.c_str());
    }

    const SessionOptions& options_;
    ProgressView view_;
    bool stalled_ = false;
};

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

    /// `method` is run.start or run.resume.
    ExitCode to_its_end(std::string method, json::object params) {
        const StartedTask starting = StartedTask::start<Result<json::value>>(
            holder_.commands().answer(std::move(method), std::move(params)),
            [this](Result<json::value> answer) { started(std::move(answer)); }
        );
        const auto worked = holder_.run([this] { return finished(); });
        watch_.finish_view();
        if (!worked) {
            return report(worked.error());
        }
        const bool was_stopped = interrupts_.requested() && run_.empty();
        if (failure_ && !was_stopped) {
            return report(*failure_);
        }
        return end_ ? watch_.print_end(*end_) : Watch::say_how_to_resume(run_);
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
        if (failure_ || end_) {
            return true;  // asked again while runs of clients are worked off
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

/// One run, by whichever process holds the store at the moment: this one, or another that may come
/// and go while the run is watched.
class Session {
public:
    Session(const SessionOptions& options, std::optional<json::object> request, std::string run)
        : options_(options), watch_(options), request_(std::move(request)), run_(std::move(run)) {}

    ExitCode to_its_end() {
        while (true) {
            const auto reached = by_whoever_holds();
            if (reached && *reached) {
                watch_.finish_view();
                return **reached;
            }
            // Another process is about to hold the store, or about to let it go.
            const bool in_between = reached || reached.error().code == ErrorCode::unavailable;
            if (!in_between || (!reached && Clock::now() > patience_ends_)) {
                watch_.finish_view();
                return report(out_of_reach(reached.error()));
            }
            if (interrupted_within(retry_pause)) {
                return Watch::say_how_to_resume(run_);
            }
        }
    }

private:
    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::seconds patience{5};
    static constexpr std::chrono::milliseconds retry_pause{50};
    static constexpr std::chrono::milliseconds poll_pause{100};

    /// Nothing when the holder went away meanwhile; the error: nobody holds the store, nor can this
    /// process.
    Result<std::optional<ExitCode>> by_whoever_holds() {
        HAL9_TRY(auto holder, connect_to_holder(options_.config.directory));
        if (holder) {
            return follow(*holder);
        }
        return hold();
    }

    Result<std::optional<ExitCode>> hold() {
        const Config& config = options_.config;
        const auto log = adapters::make_stderr_log(config.log_format, config.log_level);
        HAL9_TRY(const auto holder, Holder::open(holder_options(config), *log));
        OwnRun own(*holder, interrupts_, watch_);
        return run_.empty() ? own.to_its_end("run.start", *request_)
                            : own.to_its_end("run.resume", {{"run", run_}});
    }

    /// Nothing when the holder went away.
    std::optional<ExitCode> follow(client::LocalClient& holder) {
        if (run_.empty()) {
            const auto started = ask(holder, "run.start", keyed_request());
            if (!started) {
                return unless_away(started.error());
            }
            run_ = std::string(started->at("id").as_string());
        } else if (const auto resumed = ask(holder, "run.resume", {{"run", run_}}); !resumed) {
            return unless_away(resumed.error());
        } else {
            run_ = std::string(resumed->at("id").as_string());
        }
        do {
            const auto progress = ask(holder, "run.progress", {{"run", run_}});
            if (!progress) {
                return unless_away(progress.error());
            }
            if (watch_.show(*progress)) {
                const auto ended = ask(holder, "run.get", {{"run", run_}});
                if (!ended) {
                    return unless_away(ended.error());
                }
                watch_.finish_view();
                return watch_.print_end(*ended);
            }
        } while (!interrupted_within(poll_pause));
        watch_.finish_view();
        return Watch::say_how_to_resume(run_);
    }

    Result<json::value>
    ask(client::LocalClient& holder, std::string_view method, const json::object& params) {
        auto answer = holder.call(method, params);
        if (answer) {
            patience_ends_ = Clock::now() + patience;
        }
        return answer;
    }

    static std::optional<ExitCode> unless_away(const Error& error) {
        return error.code == ErrorCode::unavailable ? std::nullopt : std::optional(report(error));
    }

    /// Under a key: when the holder goes away without an answer, asking again starts no second run.
    const json::object& keyed_request() {
        if (!request_->contains("key")) {
            adapters::SystemRandom random;
            (*request_)["key"] = str("once-", random.next(), "-", random.next());
        }
        return *request_;
    }

    bool interrupted_within(std::chrono::milliseconds pause) {
        pollfd wait{.fd = interrupts_.descriptor(), .events = POLLIN, .revents = 0};
        ::poll(&wait, 1, static_cast<int>(pause.count()));
        return interrupts_.requested();
    }

    const SessionOptions& options_;
    Interrupts interrupts_;
    Watch watch_;
    std::optional<json::object> request_;
    std::string run_;
    Clock::time_point patience_ends_ = Clock::now() + patience;
};

}  // namespace

ExitCode run_session(const SessionOptions& options, const json::object& request) {
    return Session(options, request, {}).to_its_end();
}

ExitCode resume_session(const SessionOptions& options, const std::string& run) {
    const auto known = ask(options.config, "run.get", {{"run", run}});
    if (!known && known.error().code != ErrorCode::unavailable) {
        return report(known.error());
    }
    const auto state = known ? run_state_from(known->at("status").as_string()) : std::nullopt;
    if (state && has_ended(*state)) {
        return Watch(options).print_end(*known);
    }
    // `last` is that of now; a store that only its next holder can make whole tells it then.
    const std::string id = known ? std::string(known->at("id").as_string()) : run;
    return Session(options, std::nullopt, id).to_its_end();
}

}  // namespace hal9::app
