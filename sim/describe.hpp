// What a failing seed prints beside its violations: signals that failed, and work that is left.
#pragma once

#include "sim/machine.hpp"
#include "sim/workload.hpp"

#include <string>
#include <vector>

namespace hal9::sim {

struct View {
    Machine& machine;
    const Workload& workload;

    /// Of the run's network, which may be the called one.
    [[nodiscard]] const SimNeuron& neuron_of(const SignalRecord& signal) const;
};

void describe_failures(const View& view, std::vector<std::string>& out);
void describe_open_work(const View& view, std::vector<std::string>& out);

}  // namespace hal9::sim
