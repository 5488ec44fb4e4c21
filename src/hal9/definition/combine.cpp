#include "hal9/definition/combine.hpp"

#include "hal9/base/check.hpp"
#include "hal9/definition/detail/aggregate_fold.hpp"
#include "hal9/definition/detail/combine_plan.hpp"
#include "hal9/definition/detail/fold_memory.hpp"
#include "hal9/definition/detail/value_bytes.hpp"

#include <deque>
#include <utility>

namespace hal9::definition {

Combine::Combine(std::shared_ptr<const Plan> plan) : plan_(std::move(plan)) {}

struct Fold::State {
    State(Combine compiled, FoldLimits fold_limits, SpillTables& spill)
        : combine(std::move(compiled)),
          limits(fold_limits),
          memory(limits.memory_bytes_max, spill) {
        for (const detail::Aggregate& aggregate : combine.plan().aggregates) {
            folds.emplace_back(aggregate, memory);
        }
    }

    Combine combine;
    FoldLimits limits;
    detail::FoldMemory memory;
    std::deque<detail::AggregateFold> folds;  ///< in the order of the plan; they cannot be moved
    bool finished = false;
};

Fold::Fold(Combine combine, FoldLimits limits, SpillTables& spill)
    : state_(std::make_unique<State>(std::move(combine), limits, spill)) {}

Fold::Fold(Fold&&) noexcept = default;
Fold& Fold::operator=(Fold&&) noexcept = default;
Fold::~Fold() = default;

Result<void> Fold::add(NeuronIndex neuron, const json::value& result) {
    for (detail::AggregateFold& fold : state_->folds) {
        HAL9_TRY_VOID(fold.add(neuron, result));
    }
    return {};
}

std::size_t Fold::memory_bytes() const {
    return state_->memory.used();
}

Result<json::object> Fold::finish() {
    HAL9_ASSERT(!std::exchange(state_->finished, true));
    detail::ResultBudget budget(state_->limits.result_bytes_max);
    HAL9_TRY_VOID(budget.take(1));
    json::object out;
    const auto& aggregates = state_->combine.plan().aggregates;
    out.reserve(aggregates.size());
    for (std::size_t i = 0; i < aggregates.size(); ++i) {
        const json::value name(aggregates[i].name);
        // With the colon behind it and the comma or bracket behind its value.
        HAL9_TRY_VOID(budget.take(detail::json_text_size(name) + 2));
        HAL9_TRY(json::value value, state_->folds[i].finish(budget));
        out.emplace(aggregates[i].name, std::move(value));
    }
    return out;
}

}  // namespace hal9::definition
