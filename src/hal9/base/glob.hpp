// Glob: patterns for paths, the same wherever files are listed.
//
// A pattern is matched component by component: `*` is any run of characters, `?` one character,
// `[a-z]` one of a set, `[!a-z]` one outside it, `\` takes the next character as it is; none of
// them crosses a `/`. A component `**` is any number of directories, none included; at the end it
// is everything below. Hidden names are like any other. Matching takes time linear in the name for
// each `*`, whatever the pattern.
#pragma once

#include "hal9/base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hal9 {

class Glob {
public:
    static constexpr std::size_t pattern_bytes_max = 4'096;
    static constexpr std::size_t components_max = 62;

    /// Where the walk down a path stands in the pattern: a set of components, one bit each.
    using State = std::uint64_t;

    /// A relative pattern. invalid_argument for an empty one, a leading `/`, an empty component,
    /// `.` and `..`, an unclosed `[`, a `\` at the end, and beyond the limits above.
    [[nodiscard]] static Result<Glob> compile(std::string_view pattern);

    /// At the directory that the pattern is relative to.
    [[nodiscard]] State start() const { return close(1); }

    /// One component further down. 0: nothing below there can match.
    [[nodiscard]] State advance(State state, std::string_view name) const;
    /// True when the path walked so far, at least one component, matches as a whole.
    [[nodiscard]] bool accepts(State state) const;
    /// True when something below the path walked so far may match.
    [[nodiscard]] bool may_match_below(State state) const;
    /// The whole of a relative path at once.
    [[nodiscard]] bool matches(std::string_view path) const;

private:
    struct Component {
        std::string pattern;
        bool any_depth = false;  ///< `**`
    };

    [[nodiscard]] State close(State state) const;

    std::vector<Component> components_;
};

}  // namespace hal9
