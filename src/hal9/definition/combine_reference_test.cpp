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

Values select(const std::string& pointer, const Values& children) {
    Values out;
    for (const json::value& child : children) {
        if (pointer.empty()) {
            out.push_back(child);
        } else if (child.is_object() && child.get_object().contains("l") &&
                   child.at("l").is_array()) {
            for (const json::value& element : child.at("l").get_array()) {
                if (pointer == "/l/*") {
                    out.push_back(element);
                } else if (element.is_object() && element.get_object().contains("n")) {
                    out.push_back(element.at("n"));
                }
            }
        }
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
void sort_by(Values& values, const std::vector<std::string>& order) {
    Values sorted;
    for (json::value& value : values) {
        const auto place = std::ranges::find_if(sorted, [&](const json::value& other) {
            return comes_before(value, other, order);
        });
        sorted.insert(place, std::move(value));
    }
    values = std::move(sorted);
}

Values distinct(const Values& values, const std::vector<std::string>& pointers) {
    Values out;
    for (const json::value& value : values) {
        const bool known = std::ranges::any_of(out, [&](const json::value& other) {
            return std::ranges::all_of(pointers, [&](const std::string& pointer) {
                return compare(at(value, pointer), at(other, pointer)) == 0;
            });
        });
        if (!known) {
            out.push_back(value);
        }
    }
    return out;
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
        return distinct(values, {""}).size();
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

json::value rows_of(const Spec& spec, const Values& values) {
    std::vector<std::pair<json::value, Values>> groups;
    for (const json::value& value : values) {
        const json::value key = at(value, spec.by);
        auto group = std::ranges::find_if(groups, [&](const auto& known) {
            return compare(known.first, key) == 0;
        });
        if (group == groups.end()) {
            group = groups.insert(groups.end(), {key, {}});
        }
        group->second.push_back(value);
    }
    Values rows;
    for (const auto& [key, members] : groups) {
        rows.push_back(
            {{"key", key}, {"count", members.size()}, {"value", operate(spec.operation, members)}}
        );
    }
    sort_by(rows, {"-/count", "/key"});
    sort_by(rows, spec.order);
    rows.resize(spec.top == 0 ? rows.size() : std::min(rows.size(), spec.top));
    return json::array(rows.begin(), rows.end());
}

json::value reference(const Spec& spec, const Values& children) {
    Values values = select(spec.select, children);
    if (spec.by == "none") {
        sort_by(values, spec.order);
    }
    if (!spec.distinct.empty()) {
        values = distinct(values, spec.distinct);
    }
    if (spec.by != "none") {
        return rows_of(spec, values);
    }
    if (spec.top != 0) {
        values.resize(std::min(values.size(), spec.top));
    }
    return operate(spec.operation, values);
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
        out.select = numeric ? "/l/*/n" : one_of(std::array{"/l/*", "", "/l/*/n"});
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
