// AggregateFold: one aggregate of a `combine` while children come in.
//
// Every value passes through: select, distinct, then either the one running value, the list, or the
// running value of its group. Which is equal, first or of a group is read from the element in which
// the value stands. What is remembered per value lies in FoldTables.
#pragma once

#include "hal9/base/json.hpp"
#include "hal9/base/result.hpp"
#include "hal9/definition/detail/accumulator.hpp"
#include "hal9/definition/detail/combine_plan.hpp"
#include "hal9/definition/detail/fold_memory.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace hal9::definition::detail {

/// How much of the result's size (as JSON text) is left.
class ResultBudget {
public:
    explicit ResultBudget(std::size_t bytes_max) : left_(bytes_max), max_(bytes_max) {}

    /// limit_exceeded when it does not fit.
    [[nodiscard]] Result<void> take(std::size_t bytes);

    [[nodiscard]] std::size_t max() const { return max_; }

private:
    std::size_t left_;
    std::size_t max_;
};

class AggregateFold {
public:
    AggregateFold(const Aggregate& aggregate, FoldMemory& memory);
    AggregateFold(const AggregateFold&) = delete;
    AggregateFold& operator=(const AggregateFold&) = delete;
    AggregateFold(AggregateFold&&) = delete;
    AggregateFold& operator=(AggregateFold&&) = delete;
    ~AggregateFold() = default;

    [[nodiscard]] Result<void> add(NeuronIndex neuron, const json::value& result);
    [[nodiscard]] Result<json::value> finish(ResultBudget& budget);

private:
    struct Selected {
        const json::value& element;
        const json::value& value;
    };

    [[nodiscard]] Result<void> add_selected(const Selected& selected);
    [[nodiscard]] Result<void> add_plain(const json::value& value, std::string_view order);
    [[nodiscard]] Result<void> add_to_group(const Selected& selected);
    [[nodiscard]] Result<void> add_candidate(const Selected& selected);
    [[nodiscard]] Result<void> add_candidates_in_order();
    [[nodiscard]] Result<json::value> finish_list(ResultBudget& budget);
    [[nodiscard]] Result<void> finish_groups();
    [[nodiscard]] Result<void> finish_collected_groups(const ResultBudget& budget);
    [[nodiscard]] Result<void> add_row(json::object row);
    [[nodiscard]] std::string order_key(const json::value& element) const;

    const Aggregate* aggregate_;
    bool chooses_;  ///< which of equal elements `distinct` keeps depends on those to come
    std::uint64_t selected_ = 0;
    Accumulator plain_;
    FoldTable seen_;    ///< keys of `distinct`
    FoldTable values_;  ///< values of count_distinct, in their group
    FoldTable groups_;  ///< by group: its Accumulator and its key
    FoldTable chosen_;  ///< by key of `distinct`: the best value so far
    FoldList list_;  ///< what collect keeps, by group, order and ordinal; of groups with their keys
    FoldList rows_;  ///< the rows of `by`, in the order of the result
    std::string key_;  ///< scratch
};

}  // namespace hal9::definition::detail
