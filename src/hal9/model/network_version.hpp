// NetworkVersion: one immutable version of a network as the store keeps it.
#pragma once

#include "hal9/base/clock.hpp"
#include "hal9/model/ids.hpp"

#include <string>

namespace hal9 {

struct NetworkVersion {
    NetworkVersionId id;
    OrganizationId organization;
    std::string name;
    std::string hash;        ///< SHA-256 (hex) over the canonical form; same hash, same version
    std::string definition;  ///< canonical JSON (RFC 8785) of what was applied
    WallTime created;
};

}  // namespace hal9
