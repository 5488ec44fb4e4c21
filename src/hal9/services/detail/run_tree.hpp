// run_tree: a run's signals by neuron, in the shape of docs/reference/cli/tree.schema.json.
//
// Where the definition cannot be read, neurons go by their numbers, and those that are known are
// the ones that signals name: who forwards to whom is then what these show.
#pragma once

#include "hal9/base/json.hpp"
#include "hal9/base/result.hpp"
#include "hal9/definition/network.hpp"
#include "hal9/model/run.hpp"
#include "hal9/ports/signal_reader.hpp"

namespace hal9::services::detail {

/// Adds `start` and `neurons` to the view of the run. `network` may be null. data_loss when a
/// signal names a neuron that its network does not have.
[[nodiscard]] Result<void> add_run_tree(
    SignalReader& reader,
    const RunRecord& run,
    const definition::Network* network,
    json::object& view
);

}  // namespace hal9::services::detail
