// PendingFold: a signal whose children have ended, while their results are put together.
//
// It owns all that folding touches, so that a compute thread may work on it while `away`.
#pragma once

#include "hal9/runtime/gather.hpp"
#include "hal9/runtime/loaded_network.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

namespace hal9::runtime::detail {

struct PendingFold {
    SignalId signal;
    std::uint64_t ticket = 0;  ///< the results can be read once this is committed
    LoadedNetworkPtr loaded;   ///< keeps the neuron's definition alive on another thread
    NeuronIndex neuron;
    bool partial = false;  ///< only some of the children are folded
    std::unique_ptr<Gather> gather;
    std::size_t counted_bytes = 0;  ///< of `gather`, in the node's count of gathered bytes
    std::uint32_t next_ordinal = 0;
    std::uint32_t skipped = 0;
    bool all_read = false;
    bool away = false;  ///< on a compute thread: nothing else may touch it
    std::optional<Result<GatheredResult>> result;
};

}  // namespace hal9::runtime::detail
