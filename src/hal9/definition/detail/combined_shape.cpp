#include "hal9/definition/detail/combined_shape.hpp"

#include "hal9/definition/detail/combine_plan.hpp"

#include <utility>
#include <vector>

namespace hal9::definition::detail {
namespace {

ShapePtr or_null(const ShapePtr& shape) {
    return either(shape, shape_of(Types::null));
}

ShapePtr shape_of_operation(Operation operation, const ShapePtr& element) {
    switch (operation) {
        case Operation::count:
        case Operation::count_distinct:
        case Operation::sum:
            return shape_of(Types::number);
        case Operation::mean:
            return or_null(shape_of(Types::number));
        case Operation::collect:
            return list_of(element);
        case Operation::min:
        case Operation::max:
        case Operation::first:
        case Operation::last:
            break;
    }
    return or_null(element);
}

ShapePtr shape_of_aggregate(const Aggregate& aggregate, const ShapePtr& result) {
    const Target selected = follow(result, aggregate.select.steps());
    const ShapePtr found = selected.exists ? selected.shape : shape_of(Types::null);
    ShapePtr value = shape_of_operation(aggregate.operation, found);
    if (!aggregate.by) {
        return value;
    }
    const Target element = follow(result, aggregate.select.steps_to_element());
    const Target key =
        follow(element.exists ? element.shape : shape_of(Types::null), aggregate.by->steps());
    std::vector<Shape::Member> row{
        {"count", shape_of(Types::number)},
        {"key", key.exists ? or_null(key.shape) : shape_of(Types::null)},
        {"value", std::move(value)},
    };
    return list_of(object_of(std::move(row)));
}

}  // namespace

ShapePtr combined_shape(const Combine& combine, const ShapePtr& all, const ResultOfChild& of) {
    std::vector<Shape::Member> members;
    for (const Aggregate& aggregate : combine.plan().aggregates) {
        members.push_back(
            {aggregate.name, shape_of_aggregate(aggregate, aggregate.of ? of(*aggregate.of) : all)}
        );
    }
    return object_of(std::move(members));
}

}  // namespace hal9::definition::detail
