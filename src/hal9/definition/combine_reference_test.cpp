// Folds of random children against a naive interpreter of the language's page: it keeps every
// element, compares values member by member, and sorts by insertion.
#include "hal9/base/random.hpp"
#include "hal9/base/text.hpp"
#include "hal9/definition/combine.hpp"
#include "hal9/definition/detail/combine_compile.hpp"
#include "hal9/definition/detail/json_reader.hpp"
#include "hal9/definition/detail/test_order.hpp"
#include "hal9/definition/detail/test_spill.hpp"

#include <boost/json/value_from.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

namespace hal9::definition {
namespace {

using Values = std::vector<json::value>;

struct Spec {
    std::string operation;
    std::string select;
    std::vector<std::string> distinct;
    std::vector<std::string> order;
    std::string by = "none";
    std::size_t top = 0;

    [[nodiscard]] json::object definition() const {
        json::object out{{operation, select}};
        if (!distinct.empty()) {
            out["distinct"] = json::value_from(distinct);
        }
        if (!order.empty()) {
            out["order"] = json::value_from(order);
        }
        if (by != "none") {
            out["by"] = by;
        }
        if (top != 0) {
            out["top"] = top;
        }
        return out;
    }
};

/// A value and the element in which it stands.
struct Selected {
    json::value element;
    json::value value;
};

using Selection = std::vector<Selected>;

Selection select(const std::string& pointer, const Values& children) {
    Selection out;
    for (const json::value& child : children) {
        if (pointer.empty()) {
            out.push_back({child, child});
        } else if (pointer == "/d") {
            out.push_back({child, child.at("d")});
        } else {
            for (const json::value& element : child.at("l").get_array()) {
                if (pointer == "/l/*") {
                    out.push_back({element, element});
                } else if (element.get_object().contains("n")) {
                    out.push_back({element, element.at("n")});
                }
            }
        }
    }
    return out;
}

Values values_of(const Selection& selection) {
    Values values;
    for (const Selected& each : selection) {
        values.push_back(each.value);
    }
    return values;
}

bool comes_before(
    const json::value& a,
    const json::value& b,
    const std::vector<std::string>& order
) {
    for (const std::string& key : order) {
        const bool descending = key.starts_with('-');
        const json::value x = at(a, key.substr(descending ? 1 : 0));
        const json::value y = at(b, key.substr(descending ? 1 : 0));
        if (x.is_null() != y.is_null()) {
            return y.is_null();
        }
        if (const int result = compare(x, y); result != 0) {
            return descending ? result > 0 : result < 0;
        }
    }
    return false;
}

/// By insertion, which keeps ties as they were.
void sort_by(Selection& selection, const std::vector<std::string>& order) {
    Selection sorted;
    for (Selected& each : selection) {
        const auto place = std::ranges::find_if(sorted, [&](const Selected& other) {
            return comes_before(each.element, other.element, order);
        });
        sorted.insert(place, std::move(each));
    }
    selection = std::move(sorted);
}

Selection distinct(const Selection& selection, const std::vector<std::string>& pointers) {
    Selection out;
    for (const Selected& each : selection) {
        const bool known = std::ranges::any_of(out, [&](const Selected& other) {
            return std::ranges::all_of(pointers, [&](const std::string& pointer) {
                return compare(at(each.element, pointer), at(other.element, pointer)) == 0;
            });
        });
        if (!known) {
            out.push_back(each);
        }
    }
    return out;
}

std::size_t number_of_different(const Values& values) {
    Values out;
    for (const json::value& value : values) {
        const bool known = std::ranges::any_of(out, [&](const json::value& other) {
            return compare(value, other) == 0;
        });
        if (!known) {
            out.push_back(value);
        }
    }
    return out.size();
}

json::value sum_of(const Values& values) {
    const bool integers =
        std::ranges::none_of(values, [](const json::value& value) { return value.is_double(); });
    double total = 0;
    for (const json::value& value : values) {
        total += number_of(value);
    }
    return integers ? json::value(static_cast<std::int64_t>(total)) : json::value(total);
}

json::value extreme(const Values& values, int direction) {
    const json::value* best = &values.front();
    for (const json::value& value : values) {
        if (compare(value, *best) * direction > 0) {
            best = &value;
        }
    }
    return *best;
}

json::value operate(const std::string& operation, const Values& values) {
    if (operation == "count") {
        return values.size();
    }
    if (operation == "count_distinct") {
        return number_of_different(values);
    }
    if (operation == "sum") {
        return sum_of(values);
    }
    if (operation == "collect") {
        return json::array(values.begin(), values.end());
    }
    if (values.empty()) {
        return nullptr;
    }
    if (operation == "mean") {
        return number_of(sum_of(values)) / static_cast<double>(values.size());
    }
    if (operation == "min" || operation == "max") {
        return extreme(values, operation == "min" ? -1 : 1);
    }
    return operation == "first" ? values.front() : values.back();
}

json::value rows_of(const Spec& spec, const Selection& selection) {
    std::vector<std::pair<json::value, Values>> groups;
    for (const Selected& each : selection) {
        const json::value key = at(each.element, spec.by);
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
        const json::value row{
            {"key", key},
            {"count", members.size()},
            {"value", operate(spec.operation, members)},
        };
        rows.push_back({row, row});
    }
    sort_by(rows, {"-/count", "/key"});
    sort_by(rows, spec.order);
    rows.resize(spec.top == 0 ? rows.size() : std::min(rows.size(), spec.top));
    const Values list = values_of(rows);
    return json::array(list.begin(), list.end());
}

json::value reference(const Spec& spec, const Values& children) {
    Selection selection = select(spec.select, children);
    if (spec.by == "none") {
        sort_by(selection, spec.order);
    }
    if (!spec.distinct.empty()) {
        selection = distinct(selection, spec.distinct);
    }
    if (spec.by != "none") {
        return rows_of(spec, selection);
    }
    if (spec.top != 0) {
        selection.resize(std::min(selection.size(), spec.top));
    }
    return operate(spec.operation, values_of(selection));
}

class Generator {
public:
    explicit Generator(std::uint64_t seed) : random_(seed) {}

