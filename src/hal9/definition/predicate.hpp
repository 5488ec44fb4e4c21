// Predicates: the conditions of the language, in `when` and in the settings of kinds.
//
// `{at: /pointer, OPERATOR: VALUE}` with one of eq, ne, lt, le, gt, ge, in, matches and exists,
// `{all: [...]}`, `{any: [...]}` or `{not: ...}`. `at: ""` is the whole value. Values compare as in
// `combine`: null < boolean < number < string < array < object, 1 equals 1.0. `in` takes a list,
// `matches` an RE2 pattern that a part of a string matches (nothing else matches), `exists` true or
// false. Where there is no value, `ne` and `exists: false` hold and everything else does not.
// network.md section 2.
#pragma once

#include "hal9/base/json.hpp"
#include "hal9/base/result.hpp"
#include "hal9/model/limits.hpp"

#include <memory>

namespace hal9::definition {

namespace detail {
struct PredicateTree;
}

/// One without ${}: text like `${/x}` is just text. Cheap to copy; any number of threads may ask.
class Predicate {
public:
    /// invalid_argument with the first fault.
    [[nodiscard]] static Result<Predicate>
    compile(const json::value& definition, const Limits& limits = {});

    [[nodiscard]] bool holds(const json::value& value) const;

private:
    std::shared_ptr<const detail::PredicateTree> tree_;  ///< shared between copies
};

/// One whose VALUEs may hold ${}, filled in anew each time. Cheap to copy; any number of threads
/// may ask.
class When {
public:
    /// invalid_argument with the first fault.
    [[nodiscard]] static Result<When>
    compile(const json::value& definition, const Limits& limits = {});

    /// Whether it holds of `tested`; `payload` (and `root`, not nullptr where needs_root()) fill in
    /// the ${}. invalid_argument when a value is missing, whether or not it would have decided, or
    /// is not what its operator takes.
    [[nodiscard]] Result<bool> holds(
        const json::value& tested,
        const json::value& payload,
        const json::value* root = nullptr
    ) const;
    /// True when a ${run:} stands in it.
    [[nodiscard]] bool needs_root() const;

private:
    std::shared_ptr<const detail::PredicateTree> tree_;  ///< shared between copies
};

}  // namespace hal9::definition
