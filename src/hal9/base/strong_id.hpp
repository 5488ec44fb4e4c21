// StrongId: an integer that cannot be mistaken for another kind of integer.
#pragma once

#include <compare>
#include <cstddef>
#include <functional>

namespace hal9 {

/// Tag is any type, used for nothing but telling ids apart. Value-initialised to zero.
template <class Tag, class Rep>
struct StrongId {
    using rep = Rep;
    Rep value{};

    friend constexpr auto operator<=>(const StrongId&, const StrongId&) = default;
    friend constexpr bool operator==(const StrongId&, const StrongId&) = default;
};

}  // namespace hal9

template <class Tag, class Rep>
// NOLINTNEXTLINE(readability-identifier-naming): the standard's name
struct std::hash<hal9::StrongId<Tag, Rep>> {
    std::size_t operator()(const hal9::StrongId<Tag, Rep>& id) const noexcept {
        // Ids of one run differ in their low bits only; a multiplication spreads them over all.
        const auto mixed = static_cast<std::size_t>(id.value) * 0x9E3779B97F4A7C15ULL;
        return mixed ^ (mixed >> 32U);
    }
};
