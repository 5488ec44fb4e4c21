#include "hal9/base/glob.hpp"

#include "hal9/base/text.hpp"

#include <algorithm>
#include <optional>

namespace hal9 {
namespace {

constexpr char32_t ill_formed = 0x110000;

struct Character {
    char32_t value = 0;
    std::size_t length = 1;
};

/// The UTF-8 character at `at`. A byte that begins none stands for itself, outside Unicode, so
/// that names in other encodings can be matched too.
Character character_at(std::string_view text, std::size_t at) {
    const auto first = static_cast<unsigned char>(text[at]);
    if (first < 0x80U) {
        return {first, 1};
    }
    const std::size_t length = first >= 0xF0U ? 4 : first >= 0xE0U ? 3 : first >= 0xC0U ? 2 : 0;
    if (length == 0 || !is_utf8(text.substr(at, length)) || at + length > text.size()) {
        return {ill_formed + first, 1};
    }
    char32_t value = first & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        value = (value << 6U) | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
    }
    return {value, length};
}

/// Reads the set at `at`, which is a `[`; moves `at` behind its `]`. Nothing when it is not closed.
std::optional<bool> in_set(std::string_view pattern, std::size_t& at, char32_t c) {
    std::size_t next = at + 1;
    const bool negated = next < pattern.size() && (pattern[next] == '!' || pattern[next] == '^');
    next += negated ? 1U : 0U;
    bool found = false;
    const auto read = [&]() -> std::optional<char32_t> {
        next += pattern[next] == '\\' ? 1U : 0U;
        if (next >= pattern.size()) {
            return std::nullopt;
        }
        const Character character = character_at(pattern, next);
        next += character.length;
        return character.value;
    };
    for (bool first = true; next < pattern.size(); first = false) {
        if (pattern[next] == ']' && !first) {
            at = next + 1;
            return found != negated;
        }
        const auto low = read();
        if (!low) {
            return std::nullopt;
        }
        auto high = low;
        if (next + 1 < pattern.size() && pattern[next] == '-' && pattern[next + 1] != ']') {
            ++next;
            high = read();
            if (!high) {
                return std::nullopt;
            }
        }
        found = found || (*low <= c && c <= *high);
    }
    return std::nullopt;
}

/// One pattern character other than `*` against one of the name; moves `at` behind it on success.
bool match_one(std::string_view pattern, std::size_t& at, Character character) {
    std::size_t next = at;
    switch (pattern[at]) {
        case '?':
            ++next;
            break;
        case '[':
            if (!in_set(pattern, next, character.value).value_or(false)) {
                return false;
            }
            break;
        default: {
            next += pattern[at] == '\\' ? 1U : 0U;
            const Character wanted = character_at(pattern, next);
            if (wanted.value != character.value) {
                return false;
            }
            next += wanted.length;
        }
    }
    at = next;
    return true;
}

/// On a mismatch only the last `*` needs to take more: an earlier one could reach no state that
/// the later cannot.
bool match_component(std::string_view pattern, std::string_view name) {
    std::size_t p = 0;
    std::size_t n = 0;
    std::optional<std::size_t> star;
    std::size_t star_end = 0;
    while (n < name.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = ++p;
            star_end = n;
            continue;
        }
        const Character character = character_at(name, n);
        if (p < pattern.size() && match_one(pattern, p, character)) {
            n += character.length;
        } else if (star) {
            p = *star;
            star_end += character_at(name, star_end).length;
            n = star_end;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') {
        ++p;
    }
    return p == pattern.size();
}

Result<void> check_component(std::string_view pattern, std::string_view component) {
    const auto refuse = [&](std::string_view what) {
        return fail(ErrorCode::invalid_argument, str("glob \"", pattern, "\" ", what));
    };
    if (component.empty()) {
        return refuse("has an empty component; write a relative path such as */changelog*.gz");
    }
    if (component == "." || component == "..") {
        return refuse("has a component . or ..; it may only lead down");
    }
    for (std::size_t at = 0; at < component.size();) {
        if (component[at] == '[') {
            if (!in_set(component, at, 0)) {
                return refuse("has a [ without its ]; write \\[ for the character itself");
            }
        } else if (component[at] == '\\') {
            if (at + 1 == component.size()) {
                return refuse("ends a component with \\; write \\\\ for the character itself");
            }
            at += 2;
        } else {
            ++at;
        }
    }
    return {};
}

}  // namespace

Result<Glob> Glob::compile(std::string_view pattern) {
    if (pattern.size() > pattern_bytes_max) {
        return fail(
            ErrorCode::invalid_argument,
            str("a glob of ", pattern.size(), " bytes; at most ", pattern_bytes_max)
        );
    }
    Glob glob;
    for (std::size_t begin = 0; begin <= pattern.size();) {
        const std::size_t end = std::min(pattern.find('/', begin), pattern.size());
        const std::string_view component = pattern.substr(begin, end - begin);
        HAL9_TRY_VOID(check_component(pattern, component));
        glob.components_.push_back(
            {.pattern = std::string(component), .any_depth = component == "**"}
        );
        begin = end + 1;
    }
    if (glob.components_.size() > components_max) {
        return fail(
            ErrorCode::invalid_argument,
            str("a glob of ", glob.components_.size(), " components; at most ", components_max)
        );
    }
    return glob;
}

Glob::State Glob::close(State state) const {
    for (std::size_t i = 0; i + 1 < components_.size(); ++i) {
        if (components_[i].any_depth && (state >> i & 1U) != 0) {
            state |= State{1} << (i + 1);
        }
    }
    return state;
}

Glob::State Glob::advance(State state, std::string_view name) const {
    State next = 0;
    for (std::size_t i = 0; i < components_.size(); ++i) {
        if ((state >> i & 1U) == 0) {
            continue;
        }
        if (components_[i].any_depth) {
            next |= State{1} << i;
            next |= i + 1 == components_.size() ? State{1} << (i + 1) : 0;
        } else if (match_component(components_[i].pattern, name)) {
            next |= State{1} << (i + 1);
        }
    }
    return close(next);
}

bool Glob::accepts(State state) const {
    return (state >> components_.size() & 1U) != 0;
}

bool Glob::may_match_below(State state) const {
    return (state & ((State{1} << components_.size()) - 1)) != 0;
}

bool Glob::matches(std::string_view path) const {
    if (path.empty()) {
        return false;
    }
    State state = start();
    for (std::size_t begin = 0; begin <= path.size() && state != 0;) {
        const std::size_t end = std::min(path.find('/', begin), path.size());
        state = advance(state, path.substr(begin, end - begin));
        begin = end + 1;
    }
    return accepts(state);
}

}  // namespace hal9
