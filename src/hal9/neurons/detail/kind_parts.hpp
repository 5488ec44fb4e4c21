// What a kind may be made of: everything outside that kinds touch, as ports, and the limits.
#pragma once

#include "hal9/model/limits.hpp"
#include "hal9/ports/files.hpp"
#include "hal9/ports/kind.hpp"

#include <memory>

namespace hal9::neurons {

struct KindParts {
    Files& files;  ///< outlives the kinds
    Limits limits;
};

}  // namespace hal9::neurons
