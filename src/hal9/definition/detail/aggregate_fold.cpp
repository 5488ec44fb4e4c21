#include "hal9/definition/detail/aggregate_fold.hpp"

#include "hal9/base/text.hpp"
#include "hal9/definition/detail/value_bytes.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace hal9::definition::detail {
namespace {

constexpr std::size_t ordinal_bytes = 8;

std::unexpected<Error> damaged() {
    return fail(ErrorCode::data_loss, "a spilled table of a combine came back damaged");
}

Result<json::value> unpack(std::string_view bytes) {
    auto value = read_packed(bytes);
    if (!value) {
        return damaged();
    }
    return *std::move(value);
}

std::string pack(const json::value& value) {
    std::string out;
    append_packed(out, value);
    return out;
}

}  // namespace

Result<void> ResultBudget::take(std::size_t bytes) {
    if (bytes > left_) {
        return fail(
            ErrorCode::limit_exceeded,
            str("the combined result is larger than ",
                format_size(max_),
                "; collect less: `top`, `distinct`, or a pointer to what is needed")
        );
    }
    left_ -= bytes;
    return {};
}

AggregateFold::AggregateFold(const Aggregate& aggregate, FoldMemory& memory)
    : aggregate_(&aggregate),
      chooses_(
          !aggregate.distinct.empty() && !aggregate.order.empty() && !aggregate.by &&
          aggregate.operation != Operation::count
      ),
      seen_(memory),
      values_(memory),
      groups_(memory),
      chosen_(memory),
      list_(memory, aggregate.by ? std::nullopt : aggregate.top),
      rows_(memory, aggregate.top) {}

Result<void> AggregateFold::add(NeuronIndex neuron, const json::value& result) {
    if (aggregate_->of && *aggregate_->of != neuron) {
        return {};
    }
    Result<void> outcome;
    aggregate_->select.select_of_elements(
        result,
        [&](const json::value& element, const json::value& value) {
            outcome = add_selected({element, value});
            return outcome.has_value();
        }
    );
    return outcome;
}

Result<void> AggregateFold::add_selected(const Selected& selected) {
    ++selected_;
    if (!aggregate_->distinct.empty()) {
        key_.clear();
        for (const Pointer& pointer : aggregate_->distinct) {
            const json::value* part = pointer.find(selected.element);
            append_sort_key(key_, part == nullptr ? json::value() : *part);
        }
        if (chooses_) {
            return add_candidate(selected);
        }
        HAL9_TRY(const bool is_new, seen_.insert(key_));
        if (!is_new) {
            return {};
        }
    }
    return aggregate_->by ? add_to_group(selected)
                          : add_plain(selected.value, order_key(selected.element));
}

std::string AggregateFold::order_key(const json::value& element) const {
    std::string key;
    for (const OrderKey& order : aggregate_->order) {
        append_order_key(key, order.pointer.find(element), order.descending);
    }
    return key;
}

Result<void> AggregateFold::add_plain(const json::value& value, std::string_view order) {
    bool is_new = false;
    if (aggregate_->operation == Operation::collect) {
        // Without an order the first so many stay; those to come cannot be among them.
        if (aggregate_->order.empty() && aggregate_->top &&
            std::cmp_greater_equal(plain_.size(), *aggregate_->top)) {
            return {};
        }
        key_ = order;
        append_number_key(key_, selected_);
        HAL9_TRY_VOID(list_.append(key_, pack(value)));
    } else if (aggregate_->operation == Operation::count_distinct) {
        key_.clear();
        append_sort_key(key_, value);
        HAL9_TRY(is_new, values_.insert(key_));
    }
    return plain_.add(*aggregate_, value, order, is_new);
}

Result<void> AggregateFold::add_to_group(const Selected& selected) {
    const json::value* found = aggregate_->by->find(selected.element);
    const json::value group = found == nullptr ? json::value() : *found;
    key_.clear();
    append_sort_key(key_, group);
    const std::size_t group_bytes = key_.size();
    if (aggregate_->operation == Operation::collect) {
        append_number_key(key_, selected_);
        std::string row = pack(group);
        append_packed(row, selected.value);
        return list_.append(key_, std::move(row));
    }
    bool is_new = false;
    if (aggregate_->operation == Operation::count_distinct) {
        append_sort_key(key_, selected.value);
        HAL9_TRY(is_new, values_.insert(key_));
        key_.resize(group_bytes);
    }
    Result<void> outcome;
    HAL9_TRY_VOID(groups_.update(key_, [&](std::string& state, bool is_new_group) {
        Accumulator accumulator;
        std::string_view rest = state;
        if (!is_new_group && !accumulator.load(rest)) {
            outcome = damaged();
            return false;
        }
        const std::string key = is_new_group ? pack(group) : std::string(rest);
        outcome = accumulator.add(*aggregate_, selected.value, {}, is_new);
        state.clear();
        accumulator.save(state);
        state += key;
        return true;
    }));
    return outcome;
}

