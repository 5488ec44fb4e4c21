// The shape of what `combine` makes of children's results.
#pragma once

#include "hal9/definition/combine.hpp"
#include "hal9/definition/detail/shape.hpp"
#include "hal9/model/ids.hpp"

#include <functional>

namespace hal9::definition::detail {

/// Of the results of one neuron's children.
using ResultOfChild = std::function<ShapePtr(NeuronIndex)>;

/// `all` is of any child's result, `of` of one neuron's.
[[nodiscard]] ShapePtr
combined_shape(const Combine& combine, const ShapePtr& all, const ResultOfChild& of);

}  // namespace hal9::definition::detail
