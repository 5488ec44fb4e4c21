// EndCheck: when all is over, every run of a scenario has the end that the interpreter allows.
#pragma once

#include "sim/audit.hpp"
#include "sim/machine.hpp"
#include "sim/operators.hpp"
#include "sim/request.hpp"
#include "sim/workload.hpp"
#include "sim/world.hpp"

#include <cstdint>
#include <set>

namespace hal9::sim {

/// What a simulated neuron was handed; 0 where that was something else: it fails in any case.
[[nodiscard]] std::uint64_t x_of(const SignalRecord& signal);

class EndCheck {
public:
    struct Scene {
        World& world;
        Machine& machine;
        const Workload& workload;
        const Requests& requests;
        Operator& hands;
        const std::set<RunId>& tainted;  ///< their right end is not known
    };

    EndCheck(const Scene& scene, bool clock_was_set)
        : scene_(scene), clock_was_set_(clock_was_set) {}

    void run();

private:
    void check_request(Audit& audit, const Request& request);
    void check_other(Audit& audit, RunId id);
    static void check_keys(Audit& audit, const Workload& workload);
    [[nodiscard]] bool is_tainted(RunId run) const;
    [[nodiscard]] bool has_own_deadline(RunId run);

    Scene scene_;
    bool clock_was_set_;
};

}  // namespace hal9::sim
