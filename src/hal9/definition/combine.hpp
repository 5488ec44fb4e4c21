// Combine: how a neuron folds the results of its children into its own.
//
// An object of named aggregates, folded in ordinal order, so the result is the same whatever order
// the children ended in and however often the fold starts again. Memory is bounded: what a fold
// must remember beyond Limits::fold_bytes_max goes to a SpillTable. network.md section 2,
// `combine`.
#pragma once

#include "hal9/base/json.hpp"
#include "hal9/base/result.hpp"
#include "hal9/base/spill_table.hpp"
#include "hal9/model/ids.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace hal9::definition {

/// The compiled form of `combine`. Immutable; cheap to copy.
class Combine {
public:
    struct Plan;
    explicit Combine(std::shared_ptr<const Plan> plan);

    [[nodiscard]] const Plan& plan() const { return *plan_; }

private:
    std::shared_ptr<const Plan> plan_;  ///< shared between copies of a compiled network
};

struct FoldLimits {
    std::size_t memory_bytes_max = 0;  ///< beyond this the fold spills
    std::size_t result_bytes_max = 0;  ///< limit_exceeded beyond this, as JSON text
};

/// One fold under way. Deterministic: the same children in the same order give the same bytes.
/// Thread: one at a time.
class Fold {
public:
    /// `spill` is asked for a table when memory runs out, at most once for each aggregate and use.
    Fold(Combine combine, FoldLimits limits, SpillTables& spill);
    Fold(Fold&&) noexcept;
    Fold& operator=(Fold&&) noexcept;
    ~Fold();

    /// The next counted child, in ordinal order. `neuron` is for `of:`.
    [[nodiscard]] Result<void> add(NeuronIndex neuron, const json::value& result);
    /// What it remembers in memory: at most FoldLimits::memory_bytes_max and one result.
    [[nodiscard]] std::size_t memory_bytes() const;
    /// The combined result. Call once.
    [[nodiscard]] Result<json::object> finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace hal9::definition
