// Checks the settings of neurons against what their kinds say of them, and compiles them.
#pragma once

#include "hal9/definition/detail/neuron_reader.hpp"
#include "hal9/definition/detail/schema_validator.hpp"
#include "hal9/definition/detail/tree.hpp"

#include <map>
#include <memory>
#include <string>

namespace hal9::definition::detail {

class KindChecks {
public:
    KindChecks(const Limits& limits, Faults& faults) : limits_(&limits), faults_(&faults) {}

    /// Puts the compiled settings into the neuron, or reports what is wrong with them.
    void compile_settings(ReadNeuron& read);

private:
    struct KindSchema {
        json::value schema;
        SchemaValidator validator;
    };

    /// Compiled at its first use; nullptr after a fault in the kind itself.
    [[nodiscard]] const KindSchema* schema_of(const KindDescription& kind, Place place);
    void check_templates(const TreeNode& node, const std::string& what);

    const Limits* limits_;
    Faults* faults_;
    std::map<std::string, std::unique_ptr<const KindSchema>> schemas_;
};

}  // namespace hal9::definition::detail
