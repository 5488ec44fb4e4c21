// Workload: a random network with its reference interpreter.
//
// The network is written as a definition text and goes through the language like any other. The
// interpreter is naive on purpose: recursion over the same behaviours, no store, no scheduling, no
// retries but by counting. What it returns is the one right end of a run.
#pragma once

#include "hal9/base/json.hpp"
#include "hal9/base/random.hpp"
#include "hal9/model/ids.hpp"
#include "sim/behaviour.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hal9::sim {

/// The name of the network that `sim.call` runs.
inline constexpr const char* called_network = "called";
/// What a keyed neuron adds to its result: chance, so it is none of the run's right result.
inline constexpr const char* place_member = "place";

struct SimNeuron {
    std::string name;
    bool many = false;
    bool asynchronous = false;
    Behaviour behaviour;
    std::vector<std::size_t> forward;  ///< indices of neurons
    enum class OnError : std::uint8_t { fail, skip, value } on_error = OnError::fail;
    bool parks = false;  ///< on_exhausted: park
    std::uint32_t attempts = 4;
    std::uint32_t concurrency = 8;
    bool keyed = false;               ///< a leaf that counts what its key has seen
    bool calls = false;               ///< runs the other network before it emits
    std::uint32_t quorum = 0;         ///< of `many`: so many children are enough; 0: all
    std::optional<std::size_t> then;  ///< index of the neuron its result goes on to
    bool then_as = false;             ///< that one's result becomes a member of its own

    /// Of a few: about as long as one step takes, so that some pass while children are emitted.
    [[nodiscard]] std::optional<std::uint64_t> deadline_ms() const {
        const std::uint64_t one_in = asynchronous && many ? 4 : 100;
        if (behaviour.salt % one_in != 0) {
            return std::nullopt;
        }
        return 5 + behaviour.salt / one_in % 60;
    }
};

/// The right end of a run, and how many signals it takes where nothing failed.
struct Expected {
    std::optional<json::value> result;  ///< none: the run fails
    std::uint64_t signals = 0;
    bool any_failure = false;  ///< some signal fails for good: the count is no promise
};

struct Workload {
    std::string name = "simulated";
    std::vector<SimNeuron> neurons;          ///< the first is the start
    std::shared_ptr<const Workload> called;  ///< what its neurons may run; shared with copies

    /// Neurons with faults at about `harshness` (0: none, 1: many).
    [[nodiscard]] static Workload random(Random& random, double harshness);
    [[nodiscard]] std::string definition() const;
    /// In the order of their names, as the node numbers them.
    [[nodiscard]] const SimNeuron& neuron(NeuronIndex index) const;
    /// Whether chance decides which signals are in time.
    [[nodiscard]] bool has_deadlines() const;
    [[nodiscard]] Expected expect(std::uint64_t x) const;

private:
    [[nodiscard]] static Workload some_layers(Random& random, double harshness, bool calls);
};

}  // namespace hal9::sim
