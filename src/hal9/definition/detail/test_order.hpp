// The order of JSON values as the language's page has it, by the plainest means: what reference
// tests compare with.
#pragma once

#include "hal9/base/json.hpp"

#include <map>
#include <string>
#include <string_view>

namespace hal9::definition {

inline int rank_of(const json::value& value) {
    static const std::map<std::string_view, int> ranks{
        {"null", 0},
        {"boolean", 1},
        {"number", 2},
        {"string", 3},
        {"array", 4},
        {"object", 5}
    };
    return ranks.at(json_type_name(value));
}

inline int sign(const auto& a, const auto& b) {
    return a < b ? -1 : a > b ? 1 : 0;
}

/// The test's numbers are small multiples of 0.25, which a double holds exactly.
inline double number_of(const json::value& value) {
    return value.to_number<double>();
}

inline int compare(const json::value& a, const json::value& b);

inline int
compare_arrays(const json::array& a, const json::array& b) {  // NOLINT(misc-no-recursion)
    for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
        if (const int order = compare(a[i], b[i]); order != 0) {
            return order;
        }
    }
    return sign(a.size(), b.size());
}

/// As lists of [name, value], sorted by name.
inline json::array pairs_of(const json::object& object) {
    std::map<std::string, json::value> sorted;
    for (const auto& [name, value] : object) {
        sorted[std::string(name)] = value;
    }
    json::array out;
    for (const auto& [name, value] : sorted) {
        out.push_back(json::array{name, value});
    }
    return out;
}

inline int compare(const json::value& a, const json::value& b) {  // NOLINT(misc-no-recursion)
    if (rank_of(a) != rank_of(b)) {
        return sign(rank_of(a), rank_of(b));
    }
    if (a.is_bool()) {
        return sign(a.get_bool() ? 1 : 0, b.get_bool() ? 1 : 0);
    }
    if (a.is_number()) {
        return sign(number_of(a), number_of(b));
    }
    if (a.is_string()) {
        return sign(std::string(a.get_string()), std::string(b.get_string()));
    }
    if (a.is_array()) {
        return compare_arrays(a.get_array(), b.get_array());
    }
    return a.is_object() ? compare_arrays(pairs_of(a.get_object()), pairs_of(b.get_object())) : 0;
}

/// For pointers of one name, "" or "/name/0".
inline json::value at(const json::value& value, const std::string& pointer) {
    boost::system::error_code error;
    const json::value* found = value.find_pointer(pointer, error);
    return found == nullptr ? json::value() : *found;
}

}  // namespace hal9::definition