/// Rows of chosen_: the order key with the ordinal, its length before it, and the value.
Result<void> AggregateFold::add_candidate(const Selected& selected) {
    std::string candidate = order_key(selected.element);
    append_number_key(candidate, selected_);
    return chosen_.update(key_, [&](std::string& state, bool is_new) {
        std::string row;
        append_number_key(row, candidate.size());
        row += candidate;
        if (!is_new && state.compare(ordinal_bytes, candidate.size(), candidate) <= 0) {
            return false;
        }
        append_packed(row, selected.value);
        state = std::move(row);
        return true;
    });
}

Result<void> AggregateFold::add_candidates_in_order() {
    HAL9_TRY_VOID(chosen_.drain([&](std::string_view, std::string_view row) -> Result<bool> {
        if (row.size() < ordinal_bytes) {
            return damaged();
        }
        std::uint64_t size = 0;
        for (const char c : row.substr(0, ordinal_bytes)) {
            size = size << 8U | static_cast<unsigned char>(c);
        }
        row.remove_prefix(ordinal_bytes);
        if (row.size() < size) {
            return damaged();
        }
        HAL9_TRY_VOID(list_.append(std::string(row.substr(0, size)), std::string(row.substr(size)))
        );
        return true;
    }));
    if (aggregate_->operation == Operation::collect) {
        return {};
    }
    return list_.drain([&](std::string_view key, std::string_view packed) -> Result<bool> {
        key.remove_suffix(std::min(key.size(), ordinal_bytes));
        HAL9_TRY(const json::value value, unpack(packed));
        HAL9_TRY_VOID(add_plain(value, key));
        return true;
    });
}

Result<json::value> AggregateFold::finish(ResultBudget& budget) {
    if (aggregate_->by) {
        HAL9_TRY_VOID(
            aggregate_->operation == Operation::collect ? finish_collected_groups(budget)
                                                        : finish_groups()
        );
        return finish_list(budget);
    }
    if (chooses_) {
        HAL9_TRY_VOID(add_candidates_in_order());
    }
    if (aggregate_->operation == Operation::collect) {
        return finish_list(budget);
    }
    HAL9_TRY(json::value value, plain_.result(aggregate_->operation));
    HAL9_TRY_VOID(budget.take(json_text_size(value)));
    return value;
}

Result<json::value> AggregateFold::finish_list(ResultBudget& budget) {
    const std::size_t top = aggregate_->top.value_or(std::numeric_limits<std::size_t>::max());
    json::array out;
    HAL9_TRY_VOID(budget.take(2));
    FoldList& list = aggregate_->by ? rows_ : list_;
    HAL9_TRY_VOID(list.drain([&](std::string_view, std::string_view packed) -> Result<bool> {
        if (out.size() >= top) {
            return false;
        }
        HAL9_TRY(json::value element, unpack(packed));
        HAL9_TRY_VOID(budget.take(json_text_size(element) + (out.empty() ? 0 : 1)));
        out.push_back(std::move(element));
        return true;
    }));
    return out;
}

Result<void> AggregateFold::finish_groups() {
    return groups_.drain([&](std::string_view, std::string_view state) -> Result<bool> {
        Accumulator accumulator;
        if (!accumulator.load(state)) {
            return damaged();
        }
        HAL9_TRY(json::value key, unpack(state));
        HAL9_TRY(json::value value, accumulator.result(aggregate_->operation));
        HAL9_TRY_VOID(add_row(
            {{"key", std::move(key)}, {"count", accumulator.size()}, {"value", std::move(value)}}
        ));
        return true;
    });
}

/// The values of one group stand together in list_, under the group's sort key and the ordinal,
/// each behind the group's key.
Result<void> AggregateFold::finish_collected_groups(const ResultBudget& budget) {
    std::string group;
    json::value group_key;
    json::array values;
    std::size_t bytes = 0;
    const auto end_group = [&]() -> Result<void> {
        if (values.empty()) {
            return {};
        }
        json::object row{
            {"key", std::move(group_key)},
            {"count", static_cast<std::int64_t>(values.size())},
        };
        row["value"] = std::exchange(values, {});
        bytes = 0;
        return add_row(std::move(row));
    };
    HAL9_TRY_VOID(
        list_.drain([&](std::string_view sort_key, std::string_view packed) -> Result<bool> {
            sort_key.remove_suffix(std::min(sort_key.size(), ordinal_bytes));
            auto key = read_packed(packed);
            if (!key) {
                return damaged();
            }
            if (sort_key != group || values.empty()) {
                HAL9_TRY_VOID(end_group());
                group = sort_key;
                group_key = *std::move(key);
            }
            HAL9_TRY(json::value value, unpack(packed));
            // A group alone that is too large could never be part of the result.
            bytes += json_text_size(value);
            HAL9_TRY_VOID(ResultBudget(budget.max()).take(bytes));
            values.push_back(std::move(value));
            return true;
        })
    );
    return end_group();
}

Result<void> AggregateFold::add_row(json::object row) {
    const json::value value(std::move(row));
    std::string key = order_key(value);
    append_order_key(key, value.get_object().if_contains("count"), true);
    append_order_key(key, value.get_object().if_contains("key"), false);
    return rows_.append(std::move(key), pack(value));
}

}  // namespace hal9::definition::detail
