#include "hal9/app/value_difference.hpp"

#include "hal9/base/text.hpp"
#include "hal9/definition/placed_document.hpp"

#include <algorithm>

namespace hal9::app {
namespace {

using definition::pointer_to;

class Comparison {
public:
    Comparison(Match match, std::size_t differences_max)
        : match_(match), differences_max_(differences_max) {}

    void compare(  // NOLINT(misc-no-recursion): values are as deep as payloads may be
        const std::string& pointer,
        const json::value& expected,
        const json::value& actual
    ) {
        if (expected.is_object() && actual.is_object()) {
            compare_objects(pointer, expected.get_object(), actual.get_object());
        } else if (expected.is_array() && actual.is_array()) {
            compare_arrays(pointer, expected.get_array(), actual.get_array());
        } else if (canonical_json(expected) != canonical_json(actual)) {
            add({pointer, expected, actual});
        }
    }

    std::vector<ValueDifference> take() { return std::move(differences_); }

private:
    void compare_objects(  // NOLINT(misc-no-recursion)
        const std::string& pointer,
        const json::object& expected,
        const json::object& actual
    ) {
        for (const auto& [name, value] : expected) {
            if (const json::value* const there = actual.if_contains(name)) {
                compare(pointer_to(pointer, name), value, *there);
            } else {
                add({pointer_to(pointer, name), value, std::nullopt});
            }
        }
        for (const auto& [name, value] : actual) {
            if (match_ == Match::exact && !expected.contains(name)) {
                add({pointer_to(pointer, name), std::nullopt, value});
            }
        }
    }

    void compare_arrays(  // NOLINT(misc-no-recursion)
        const std::string& pointer,
        const json::array& expected,
        const json::array& actual
    ) {
        for (std::size_t i = 0; i < std::max(expected.size(), actual.size()); ++i) {
            const std::string element = str(pointer, '/', i);
            if (i >= actual.size()) {
                add({element, expected[i], std::nullopt});
            } else if (i >= expected.size()) {
                add({element, std::nullopt, actual[i]});
            } else {
                compare(element, expected[i], actual[i]);
            }
        }
    }

    void add(ValueDifference difference) {
        if (differences_.size() < differences_max_) {
            differences_.push_back(std::move(difference));
        }
    }

    Match match_;
    std::size_t differences_max_;
    std::vector<ValueDifference> differences_;
};

}  // namespace

std::vector<ValueDifference> compare_values(
    const json::value& expected,
    const json::value& actual,
    Match match,
    std::size_t differences_max
) {
    Comparison comparison(match, differences_max);
    comparison.compare("", expected, actual);
    return comparison.take();
}

}  // namespace hal9::app
