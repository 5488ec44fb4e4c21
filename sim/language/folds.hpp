// Folds: `combine`, computed from the list of all results at once.
#pragma once

#include "hal9/base/json.hpp"
#include "hal9/base/result.hpp"

#include <string>
#include <vector>

namespace hal9::sim::language {

/// The result of one counted child.
struct ChildResult {
    std::string neuron;
    json::value value;
};

/// In ordinal order. invalid_argument where a sum or mean meets what is no number.
[[nodiscard]] Result<json::value>
combine(const json::object& definition, const std::vector<ChildResult>& children);

}  // namespace hal9::sim::language
