// The kinds of neurons that this binary has.
//
// A kind is one .cpp file of this folder and its line in catalog.cpp. Everything outside that
// a kind touches comes in here as a port.
#pragma once

#include "hal9/model/kind.hpp"
#include "hal9/model/limits.hpp"
#include "hal9/ports/files.hpp"
#include "hal9/ports/kind.hpp"

#include <memory>
#include <span>
#include <vector>

namespace hal9::neurons {

/// Every kind, sorted by name. `files` outlives them.
[[nodiscard]] std::vector<std::unique_ptr<Kind>>
make_kinds(Files& files, const Limits& limits = {});

/// Copies of what they say of themselves, in the same order: what a KindCatalog views.
[[nodiscard]] std::vector<KindDescription> descriptions(std::span<const std::unique_ptr<Kind>> kinds
);

}  // namespace hal9::neurons
