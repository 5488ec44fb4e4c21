// Accumulator: the running value of one aggregate, or of one group of it, as elements come.
#pragma once

#include "hal9/base/json.hpp"
#include "hal9/base/result.hpp"
#include "hal9/definition/detail/combine_plan.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace hal9::definition::detail {

class Accumulator {
public:
    /// One more element. `order_key` is for first and last: its place among the others. For
    /// count_distinct `is_new` says whether its value is the first of its kind; collect only
    /// counts. invalid_argument where the operation cannot take the value.
    [[nodiscard]] Result<void> add(
        const Aggregate& aggregate,
        const json::value& element,
        std::string_view order_key,
        bool is_new
    );

    /// Null, 0 or the value; data_loss when what save() wrote came back damaged.
    [[nodiscard]] Result<json::value> result(Operation operation) const;

    [[nodiscard]] std::int64_t size() const { return static_cast<std::int64_t>(numbers_.size); }

    void save(std::string& out) const;
    /// Takes what save() wrote off the front; false when it is damaged.
    [[nodiscard]] bool load(std::string_view& bytes);

private:
    __extension__ using Wide = __int128;

    struct Numbers {
        Wide integers = 0;           ///< sum of the integers: cannot overflow
        double reals = 0;            ///< sum of the others
        std::uint64_t size = 0;      ///< elements
        std::uint64_t distinct = 0;  ///< of them, the first of their kind
        std::uint64_t has_reals = 0;
    };

    [[nodiscard]] Result<void> add_number(const Aggregate& aggregate, const json::value& element);
    void offer(Operation operation, std::string_view key, const json::value& element);
    [[nodiscard]] json::value sum() const;

    Numbers numbers_;
    std::string key_;    ///< of the element kept
    std::string value_;  ///< the element kept (min, max, first, last), packed
};

}  // namespace hal9::definition::detail
