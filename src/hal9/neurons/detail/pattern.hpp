// Pattern: an RE2 pattern of a definition, compiled within the limits.
//
// UTF-8, linear in the text however hostile, with bounded memory. What a pattern yields is its
// first capture group, or the whole match when it has none.
#pragma once

#include "hal9/base/result.hpp"
#include "hal9/model/limits.hpp"

#include <re2/re2.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

namespace hal9::neurons {

/// Bytes [begin, end) of a text.
struct Span {
    std::size_t begin = 0;
    std::size_t end = 0;

    [[nodiscard]] bool empty() const { return begin == end; }

    [[nodiscard]] std::string_view of(std::string_view text) const {
        return text.substr(begin, end - begin);
    }
};

/// Thread: any, several at once.
class Pattern {
public:
    /// `member` names the setting in messages. invalid_argument for what RE2 refuses, with its
    /// reason; limit_exceeded beyond Limits::pattern_bytes_max and pattern_memory_max.
    [[nodiscard]] static Result<Pattern>
    compile(std::string_view member, std::string_view pattern, const Limits& limits);

    /// The leftmost match that begins at `from` or later. `^`, `\b` and the like see what stands
    /// before.
    [[nodiscard]] std::optional<Span> find(std::string_view text, std::size_t from) const;
    /// The match that begins exactly at `at`.
    [[nodiscard]] std::optional<Span> match_at(std::string_view text, std::size_t at) const;

    struct Capture {
        Span match;
        std::optional<Span> value;  ///< nothing when the group took no part in the match
    };

    /// Like find(), with what the pattern yields.
    [[nodiscard]] std::optional<Capture> capture(std::string_view text, std::size_t from) const;

    [[nodiscard]] const RE2& re() const { return *re_; }

private:
    explicit Pattern(std::unique_ptr<const RE2> re) : re_(std::move(re)) {}

    [[nodiscard]] std::optional<Span>
    match(std::string_view text, std::size_t from, RE2::Anchor anchor) const;

    std::unique_ptr<const RE2> re_;
};

/// Where the character at `at` ends: the next place from which an empty match may be looked for.
[[nodiscard]] std::size_t next_character(std::string_view text, std::size_t at);

}  // namespace hal9::neurons
