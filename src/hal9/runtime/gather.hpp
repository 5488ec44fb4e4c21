// Gather: the results of a signal's children, put together into its own result.
//
// Children end in any order; their results are taken in ordinal order, so what comes out is a
// function of the results alone. Three shapes (network.md section 2, `result`): one child's result
// passes up as it is; several neurons' results become an object by neuron name; `combine` folds.
#pragma once

#include "hal9/base/result.hpp"
#include "hal9/base/spill_table.hpp"
#include "hal9/definition/network.hpp"
#include "hal9/model/limits.hpp"
#include "hal9/model/signal.hpp"
#include "hal9/runtime/emissions.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <utility>

namespace hal9::runtime {

/// The end of one child, as the join counted it.
struct GatheredChild {
    SignalId id;
    NeuronIndex neuron;
    Value value;               ///< null: forgiven, contributes nothing
    Body body;                 ///< the value as JSON text; may be null even where there is a value
    bool substituted = false;  ///< the value is the one of `on_child_error: {value: X}`
};

struct GatheredResult {
    Value value;
    Body body;
    std::optional<SignalId> result_of;  ///< the child whose stored result this is
};

class Gather {
public:
    /// `network` and `limits` outlive this; `neuron` is one of its neurons. Where its join counts
    /// only some children, all that are added wait for finish().
    Gather(
        const definition::Network& network,
        NeuronIndex neuron,
        const Limits& limits,
        SpillTables& spill
    );

    /// Each ordinal once, in any order.
    [[nodiscard]] Result<void> add(std::uint32_t ordinal, GatheredChild child);

    /// The same for those who add in the order of ordinals.
    [[nodiscard]] Result<void> add_next(GatheredChild child) { return take(std::move(child)); }

    /// Bytes of results that came before their turn.
    [[nodiscard]] std::size_t early_bytes() const { return early_bytes_; }

    /// Bytes of all that it remembers.
    [[nodiscard]] std::size_t held_bytes() const;

    /// Once every child that counts was added. limit_exceeded when the result is too large or
    /// nested too deep.
    [[nodiscard]] Result<GatheredResult> finish();

private:
    [[nodiscard]] Result<void> take(GatheredChild child);

    const definition::Network* network_;
    NeuronIndex neuron_;
    const Limits* limits_;
    std::optional<definition::Fold> fold_;
    std::optional<json::object> by_name_;
    bool sparse_;
    GatheredResult single_;
    std::map<std::uint32_t, GatheredChild> early_;
    std::size_t early_bytes_ = 0;
    std::size_t taken_bytes_ = 0;  ///< where no fold counts them
    std::uint32_t next_ordinal_ = 0;
};

}  // namespace hal9::runtime
