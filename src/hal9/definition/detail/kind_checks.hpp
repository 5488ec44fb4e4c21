// Checks the settings of neurons against what their kinds say of them, and compiles them.
#pragma once

#include "hal9/definition/detail/neuron_reader.hpp"
#include "hal9/definition/detail/schema_validator.hpp"
#include "hal9/definition/detail/tree.hpp"

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace hal9::definition::detail {

class KindChecks {
public:
    KindChecks(const Limits& limits, Faults& faults) : limits_(&limits), faults_(&faults) {}

    /// Puts the compiled settings into the neuron, or reports what is wrong with them. The neuron's
    /// connections were read.
    void compile_settings(ReadNeuron& read, std::span<const ReadNeuron> neurons);

private:
    struct KindSchema {
        json::value schema;
        SchemaValidator validator;
        bool routes = false;  ///< a setting names neurons of `forward`
    };

    /// Compiled at its first use; nullptr after a fault in the kind itself.
    [[nodiscard]] const KindSchema* schema_of(const KindDescription& kind, Place place);
    void check_templates(const TreeNode& node, const std::string& what);
    void check_routes(
        const json::value& schema,
        const TreeNode& settings,
        const ReadNeuron& read,
        std::span<const ReadNeuron> neurons
    );

    const Limits* limits_;
    Faults* faults_;
    std::map<std::string, std::unique_ptr<const KindSchema>> schemas_;
};

}  // namespace hal9::definition::detail
