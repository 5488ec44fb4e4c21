#include "sim/language/values.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace hal9::sim::language {
namespace {

int rank_of(const json::value& value) {
    constexpr std::array<std::string_view, 6>
        names{"null", "boolean", "number", "string", "array", "object"};
    return static_cast<int>(std::ranges::find(names, json_type_name(value)) - names.begin());
}

int sign(const auto& a, const auto& b) {
    return a < b ? -1 : a > b ? 1 : 0;
}

/// Holds every 64-bit integer exactly.
long double number_of(const json::value& value) {
    return value.is_double()   ? static_cast<long double>(value.get_double())
           : value.is_uint64() ? static_cast<long double>(value.get_uint64())
                               : static_cast<long double>(value.get_int64());
}

int compare_arrays(const json::array& a, const json::array& b) {
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
        if (const int order = compare(a[i], b[i]); order != 0) {
            return order;
        }
    }
    return sign(a.size(), b.size());
}

/// An object is compared as the list of its [name, value], by name.
json::array pairs_of(const json::object& object) {
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

}  // namespace

int compare(const json::value& a, const json::value& b) {
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

const json::value* find(const json::value& value, std::string_view pointer) {
    boost::system::error_code error;
    return value.find_pointer(pointer, error);
}

json::value at(const json::value& value, std::string_view pointer) {
    const json::value* const found = find(value, pointer);
    return found == nullptr ? json::value() : *found;
}

std::vector<Selected> select(const json::value& value, std::string_view pointer) {
    const std::size_t star = pointer.find("/*");
    const json::value* const found = find(value, pointer.substr(0, star));
    if (found == nullptr) {
        return {};
    }
    if (star == std::string_view::npos) {
        return {{value, *found}};
    }
    std::vector<Selected> out;
    if (found->is_array()) {
        for (const json::value& element : found->get_array()) {
            std::ranges::copy(select(element, pointer.substr(star + 2)), std::back_inserter(out));
        }
    }
    return out;
}

std::string text_of(const json::value& value) {
    return value.is_string() ? std::string(value.get_string()) : canonical_json(value);
}

void copy_members(const json::value* names, const json::value& from, json::value& into) {
    if (names == nullptr || !from.is_object() || !into.is_object()) {
        return;
    }
    for (const json::value& each : names->as_array()) {
        const std::string_view name = each.as_string();
        if (from.as_object().contains(name) && !into.as_object().contains(name)) {
            into.as_object()[name] = from.as_object().at(name);
        }
    }
}

}  // namespace hal9::sim::language
