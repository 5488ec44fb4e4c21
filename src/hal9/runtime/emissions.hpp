// Emissions: what one step has emitted and nobody has written down yet.
//
// The bounded sink of pure steps. A chunk is complete at so many signals or bytes; the step then
// pauses until the chunk was handed to the writer, so a fan-out of a million never lies in memory.
#pragma once

#include "hal9/base/json.hpp"
#include "hal9/base/result.hpp"
#include "hal9/model/limits.hpp"
#include "hal9/model/signal.hpp"
#include "hal9/ports/kind.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hal9::runtime {

using Value = std::shared_ptr<const json::value>;  ///< shared by the window of ready work and joins

struct Emission {
    Body body;  ///< the value as JSON text
    Value value;
    std::string to = {};  ///< the only neuron of `forward` that gets it; "": all of them
};

/// A body out of the store; data_loss when it is no JSON.
[[nodiscard]] Result<Value> value_of(const Body& body);

class Emissions final : public Sink {
public:
    /// Each emission goes to `copies` neurons (at least 1 is counted). `limits` outlives this.
    Emissions(const Limits& limits, std::size_t copies);

    void emit(json::value value) override;
    void emit_to(std::string_view neuron, json::value value) override;
    [[nodiscard]] bool full() const override;

    /// Members of the payload that every emitted object gets where it has none of that name. Both
    /// outlive this.
    void keep(const std::vector<std::string>& members, const json::value& payload);

    /// limit_exceeded once a payload was too large or nested too deep; the step has failed then.
    [[nodiscard]] const std::optional<Error>& error() const { return error_; }

    [[nodiscard]] std::size_t size() const { return items_.size(); }

    [[nodiscard]] std::vector<Emission> take();

private:
    const Limits& limits_;
    std::size_t items_max_;
    std::size_t bytes_max_;
    std::size_t bytes_ = 0;
    std::vector<Emission> items_;
    std::optional<Error> error_;
    const std::vector<std::string>* kept_ = nullptr;
    const json::value* payload_ = nullptr;
};

/// Copies members of the payload into an object that has none of that name.
void copy_kept(
    json::value& into,
    const std::vector<std::string>& members,
    const json::value& payload
);

/// limit_exceeded for a value beyond value_depth_max, which `what` names.
[[nodiscard]] Error too_deep(std::string_view what, const Limits& limits);

}  // namespace hal9::runtime