    json::value number() {
        const auto quarters = static_cast<std::int64_t>(random_.below(24)) - 8;
        return random_.chance(0.5) ? json::value(quarters)
                                   : json::value(static_cast<double>(quarters) * 0.25);
    }

    json::value any(int depth = 0) {  // NOLINT(misc-no-recursion)
        switch (random_.below(depth < 2 ? 9 : 6)) {
            case 0:
                return nullptr;
            case 1:
                return random_.chance(0.5);
            case 2:
            case 3:
                return number();
            case 4:
                return json::value(std::string(random_.below(3), random_.chance(0.5) ? 'a' : '\0'));
            case 5:
                return json::value(random_.chance(0.5) ? "b" : "\xC3\xA9");
            case 6:
                return json::array{any(depth + 1), any(depth + 1)};
            case 7:
                return json::array{any(depth + 1)};
            default:
                return element(depth + 1);
        }
    }

    json::value element(int depth = 0) {  // NOLINT(misc-no-recursion)
        json::object out;
        if (random_.chance(0.9)) {
            out["n"] = number();
        }
        for (const char* name : {"k", "d"}) {
            if (random_.chance(0.8)) {
                out[name] = random_.chance(0.7) ? number() : any(depth + 1);
            }
        }
        return out;
    }

    Values children() {
        Values out;
        for (std::uint64_t i = random_.below(30); i > 0; --i) {
            json::array list;
            for (std::uint64_t j = random_.below(6); j > 0; --j) {
                list.push_back(element());
            }
            json::object child{{"l", std::move(list)}, {"k", any()}, {"d", number()}};
            out.push_back(std::move(child));
        }
        return out;
    }

    template <std::size_t N>
    std::string one_of(const std::array<const char*, N>& names) {
        return names.at(random_.below(N));
    }

    Spec spec() {
        Spec out;
        out.operation = one_of(std::array{
            "count",
            "count_distinct",
            "sum",
            "min",
            "max",
            "mean",
            "collect",
            "first",
            "last"
        });
        const bool numeric = out.operation == "sum" || out.operation == "mean";
        out.select = numeric ? one_of(std::array{"/l/*/n", "/d"})
                             : one_of(std::array{"/l/*", "", "/l/*/n", "/d"});
        const std::array pointers{"/k", "/d", "", "/n"};
        for (std::uint64_t i = random_.below(3); i > 0; --i) {
            out.distinct.push_back(one_of(pointers));
        }
        if (random_.chance(0.4)) {
            out.by = one_of(pointers);
        }
        for (std::uint64_t i = random_.below(3); i > 0; --i) {
            const std::string key =
                out.by == "none" ? one_of(pointers)
                                 : one_of(std::array{"/key", "/count", "/value", "/value/0"});
            out.order.push_back(str(random_.chance(0.5) ? "-" : "", key));
        }
        if ((out.by != "none" || out.operation == "collect") && random_.chance(0.4)) {
            out.top = 1 + random_.below(5);
        }
        return out;
    }

private:
    SeededRandom random_;
};

Result<json::object> run(const Spec& spec, const Values& children, std::size_t memory_bytes_max) {
    detail::Faults faults;
    const auto text =
        detail::read_json(json::serialize(json::object{{"a", spec.definition()}}), {}, faults);
    const auto combine = detail::compile_combine(text.root, "test", {}, faults);
    if (!combine) {
        return fail(ErrorCode::internal, std::move(faults).take().at(0).message);
    }
    MapSpillTables spill;
    Fold fold(
        *combine,
        {.memory_bytes_max = memory_bytes_max, .result_bytes_max = 1U << 20U},
        spill
    );
    for (const json::value& child : children) {
        HAL9_TRY_VOID(fold.add({}, child));
    }
    return fold.finish();
}

TEST(CombineReference, RandomFoldsAgreeInMemoryAndOnDisk) {
    for (std::uint64_t seed = 0; seed < 800; ++seed) {
        Generator generator(seed);
        const Spec spec = generator.spec();
        const Values children = generator.children();
        const std::string expected =
            json::serialize(json::object{{"a", reference(spec, children)}});
        for (const std::size_t memory : {1U << 20U, 2000U, 0U}) {
            const auto out = run(spec, children, memory);
            ASSERT_TRUE(out) << seed << ": " << out.error().message;
            ASSERT_EQ(json::serialize(*out), expected)
                << "seed " << seed << ", memory " << memory << ": "
                << json::serialize(spec.definition());
        }
    }
}

}  // namespace
}  // namespace hal9::definition
