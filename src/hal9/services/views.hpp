// Views: the JSON shapes of what the store holds.
#pragma once

#include "hal9/base/json.hpp"
#include "hal9/base/result.hpp"
#include "hal9/definition/network.hpp"
#include "hal9/model/public_id.hpp"
#include "hal9/model/run.hpp"
#include "hal9/model/signal.hpp"
#include "hal9/runtime/progress.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace hal9::services {

[[nodiscard]] json::value error_view(const Error& error);
/// RFC 3339, or null for the zero time.
[[nodiscard]] json::value time_view(WallTime time);
[[nodiscard]] json::value usage_view(const Usage& usage);
/// A required string parameter; invalid_argument.
[[nodiscard]] Result<std::string>
string_parameter(const json::object& params, std::string_view name);
/// An optional whole number within [low, high]; invalid_argument.
[[nodiscard]] Result<std::uint32_t> number_parameter(
    const json::object& params,
    std::string_view name,
    std::uint32_t fallback,
    std::uint32_t high
);

/// What is known of a run without its signals.
[[nodiscard]] json::object run_view(const RunRecord& run, const PublicIds& ids);
/// The status people see: what is unfinished in an ended run is cancelled with it.
[[nodiscard]] SignalStatus shown_status(const SignalRecord& signal, const RunRecord& run);

/// Signals of one neuron in one run, counted a page at a time.
class NeuronSummary {
public:
    void add(const SignalRecord& signal, SignalStatus shown);

    [[nodiscard]] std::uint64_t total() const { return total_; }

    [[nodiscard]] json::object view(const definition::Neuron& neuron) const;

private:
    /// Messages name paths and positions, so that no two are alike: the first of each code stands
    /// for the others.
    struct SeenError {
        Error error;
        std::uint64_t count = 0;
    };

    std::array<std::uint64_t, 6> by_status_{};
    std::uint64_t total_ = 0;
    std::uint64_t attempts_ = 0;  ///< beyond the first
    std::uint64_t skipped_ = 0;
    Usage usage_;
    runtime::DurationHistogram durations_;
    std::vector<SeenError> errors_;
};

}  // namespace hal9::services
