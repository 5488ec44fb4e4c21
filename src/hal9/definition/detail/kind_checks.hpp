// Checks the settings of neurons against what their kinds say of them, and compiles them.
#pragma once

#include "hal9/definition/detail/kind_schemas.hpp"
#include "hal9/definition/detail/neuron_reader.hpp"
#include "hal9/definition/detail/tree.hpp"

#include <span>
#include <string>
#include <vector>

namespace hal9::definition::detail {

class KindChecks {
public:
    KindChecks(KindSchemas& schemas, const Limits& limits, Faults& faults)
        : schemas_(&schemas), limits_(&limits), faults_(&faults) {}

    /// Puts the compiled settings into the neuron, or reports what is wrong with them. The neuron's
    /// connections were read.
    void compile_settings(ReadNeuron& read, std::span<const ReadNeuron> neurons);

private:
    /// nullptr after a fault in the kind itself.
    [[nodiscard]] const KindSchema* schema_of(const KindDescription& kind, Place place);
    void check_templates(const TreeNode& node, const std::string& what);
    void check_routes(
        const json::value& schema,
        const TreeNode& settings,
        const ReadNeuron& read,
        std::span<const ReadNeuron> neurons
    );

    KindSchemas* schemas_;
    const Limits* limits_;
    Faults* faults_;
};

}  // namespace hal9::definition::detail
