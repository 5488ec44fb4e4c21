// Views: the JSON shapes of what the store holds.
#pragma once

#include "hal9/base/json.hpp"
#include "hal9/base/result.hpp"
#include "hal9/model/public_id.hpp"
#include "hal9/model/run.hpp"
#include "hal9/model/signal.hpp"
#include "hal9/runtime/progress.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hal9::services {

[[nodiscard]] json::value error_view(const Error& error);
/// RFC 3339, or null for the zero time.
[[nodiscard]] json::value time_view(WallTime time);
[[nodiscard]] json::value usage_view(const Usage& usage);
/// What is known of a run without its signals.
[[nodiscard]] json::object run_view(const RunRecord& run, const PublicIds& ids);
/// The status people see: what is unfinished in an ended run is cancelled with it.
[[nodiscard]] SignalStatus shown_status(const SignalRecord& signal, const RunRecord& run);

/// Attempts after the first that were begun in the signal's present phase, as its record tells: its
/// failures, and the attempt that ended otherwise; what waits for another attempt has not begun it,
/// and of one being processed (which no record tells) it is not counted yet. A redrive raises
/// `attempt` without being one. How many there were follows from `attempts_allowed`, which each
/// raises by `attempts` (those of the neuron's policy), and is exact unless a letter was redriven
/// several times and gave up before its attempts were used.
[[nodiscard]] std::uint32_t retries_of(const SignalRecord& signal, std::uint16_t attempts);

/// Signals of one neuron in one run, counted a page at a time.
class NeuronSummary {
public:
    /// `attempts`: of the neuron's policy; none where its definition cannot be read.
    explicit NeuronSummary(std::optional<std::uint16_t> attempts = {}) : attempts_(attempts) {}

    void add(const SignalRecord& signal, SignalStatus shown);

    /// Adds what was counted to what is known of the neuron.
    void add_to(json::object& view) const;

private:
    /// Messages name paths and positions, so that no two are alike: the first of each code stands
    /// for the others.
    struct SeenError {
        Error error;
        std::uint64_t count = 0;
    };

    std::optional<std::uint16_t> attempts_;
    std::array<std::uint64_t, 6> by_status_{};
    std::uint64_t total_ = 0;
    std::uint64_t retries_ = 0;
    std::uint64_t skipped_ = 0;
    Usage usage_;
    runtime::DurationHistogram durations_;
    std::vector<SeenError> errors_;
};

}  // namespace hal9::services
