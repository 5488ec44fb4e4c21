// Holder: this process as the one that holds the store and runs what is in it.
//
// Wires the adapters to the node and owns the strand; the only place where they meet.
#pragma once

#include "hal9/base/clock.hpp"
#include "hal9/base/json.hpp"
#include "hal9/base/log.hpp"
#include "hal9/base/result.hpp"
#include "hal9/definition/needs.hpp"
#include "hal9/model/limits.hpp"
#include "hal9/runtime/node.hpp"
#include "hal9/services/commands.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace hal9::app {

struct HolderOptions {
    std::string directory;
    Limits limits;
    definition::Offer offer = {};
    std::size_t file_threads = 2;
    std::size_t compute_threads = 1;
    bool serve = true;         ///< listen on hal9.sock for other verbs
    bool take_up_all = false;  ///< work on every unfinished run, not only on those asked for
    /// How long steps in flight have to end when it stops; none: as long as they take.
    std::optional<Duration> shutdown_timeout = std::nullopt;
};

class Holder {
public:
    /// unavailable when another process holds the store; conflict, data_loss as SqliteStore::open.
    [[nodiscard]] static Result<std::unique_ptr<Holder>>
    open(const HolderOptions& options, Log& log);
    ~Holder();
    Holder(const Holder&) = delete;
    Holder& operator=(const Holder&) = delete;

    [[nodiscard]] services::Commands& commands();
    [[nodiscard]] runtime::Node& node();
    [[nodiscard]] Executor& strand();
    [[nodiscard]] Waker& waker();
    /// Runs of clients are no longer waited for. Thread: the strand.
    void interrupt();

    /// Runs the strand on this thread until `finished` says so after a turn and the runs of
    /// connected clients have ended, then lets what is in flight end and closes the store.
    /// `finished` is asked at least every 100 ms. Call once.
    [[nodiscard]] Result<void> run(const std::function<bool()>& finished);
    /// After run(): steps did not end within the shutdown timeout. The store is closed as after a
    /// clean end and the steps start again with the next holder, but threads are still at them: end
    /// the process without destroying this.
    [[nodiscard]] bool has_abandoned_steps() const;

    /// One request to its end, without beginning any step: for verbs that only change something.
    [[nodiscard]] Result<json::value> request(std::string method, json::object params);

private:
    class Impl;
    explicit Holder(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace hal9::app
