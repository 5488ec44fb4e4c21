// Pointer: a JSON Pointer (RFC 6901), taken apart once so that following it costs no parsing.
//
// Two forms: plain, which names at most one value, and with `*`, which enters every element of an
// array and so selects any number of values in their order.
#pragma once

#include "hal9/base/json.hpp"
#include "hal9/base/result.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hal9::definition::detail {

inline constexpr std::size_t no_index = static_cast<std::size_t>(-1);

struct PointerStep {
    std::string name;              ///< ~0 and ~1 already replaced
    std::size_t index = no_index;  ///< of an array, where the name is one
    bool each = false;             ///< `*`: every element of an array
};

class Pointer {
public:
    /// "" is the whole value. invalid_argument says what is wrong with the text.
    [[nodiscard]] static Result<Pointer> parse(std::string_view text, bool stars_allowed);

    [[nodiscard]] const std::string& text() const { return text_; }

    [[nodiscard]] bool has_star() const;

    [[nodiscard]] std::span<const PointerStep> steps() const { return steps_; }

    /// Those that lead to an element: up to the last `*`.
    [[nodiscard]] std::span<const PointerStep> steps_to_element() const;

    /// The value it names, or nullptr. For pointers without `*`.
    [[nodiscard]] const json::value* find(const json::value& root) const;

    /// Calls visit(value) for each selected value, in order, until it returns false. Returns false
    /// when it did.
    template <class Visit>
    bool select(const json::value& root, Visit&& visit) const {
        return select_of_elements(root, [&visit](const json::value&, const json::value& value) {
            return visit(value);
        });
    }

    /// Likewise visit(element, value): the element of the list that the last `*` enters and in
    /// which the value stands; without `*` the root.
    template <class Visit>
    bool select_of_elements(const json::value& root, Visit&& visit) const {
        return select_from(root, std::span<const PointerStep>(steps_), visit);
    }

private:
    [[nodiscard]] static const json::value*
    enter(const json::value& value, const PointerStep& step);

    template <class Visit>
    static bool select_from(  // NOLINT(misc-no-recursion): as deep as the pointer is long
        const json::value& element,
        std::span<const PointerStep> steps,
        Visit& visit
    ) {
        const json::value* at = &element;
        for (; !steps.empty(); steps = steps.subspan(1)) {
            if (steps.front().each) {
                const json::array* elements = at->if_array();
                if (elements == nullptr) {
                    return true;
                }
                for (const json::value& each : *elements) {
                    if (!select_from(each, steps.subspan(1), visit)) {
                        return false;
                    }
                }
                return true;
            }
            at = enter(*at, steps.front());
            if (at == nullptr) {
                return true;
            }
        }
        return visit(element, *at);
    }

    std::string text_;
    std::vector<PointerStep> steps_;
};

}  // namespace hal9::definition::detail
