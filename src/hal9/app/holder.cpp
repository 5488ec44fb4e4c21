#include "hal9/app/holder.hpp"

#include "hal9/adapters/sqlite/sqlite_reader.hpp"
#include "hal9/adapters/sqlite/sqlite_spill_tables.hpp"
#include "hal9/adapters/sqlite/sqlite_store.hpp"
#include "hal9/adapters/system/event_loop.hpp"
#include "hal9/adapters/system/system_clock.hpp"
#include "hal9/adapters/system/system_files.hpp"
#include "hal9/adapters/system/system_random.hpp"
#include "hal9/adapters/system/system_time_zones.hpp"
#include "hal9/adapters/system/thread_pool.hpp"
#include "hal9/app/access.hpp"
#include "hal9/base/text.hpp"
#include "hal9/neurons/catalog.hpp"
#include "hal9/transport/local_server.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace hal9::app {
namespace {

using adapters::EventLoop;

constexpr Duration finished_asked_every = std::chrono::milliseconds(100);
constexpr Duration clients_have_to_ask = std::chrono::seconds(3);

}  // namespace

// Members in the order of their lives: what is named later uses what is named before.
class Holder::Impl final : public transport::LocalHandler {
public:
    Impl(const HolderOptions& options, Log& log)
        : options_(options),
          log_(log),
          spill_(options.directory),
          pool_({.threads = options.file_threads, .name = "hal9-files"}),
          compute_({.threads = options.compute_threads, .name = "hal9-compute"}),
          files_(pool_, loop_),
          kinds_(neurons::make_kinds(files_, options.limits)),
          catalog_(neurons::descriptions(kinds_)) {}

    Result<void> open() {
        HAL9_TRY(
            store_,
            sqlite::SqliteStore::open(
                options_.directory,
                {.clock = clock_, .random = random_, .limits = options_.limits},
                &loop_
            )
        );
        HAL9_TRY(node_reader_, sqlite::SqliteReader::open(options_.directory));
        HAL9_TRY(query_reader_, sqlite::SqliteReader::open(options_.directory));
        node_.emplace(
            runtime::NodePorts{
                .store = *store_,
                .reader = *node_reader_,
                .spill = spill_,
                .clock = clock_,
                .random = random_,
                .log = log_,
                .strand = loop_,
                .compute = &compute_,
                .time_zones = &time_zones_,
            },
            kinds_,
            runtime::NodeOptions{
                .limits = options_.limits,
                .take_up_all = options_.take_up_all,
            }
        );
        queries_.emplace(
            *query_reader_,
            PublicIds(store_->recovery().secret),
            catalog_,
            options_.limits
        );
        commands_.emplace(*node_, *queries_, catalog_, options_.limits, loop_, options_.offer);
        HAL9_TRY_VOID(node_->start(store_->recovery()));
        return options_.serve ? serve() : Result<void>{};
    }

    // LocalHandler: what clients of the socket ask.
    void request(
        std::shared_ptr<transport::LocalPeer> peer,
        std::uint64_t id,
        std::string method,
        json::object params
    ) override {
        const std::uint64_t serial = ++last_serial_;
        const bool begins = method == "run.start" || method == "run.resume";
        auto& task = asked_[serial];
        task = StartedTask::start<Result<json::value>>(
            commands_->answer(std::move(method), std::move(params)),
            [this, peer, id, serial, begins](const Result<json::value>& answer) {
                if (answer && begins) {
                    client_runs_[peer].insert(std::string(answer->at("id").as_string()));
                }
                peer->answer(id, answer);
                answered_.push_back(serial);
            }
        );
    }

    void gone(const std::shared_ptr<transport::LocalPeer>& peer) override {
        client_runs_.erase(peer);
    }

    Result<void> run(const std::function<bool()>& finished) {
        std::optional<Error> failure;
        bool done = false;
        loop_.run([&]() -> EventLoop::Next {
            const auto next = node_->turn();
            if (!next) {
                failure = next.error();
                loop_.stop();
                return EventLoop::WhenWoken{};
            }
            forget_answered();
            const SteadyTime now = clock_.now().steady;
            const bool run_has_ended = node_->ended_runs() != ended_runs_seen_;
            if (now >= next_question_ || run_has_ended) {
                next_question_ = now + finished_asked_every;
                ended_runs_seen_ = node_->ended_runs();
                if (!done && finished() && (interrupted_ || client_runs_have_ended())) {
                    done = true;
                    if (options_.shutdown_timeout) {
                        stop_by_ = now + *options_.shutdown_timeout;
                    }
                    node_->drain();
                }
            }
            if (done && (node_->is_quiet() || has_to_abandon(now))) {
                loop_.stop();
            }
            return next_of(*next);
        });
        if (failure) {
            stop_threads();
            return fail(*failure);
        }
        return end();
    }

    /// A clean end, also of a start that failed half way.
    Result<void> end() {
        if (abandoned_) {
            server_.reset();
            return store_->close();
        }
        stop_threads();
        // A reader that is open keeps the store from folding its log into the file.
        asked_.clear();
        commands_.reset();
        queries_.reset();
        node_.reset();
        node_reader_.reset();
        query_reader_.reset();
        return store_ ? store_->close() : Result<void>{};
    }

