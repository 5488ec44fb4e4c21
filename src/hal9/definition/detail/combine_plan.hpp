// The compiled form of `combine`: what compile_combine makes of the text and Fold works by.
#pragma once

#include "hal9/definition/combine.hpp"
#include "hal9/definition/detail/pointer.hpp"
#include "hal9/model/ids.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hal9::definition::detail {

enum class Operation : std::uint8_t {
    count,
    count_distinct,
    sum,
    min,
    max,
    mean,
    collect,
    first,
    last,
};

/// Their words in a definition, in the order of the enumeration.
inline constexpr std::array<std::string_view, 9> operation_names{
    "count",
    "count_distinct",
    "sum",
    "min",
    "max",
    "mean",
    "collect",
    "first",
    "last"
};

struct OrderKey {
    Pointer pointer;
    bool descending = false;
};

struct Aggregate {
    std::string name;
    Operation operation = Operation::count;
    Pointer select;                 ///< into each child's result; `children` selects all of it
    std::optional<NeuronIndex> of;  ///< only this neuron's children
    /// Relative to the element, as all below: what the last `*` of `select` enters, else the
    /// result.
    std::vector<Pointer> distinct;
    std::vector<OrderKey> order;  ///< with `by`, relative to the row
    std::optional<Pointer> by;
    std::optional<std::size_t> top;
};

}  // namespace hal9::definition::detail

struct hal9::definition::Combine::Plan {
    std::vector<detail::Aggregate> aggregates;  ///< in the order of the text
};
