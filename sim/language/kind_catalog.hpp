// The kinds that generated networks are made of, as they describe themselves.
#pragma once

#include "hal9/model/kind.hpp"

namespace hal9::sim::language {

[[nodiscard]] KindCatalog kind_catalog();

}  // namespace hal9::sim::language
