// Globs: any text compiles or says what is wrong; walking component by component means the same as
// matching at once; a path with every character escaped matches itself and, with `**`, from above.
#include "hal9/base/check.hpp"
#include "hal9/base/glob.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using hal9::Glob;

bool walk(const Glob& glob, std::string_view path) {
    Glob::State state = glob.start();
    for (std::size_t begin = 0; begin <= path.size();) {
        HAL9_ASSERT(state == 0 || begin == 0 || glob.may_match_below(state) || glob.accepts(state));
        const std::size_t end = std::min(path.find('/', begin), path.size());
        state = glob.advance(state, path.substr(begin, end - begin));
        begin = end + 1;
    }
    return glob.accepts(state);
}

/// As a pattern that means exactly this path.
std::string escaped(std::string_view path) {
    std::string pattern;
    for (const char c : path) {
        // A backslash takes a whole character, so it may not stand inside one.
        pattern += c == '/' || static_cast<unsigned char>(c) >= 0x80U ? "" : "\\";
        pattern += c;
    }
    return pattern;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view all(reinterpret_cast<const char*>(data), size);
    const std::string_view pattern = all.substr(0, all.find('\n'));
    const std::string_view path = all.substr(std::min(all.size(), pattern.size() + 1));
    if (const auto glob = Glob::compile(pattern)) {
        HAL9_ASSERT(path.empty() || glob->matches(path) == walk(*glob, path));
    } else {
        HAL9_ASSERT(glob.error().code == hal9::ErrorCode::invalid_argument);
    }
    if (const auto itself = Glob::compile(escaped(path))) {
        HAL9_ASSERT(itself->matches(path));
        const auto from_above = Glob::compile("**/" + escaped(path));
        HAL9_ASSERT(
            !from_above ||
            (from_above->matches(path) && from_above->matches("x/" + std::string(path)))
        );
    }
    return 0;
}
