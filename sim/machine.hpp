// Machine: a node on simulated hardware that can lose power.
//
// Owns the durable store and, while the process is up, the node with everything it holds in memory.
#pragma once

#include "hal9/adapters/memory/memory_spill_tables.hpp"
#include "hal9/adapters/memory/memory_store.hpp"
#include "hal9/runtime/node.hpp"
#include "sim/kinds.hpp"
#include "sim/world.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace hal9::sim {

class Machine {
public:
    /// With the simulated kinds.
    Machine(World& world, runtime::NodeOptions options);
    Machine(World& world, runtime::NodeOptions options, std::vector<std::unique_ptr<Kind>> kinds);

    [[nodiscard]] runtime::Node& node() { return *node_; }

    [[nodiscard]] const Limits& limits() const { return options_.limits; }

    [[nodiscard]] memory::MemoryStore& store() { return store_; }

    [[nodiscard]] const std::vector<std::unique_ptr<Kind>>& kinds() const { return kinds_; }

    /// The node's turn. Ends the process where the node says it cannot go on; false then.
    [[nodiscard]] bool turn();

    /// When the node wants its next turn, besides wake-ups.
    [[nodiscard]] const runtime::NextTurn& next_turn() const { return next_turn_; }

    void start();
    /// kill -9: memory is lost. The caller drops its own coroutines first.
    void crash();
    /// SIGTERM: nothing new starts, what is under way ends, the store is closed. Stays up
    /// where a handler kills the process meanwhile: the caller crashes it then.
    void stop_cleanly();

    /// Why the last turn failed; for the report.
    std::optional<Error> last_error;

private:
    World& world_;
    runtime::NodeOptions options_;
    WorldLog log_;
    memory::MemoryStore store_;
    memory::MemorySpillTables spill_;
    std::vector<std::unique_ptr<Kind>> kinds_;
    std::unique_ptr<runtime::Node> node_;
    runtime::NextTurn next_turn_ = runtime::TurnAgain{};
};

}  // namespace hal9::sim
