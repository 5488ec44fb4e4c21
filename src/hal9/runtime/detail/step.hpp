// Step: one neuron handling one signal, one attempt of it, while it is under way.
//
// Holds the call, what was emitted, and where a paused handler goes on. A pure step owns all it
// touches while advance() runs, so a compute thread may run it; everything else is the strand's.
#pragma once

#include "hal9/base/result.hpp"
#include "hal9/base/task.hpp"
#include "hal9/definition/network.hpp"
#include "hal9/ports/kind.hpp"
#include "hal9/runtime/detail/live.hpp"
#include "hal9/runtime/emissions.hpp"
#include "hal9/runtime/loaded_network.hpp"

#include <coroutine>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace hal9::runtime::detail {

/// A chunk handed to the writer, not released yet; its children while the window has room.
struct HeldChunk {
    LiveChunk chunk;
    WallTime written;  ///< the deadlines of its children count from then
    std::vector<std::pair<NeuronIndex, Emission>> children;
    std::vector<std::pair<NeuronIndex, std::uint32_t>> known;  ///< how many to each neuron
};

struct Step {
    Step(LoadedNetworkPtr network, NeuronIndex index, const Limits& limits);

    LoadedNetworkPtr loaded;  ///< keeps handler and settings alive on another thread
    NeuronIndex neuron;
    Call call;
    Body payload;  ///< parsed into call.payload by prepare() where that is null
    Value root;    ///< the run's root payload, where the neuron uses it
    Emissions emissions;
    Cursor cursor;
    std::optional<Result<StepEnd>> outcome;  ///< of the last advance, or of the coroutine

    SteadyTime began;
    Duration busy{};             ///< on a processor, as far as known
    std::uint32_t children = 0;  ///< in chunks so far
    std::vector<HeldChunk> held;
    std::vector<Emission> list;  ///< of `emits: many` without forward: the result so far
    std::size_t list_bytes = 0;

    std::unique_ptr<AsyncSink> sink;  ///< of an asynchronous step; outlives the task
    StartedTask task;

    [[nodiscard]] const definition::Neuron& definition() const {
        return loaded->network.neuron(neuron);
    }

    [[nodiscard]] const PureHandler* pure() const;
    [[nodiscard]] const AsyncHandler* asynchronous() const;

    /// Parses the payload and fills in the settings. Thread: whoever runs the step.
    [[nodiscard]] Result<void> prepare();
    /// Runs a pure handler until it ends or its sink is full; sets outcome. An exception becomes
    /// the error `internal`. Thread: any, one at a time.
    void advance();
    /// An asynchronous handler to its end, exceptions likewise. Prepared, with its sink.
    [[nodiscard]] Task<Result<StepEnd>> run_asynchronous();

private:
    /// Inside a catch clause.
    [[nodiscard]] Error exception_as_error() const;
};

}  // namespace hal9::runtime::detail
