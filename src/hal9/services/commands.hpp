// Commands: what changes something, translated from JSON to requests of the node.
//
// The same for the process's own command line and for clients of its socket. Thread: the node's
// strand.
#pragma once

#include "hal9/base/executor.hpp"
#include "hal9/base/json.hpp"
#include "hal9/base/result.hpp"
#include "hal9/base/task.hpp"
#include "hal9/definition/needs.hpp"
#include "hal9/definition/parse.hpp"
#include "hal9/model/kind.hpp"
#include "hal9/model/limits.hpp"
#include "hal9/runtime/node.hpp"
#include "hal9/services/queries.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hal9::services {

class Commands {
public:
    /// All outlive it. The strand is the node's, and so is what it offers to neurons that need it.
    Commands(
        runtime::Node& node,
        Queries& queries,
        KindCatalog kinds,
        const Limits& limits,
        Executor& strand,
        const definition::Offer& offer
    )
        : node_(node),
          queries_(queries),
          kinds_(kinds),
          limits_(limits),
          strand_(strand),
          offer_(offer) {}

    /// network.apply {definition, file?}, network.pause {network}, network.resume, network.delete;
    /// run.start {definition, file?, input?, grants?, principal?, key?, tags?, priority?},
    /// run.resume {run} (to work on it), run.progress {run}, run.cancel {run}, run.priority {run,
    /// priority}, run.message {run, name, message?, by?}, run.fork {run, signal?, version?,
    /// principal?, tags?}; signal.cancel {signal}, signal.answer {signal, answer, by?};
    /// dead.redrive {signals}, {where} or {all}, dead.discard likewise: many at once, so that a
    /// thousand letters cost a few commits (of the root of a failed run, redrive is its fork);
    /// schedule.add {network, cron, time_zone?, name?, input?, grants?, tags?, missed?,
    /// principal?}, schedule.remove {schedule}; and all queries.
    [[nodiscard]] Task<Result<json::value>> answer(std::string method, json::object params);

    /// The run that run.start began; for those who wait for it in this process.
    [[nodiscard]] Result<RunRecord> find_run(std::string_view id) { return queries_.find_run(id); }

private:
    [[nodiscard]] Result<definition::Network> definition_parameter(const json::object& params
    ) const;
    [[nodiscard]] Task<Result<json::value>> network_apply(json::object params);
    [[nodiscard]] Task<Result<json::value>> run_start(json::object params);
    [[nodiscard]] Result<json::value> run_resume(const json::object& params);
    [[nodiscard]] Result<json::value> run_progress(const json::object& params);
    [[nodiscard]] Task<Result<json::value>> run_cancel(json::object params);
    [[nodiscard]] Task<Result<json::value>> decide_dead(json::object params, bool redrive);
    [[nodiscard]] Task<Result<json::value>> set_network_state(json::object params, NetworkState to);
    [[nodiscard]] Task<Result<json::value>> run_priority(json::object params);
    [[nodiscard]] Task<Result<json::value>> run_message(json::object params);
    [[nodiscard]] Task<Result<json::value>> run_fork(json::object params);
    [[nodiscard]] Task<Result<json::value>> signal_cancel(json::object params);
    [[nodiscard]] Task<Result<json::value>> signal_answer(json::object params);
    [[nodiscard]] Task<Result<json::value>> schedule_add(json::object params);
    [[nodiscard]] Task<Result<json::value>> schedule_remove(json::object params);
    [[nodiscard]] std::optional<RunId> failed_run_named(std::span<const std::string> signals);
    [[nodiscard]] Task<Result<std::size_t>> decide_all(LetterFilter filter, bool redrive);
    [[nodiscard]] Task<Result<std::size_t>>
    decide_named(std::vector<std::string> signals, bool redrive);
    [[nodiscard]] Task<std::vector<Result<void>>>
    decide_together(std::span<const SignalId> letters, bool redrive);

    /// What a signal should have been.
    struct Wanted {
        std::string_view is_not;  ///< "is not parked"
        std::string_view right;   ///< where to find one that is
    };

    [[nodiscard]] Error explained(Error error, const SignalRecord& before, const Wanted& wanted);
    [[nodiscard]] Task<Result<runtime::Applied>>
    apply(definition::Network network, json::object params);

    runtime::Node& node_;
    Queries& queries_;
    KindCatalog kinds_;
    const Limits& limits_;
    Executor& strand_;
    const definition::Offer& offer_;
};

/// Faults as one error, a line each, `file:line:column: message`.
[[nodiscard]] Error faults_as_error(
    const std::vector<definition::Fault>& faults,
    std::string_view file,
    ErrorCode code = ErrorCode::invalid_argument
);

}  // namespace hal9::services
