// Values: order, pointers and text of JSON values, as the page of the language has them, by the
// plainest means.
//
// Nothing here is shared with definition/: what the reference interpreter is made of must not be
// wrong in the same way as the code it is compared with.
#pragma once

#include "hal9/base/json.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hal9::sim::language {

/// Below, at or above 0: null < boolean < number < string < array < object.
[[nodiscard]] int compare(const json::value& a, const json::value& b);

/// What a pointer (RFC 6901) names; nullptr for nothing.
[[nodiscard]] const json::value* find(const json::value& value, std::string_view pointer);

/// The same as a copy, null for nothing.
[[nodiscard]] json::value at(const json::value& value, std::string_view pointer);

/// A value, and what it stands in: the element that the last `*` of its pointer enters, or all.
struct Selected {
    json::value element;
    json::value value;
};

/// All that a pointer with `*` for "each element of a list" names, in order.
[[nodiscard]] std::vector<Selected> select(const json::value& value, std::string_view pointer);

/// A string as it is, anything else as its canonical JSON.
[[nodiscard]] std::string text_of(const json::value& value);

/// Copies the members that `names` lists (nullptr: none) as far as they are there, between objects;
/// what is in `into` already wins. What `keep` means.
void copy_members(const json::value* names, const json::value& from, json::value& into);

}  // namespace hal9::sim::language