    Result<json::value> request(std::string method, json::object params) {
        node_->drain();
        std::optional<Result<json::value>> answer;
        const StartedTask task = StartedTask::start<Result<json::value>>(
            commands_->answer(std::move(method), std::move(params)),
            [&](Result<json::value> result) {
                answer = std::move(result);
                next_question_ = {};
            }
        );
        HAL9_TRY_VOID(run([&] { return answer.has_value(); }));
        return *std::move(answer);
    }

    services::Commands& commands() { return *commands_; }

    runtime::Node& node() { return *node_; }

    EventLoop& loop() { return loop_; }

    /// From now on nobody's runs are waited for.
    void interrupt() { interrupted_ = true; }

    [[nodiscard]] bool has_abandoned_steps() const { return abandoned_; }

private:
    bool has_to_abandon(SteadyTime now) {
        abandoned_ = stop_by_ && now >= *stop_by_;
        if (abandoned_) {
            log_.write(
                LogLevel::warning,
                "shutdown_timeout_passed",
                {{"timeout", format_duration(*options_.shutdown_timeout)}}
            );
        }
        return abandoned_;
    }

    /// First of all: what they still finish must not meet a strand that is gone.
    void stop_threads() {
        server_.reset();
        pool_.stop();
        compute_.stop();
    }

    Result<void> serve() {
        HAL9_TRY(
            server_,
            transport::LocalServer::start(
                socket_path(options_.directory),
                {options_.limits.message_bytes_max, options_.limits.connections_max},
                loop_,
                *this
            )
        );
        return {};
    }

    /// Outside of the tasks' own callbacks.
    void forget_answered() {
        for (const std::uint64_t serial : answered_) {
            asked_.erase(serial);
        }
        answered_.clear();
    }

    /// And their clients have had time to ask how. A client that is gone waits for nothing.
    [[nodiscard]] bool client_runs_have_ended() {
        const bool all = std::ranges::all_of(client_runs_, [this](const auto& of_peer) {
            return std::ranges::all_of(of_peer.second, [this](const std::string& id) {
                const auto run = commands_->find_run(id);
                const auto progress = run ? node_->progress(run->id) : std::nullopt;
                return !run || has_ended(run->state) || (progress && progress->stalled);
            });
        });
        const SteadyTime now = clock_.now().steady;
        if (!all) {
            clients_leave_by_ = now + clients_have_to_ask;
        }
        return client_runs_.empty() || (all && now >= clients_leave_by_);
    }

    [[nodiscard]] EventLoop::Next next_of(const runtime::NextTurn& next) const {
        if (std::holds_alternative<runtime::TurnAgain>(next)) {
            return EventLoop::Again{};
        }
        SteadyTime at = next_question_;
        if (const auto* timed = std::get_if<runtime::TurnAt>(&next)) {
            at = std::min(at, timed->at);
        }
        return EventLoop::At{at};
    }

    HolderOptions options_;
    Log& log_;
    adapters::SystemClock clock_;
    adapters::SystemRandom random_;
    adapters::SystemTimeZones time_zones_;
    EventLoop loop_;
    sqlite::SqliteSpillTables spill_;
    adapters::ThreadPool pool_;
    adapters::ThreadPool compute_;
    adapters::SystemFiles files_;
    std::vector<std::unique_ptr<Kind>> kinds_;
    std::vector<KindDescription> catalog_;
    std::unique_ptr<sqlite::SqliteStore> store_;
    std::unique_ptr<sqlite::SqliteReader> node_reader_;
    std::unique_ptr<sqlite::SqliteReader> query_reader_;
    std::optional<runtime::Node> node_;
    std::optional<services::Queries> queries_;
    std::optional<services::Commands> commands_;
    SteadyTime next_question_{};
    std::uint64_t ended_runs_seen_ = 0;
    SteadyTime clients_leave_by_{};
    bool interrupted_ = false;
    std::optional<SteadyTime> stop_by_;
    bool abandoned_ = false;
    std::map<std::uint64_t, StartedTask> asked_;
    std::vector<std::uint64_t> answered_;
    std::uint64_t last_serial_ = 0;
    std::map<std::shared_ptr<transport::LocalPeer>, std::set<std::string>> client_runs_;
    std::unique_ptr<transport::LocalServer> server_;
};

Holder::Holder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Holder::~Holder() = default;

Result<std::unique_ptr<Holder>> Holder::open(const HolderOptions& options, Log& log) {
    auto impl = std::make_unique<Impl>(options, log);
    if (const auto opened = impl->open(); !opened) {
        // This start was no crash; why it failed is what counts.
        if (const auto ended = impl->end(); !ended) {
            return fail(Error(opened.error().code, opened.error().message, ended.error()));
        }
        return fail(opened.error());
    }
    return std::unique_ptr<Holder>(new Holder(std::move(impl)));
}

services::Commands& Holder::commands() {
    return impl_->commands();
}

runtime::Node& Holder::node() {
    return impl_->node();
}

Executor& Holder::strand() {
    return impl_->loop();
}

bool Holder::has_abandoned_steps() const {
    return impl_->has_abandoned_steps();
}

void Holder::interrupt() {
    impl_->interrupt();
}

Waker& Holder::waker() {
    return impl_->loop();
}

Result<void> Holder::run(const std::function<bool()>& finished) {
    return impl_->run(finished);
}

Result<json::value> Holder::request(std::string method, json::object params) {
    return impl_->request(std::move(method), std::move(params));
}

}  // namespace hal9::app
