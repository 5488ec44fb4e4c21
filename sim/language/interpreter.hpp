// Interpreter: what may become of a run, by reading its definition aloud.
//
// The reference for the runtime (network.md sections 2 and 3 in code): recursion over the JSON of
// the definition, one signal after the other, no store, no scheduler, no compiled form. It shares
// nothing with definition/ and neurons/, so a mistake there shows as a difference.
//
// Most runs have one end that the rules allow. Where chance has a say (which children a quorum
// counts, which of several failures comes first) the interpreter follows every choice and returns
// all ends, so nothing of the language needs to be left out. What people decide comes from a Plan.
#pragma once

#include "hal9/base/error.hpp"
#include "hal9/base/json.hpp"
#include "hal9/base/result.hpp"
#include "sim/language/plan.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace hal9::sim::language {

/// Networks, an input for the first of them, and what people will do.
struct Case {
    std::vector<json::object> networks;
    json::value input;
    Plan plan;
};

struct End {
    std::optional<json::value> result;  ///< none: it fails
    ErrorCode error = ErrorCode::internal;
};

[[nodiscard]] bool operator==(const End& a, const End& b);

/// "completed with RESULT" or "failed with CODE".
[[nodiscard]] std::string to_string(const End& end);

/// Something of a neuron with ${} in it, which a signal could be used for.
struct Filled {
    std::string network;
    std::string from;   ///< who sent the signal; "" for the root signal
    bool then = false;  ///< it did so by `then`
    std::string to;
    std::string condition;  ///< a `when` of it; "": its settings, and it did not fail

    friend auto operator<=>(const Filled&, const Filled&) = default;
};

struct Allowed {
    std::vector<End> ends;      ///< at least one, each once
    std::uint64_t signals = 0;  ///< of the run itself, where `counted`
    bool counted = false;       ///< nothing failed and nothing lost: the number is exact
    /// Whose settings, and whose conditions, were filled from what somebody sent.
    std::set<Filled> filled;
};

/// limit_exceeded where the case has too many signals or ends to be worth following, or where a
/// result depends on an order that nothing promises.
[[nodiscard]] Result<Allowed> interpret(const Case& story);

}  // namespace hal9::sim::language
