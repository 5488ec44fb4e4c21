// Reads values of a case file by their JSON Pointers, with a fault for everything that is not as it
// should be.
#pragma once

#include "hal9/base/clock.hpp"
#include "hal9/base/error.hpp"
#include "hal9/base/json.hpp"
#include "hal9/definition/placed_document.hpp"
#include "hal9/definition/predicate.hpp"
#include "hal9/model/limits.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hal9::app::detail {

using FieldNames = std::span<const std::string_view>;

/// A value and the pointer to it.
struct FoundValue {
    std::string pointer;
    const json::value* value;
};

class CaseFields {
public:
    /// Both outlive it.
    CaseFields(const definition::PlacedDocument& document, const Limits& limits)
        : document_(document), limits_(limits) {}

    /// Adds a fault at this value. What several cases share is wrong once.
    void add(const std::string& pointer, std::string message);
    /// The same at the name of this member.
    void add_to_name(const std::string& pointer, std::string message);
    void add_unknown(
        const std::string& pointer,
        std::string_view what,
        std::string_view name,
        FieldNames allowed
    );

    // Each of these reads one value, or adds what it should have been and returns nothing.
    /// With a fault for each member whose name is not known.
    [[nodiscard]] const json::object*
    object(const FoundValue& found, std::string_view what, FieldNames names);
    [[nodiscard]] std::optional<std::string> text(const FoundValue& found, std::string_view what);
    [[nodiscard]] std::optional<std::uint32_t>
    count(const FoundValue& found, std::string_view what);
    [[nodiscard]] std::optional<Duration> duration(const FoundValue& found, std::string_view what);
    [[nodiscard]] std::optional<definition::Predicate>
    predicate(const FoundValue& found, std::string_view what);
    [[nodiscard]] std::optional<ErrorCode> error_code(const FoundValue& found);

    /// By place.
    [[nodiscard]] std::vector<definition::Fault> take_faults();

private:
    void add_at(definition::TextPlace place, std::string message);

    const definition::PlacedDocument& document_;
    const Limits& limits_;
    std::vector<definition::Fault> faults_;
    std::set<std::pair<definition::TextPlace, std::string>> told_;
};

[[nodiscard]] bool is_one_of(std::string_view name, FieldNames names);
/// As a message has it: quoted, shortened, on one line.
[[nodiscard]] std::string in_quotes(std::string_view text);

}  // namespace hal9::app::detail
