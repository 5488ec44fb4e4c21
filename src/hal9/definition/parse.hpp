// From text to a Network: parse, check, compile, with every fault at its place.
//
// A definition comes from outside: its size, depth, anchors, neurons and patterns are bounded, and
// no input makes the parser throw, crash or take more than linear time. All faults are reported,
// not only the first, up to a hundred.
#pragma once

#include "hal9/base/result.hpp"
#include "hal9/definition/network.hpp"
#include "hal9/model/kind.hpp"
#include "hal9/model/limits.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hal9::definition {

/// One thing that is wrong, and what would be right.
struct Fault {
    std::size_t line = 0;    ///< from 1; 0 when it concerns the whole text
    std::size_t column = 0;  ///< from 1, in bytes
    std::string message;     ///< ends with what would be right
};

/// "file:line:column: message"
[[nodiscard]] std::string to_string(const Fault& fault, std::string_view file);

/// Either a network or at least one fault, sorted by place.
using Parsed = std::expected<Network, std::vector<Fault>>;

/// YAML 1.2 or JSON (a subset of it). Tabs in indentation, duplicate keys, unknown keys and keys
/// that are no strings are faults.
[[nodiscard]] Parsed
parse_network(std::string_view text, KindCatalog kinds, const Limits& limits = {});

/// One that parse_network() accepted once, in the canonical form. What kinds say of their output
/// may have changed since then: its connections are not checked by it again.
[[nodiscard]] Parsed
parse_stored_network(std::string_view canonical, KindCatalog kinds, const Limits& limits = {});

/// Whether it is a JSON Schema (draft 7) that values can be checked against. invalid_argument says
/// what is wrong in it; `what` names it: "`form`".
[[nodiscard]] Result<void>
check_schema(const json::value& schema, std::string_view what, const Limits& limits = {});

/// Checks a value against a JSON Schema (draft 7). invalid_argument says which member is wrong and
/// what is allowed; `what` names the whole: "the answer".
[[nodiscard]] Result<void>
check_value(const json::value& schema, const json::value& value, std::string_view what);

/// Fills the defaults of the network's `input` schema into a root payload and checks it against
/// the schema. invalid_argument says which member is wrong and what is allowed.
[[nodiscard]] Result<json::value> check_input(const Network& network, json::value payload);

}  // namespace hal9::definition
