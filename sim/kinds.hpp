// The kinds of simulated neurons: pure and asynchronous, emitting one or many.
#pragma once

#include "hal9/ports/kind.hpp"
#include "sim/behaviour.hpp"
#include "sim/world.hpp"

#include <memory>
#include <vector>

namespace hal9::sim {

/// sim.one, sim.many, sim.async_one, sim.async_many. `world` outlives them.
[[nodiscard]] std::vector<std::unique_ptr<Kind>> make_kinds(World& world);

/// The settings object that the kinds read.
[[nodiscard]] json::object to_settings(const Behaviour& behaviour);

}  // namespace hal9::sim
