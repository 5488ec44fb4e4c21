#include "sim/language/folds.hpp"

#include "sim/language/values.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace hal9::sim::language {
namespace {

using Values = std::vector<json::value>;
using Selection = std::vector<Selected>;

constexpr std::array<std::string_view, 9>
    operations{"count", "count_distinct", "sum", "min", "max", "mean", "collect", "first", "last"};

/// A list of pointers, or the one that stands there instead.
std::vector<std::string> pointers(const json::object& aggregate, const char* name) {
    const json::value* const given = aggregate.if_contains(name);
    if (given == nullptr) {
        return {};
    }
    if (given->is_string()) {
        return {std::string(given->get_string())};
    }
    std::vector<std::string> out;
    for (const json::value& pointer : given->as_array()) {
        out.emplace_back(pointer.as_string());
    }
    return out;
}

bool comes_before(
    const json::value& a,
    const json::value& b,
    const std::vector<std::string>& order
) {
    for (const std::string& key : order) {
        const bool descending = key.starts_with('-');
        const json::value x = at(a, std::string_view(key).substr(descending ? 1 : 0));
        const json::value y = at(b, std::string_view(key).substr(descending ? 1 : 0));
        if (x.is_null() != y.is_null()) {
            return y.is_null();
        }
        if (const int result = compare(x, y); result != 0) {
            return descending ? result > 0 : result < 0;
        }
    }
    return false;
}

void sort_by(Selection& selection, const std::vector<std::string>& order) {
    std::ranges::stable_sort(selection, [&](const Selected& a, const Selected& b) {
        return comes_before(a.element, b.element, order);
    });
}

/// The first of each kind.
Selection distinct(const Selection& selection, const std::vector<std::string>& by) {
    Selection out;
    for (const Selected& each : selection) {
        const bool known = std::ranges::any_of(out, [&](const Selected& other) {
            return std::ranges::all_of(by, [&](const std::string& pointer) {
                return compare(at(each.element, pointer), at(other.element, pointer)) == 0;
            });
        });
        if (!known) {
            out.push_back(each);
        }
    }
    return out;
}

Values values_of(const Selection& selection) {
    Values out;
    for (const Selected& each : selection) {
        out.push_back(each.value);
    }
    return out;
}

Values different(const Values& values) {
    Values out;
    for (const json::value& value : values) {
        if (std::ranges::none_of(out, [&](const auto& other) {
                return compare(value, other) == 0;
            })) {
            out.push_back(value);
        }
    }
    return out;
}

/// Whole numbers stay whole.
Result<json::value> sum_of(const Values& values) {
    std::int64_t whole = 0;
    double rest = 0;
    bool is_whole = true;
    for (const json::value& value : values) {
        if (!value.is_number()) {
            return fail(ErrorCode::invalid_argument, "the sum of what is no number");
        }
        is_whole &= !value.is_double();
        rest += value.is_double() ? value.get_double() : 0;
        whole += value.is_double() ? 0 : value.to_number<std::int64_t>();
    }
    return is_whole ? json::value(whole) : json::value(static_cast<double>(whole) + rest);
}

Result<json::value> mean_of(const Values& values) {
    HAL9_TRY(const json::value sum, sum_of(values));
    if (values.empty()) {
        return nullptr;
    }
    return sum.to_number<double>() / static_cast<double>(values.size());
}

json::value extreme(const Values& values, int direction) {
    json::value best = values.front();
    for (const json::value& value : values) {
        if (compare(value, best) * direction > 0) {
            best = value;
        }
    }
    return best;
}

json::value size_of(const Values& values) {
    return static_cast<std::int64_t>(values.size());
}

Result<json::value> operate(std::string_view operation, const Values& values) {
    if (operation == "count") {
        return size_of(values);
    }
    if (operation == "count_distinct") {
        return size_of(different(values));
    }
    if (operation == "sum") {
        return sum_of(values);
    }
    if (operation == "mean") {
        return mean_of(values);
    }
    if (operation == "collect") {
        return json::array(values.begin(), values.end());
    }
    if (values.empty()) {
        return nullptr;
    }
    if (operation == "min" || operation == "max") {
        return extreme(values, operation == "min" ? -1 : 1);
    }
    return operation == "first" ? values.front() : values.back();
}

void keep_top(const json::object& aggregate, Selection& selection) {
    if (const json::value* const top = aggregate.if_contains("top")) {
        selection.resize(std::min(selection.size(), top->to_number<std::size_t>()));
    }
}

Result<json::value>
rows_of(const json::object& aggregate, std::string_view operation, const Selection& selection) {
    const json::string& by = aggregate.at("by").as_string();
    std::vector<std::pair<json::value, Values>> groups;
    for (const Selected& each : selection) {
        const json::value key = at(each.element, by);
        auto group = std::ranges::find_if(groups, [&](const auto& known) {
            return compare(known.first, key) == 0;
        });
        if (group == groups.end()) {
            group = groups.insert(groups.end(), {key, {}});
        }
        group->second.push_back(each.value);
    }
    Selection rows;
    for (const auto& [key, members] : groups) {
        HAL9_TRY(json::value value, operate(operation, members));
        const json::value row{
            {"key", key},
            {"count", size_of(members)},
            {"value", std::move(value)},
        };
        rows.push_back({row, row});
    }
    sort_by(rows, {"-/count", "/key"});
    sort_by(rows, pointers(aggregate, "order"));
    keep_top(aggregate, rows);
    const Values list = values_of(rows);
    return json::array(list.begin(), list.end());
}

Result<json::value>
aggregate_of(const json::object& aggregate, const std::vector<ChildResult>& children) {
    const std::string_view operation = *std::ranges::find_if(operations, [&](const auto& name) {
        return aggregate.contains(name);
    });
    const json::string& of_what = aggregate.at(operation).as_string();
    const json::value* const of = aggregate.if_contains("of");
    Selection selection;
    for (const ChildResult& child : children) {
        if (of == nullptr || of->as_string() == child.neuron) {
            std::ranges::copy(
                select(child.value, of_what == "children" ? std::string_view() : of_what),
                std::back_inserter(selection)
            );
        }
    }
    const bool grouped = aggregate.contains("by");
    if (!grouped) {
        sort_by(selection, pointers(aggregate, "order"));
    }
    if (aggregate.contains("distinct")) {
        selection = distinct(selection, pointers(aggregate, "distinct"));
    }
    if (grouped) {
        return rows_of(aggregate, operation, selection);
    }
    keep_top(aggregate, selection);
    return operate(operation, values_of(selection));
}

}  // namespace

Result<json::value>
combine(const json::object& definition, const std::vector<ChildResult>& children) {
    json::object out;
    for (const auto& [name, aggregate] : definition) {
        HAL9_TRY(out[name], aggregate_of(aggregate.as_object(), children));
    }
    return out;
}

}  // namespace hal9::sim::language
