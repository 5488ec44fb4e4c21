// Fields: reading the members of an object of the definition by name, with a fault for everything
// that is not as the language says.
#pragma once

#include "hal9/base/clock.hpp"
#include "hal9/definition/detail/tree.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hal9::definition::detail {

struct FieldNames {
    std::span<const std::string_view> known;
    std::span<const std::string_view> later;  ///< of the language, but not in this version
};

class Fields {
public:
    /// `what` says whose members they are, for messages: `neuron "a"`. Reports a node that is no
    /// object and every name that is not known, with the nearest that is.
    Fields(const TreeNode& node, std::string what, FieldNames names, Faults& faults);

    [[nodiscard]] const TreeNode* find(std::string_view name) const;
    /// Reports a missing one.
    [[nodiscard]] const TreeNode* require(std::string_view name) const;

    [[nodiscard]] const std::string& what() const { return what_; }

private:
    const TreeNode* node_;
    std::string what_;
    Faults* faults_;
};

/// `; did you mean "x"?` where one is near, else `; allowed: a, b, c`.
[[nodiscard]] std::string
suggestion(std::string_view name, std::span<const std::string_view> candidates);

/// A JSON string of a message: quoted, shortened, on one line.
[[nodiscard]] std::string quoted(std::string_view text);

// Each of these reads one value, or reports what it should have been and returns nothing. `what`
// names it: `"layer" of neuron "a"`.
[[nodiscard]] std::optional<std::string>
read_text(const TreeNode& node, std::string_view what, Faults& faults);

struct IntegerRange {
    std::int64_t min;
    std::int64_t max;
};

[[nodiscard]] std::optional<std::int64_t>
read_integer(const TreeNode& node, std::string_view what, IntegerRange range, Faults& faults);
/// From duration_min to duration_max.
[[nodiscard]] std::optional<Duration>
read_duration(const TreeNode& node, std::string_view what, Faults& faults);
/// The position of the value among the `allowed` words.
[[nodiscard]] std::optional<std::size_t> read_word(
    const TreeNode& node,
    std::string_view what,
    std::span<const std::string_view> allowed,
    Faults& faults
);

/// A list of strings, none empty, none twice; `allowed` says what the list is of.
[[nodiscard]] std::optional<std::vector<std::string>>
read_names(const TreeNode& node, std::string_view what, std::string_view allowed, Faults& faults);

}  // namespace hal9::definition::detail
