#include "hal9/definition/detail/patterns.hpp"

#include "hal9/base/text.hpp"
#include "hal9/definition/detail/fields.hpp"

#include <re2/re2.h>

#include <cstdint>

namespace hal9::definition::detail {

Result<std::shared_ptr<const re2::RE2>>
compile_pattern(std::string_view pattern, const Limits& limits) {
    if (pattern.size() > limits.pattern_bytes_max) {
        return fail(
            ErrorCode::limit_exceeded,
            str("the pattern has ",
                with_thousands(pattern.size()),
                " bytes; allowed: ",
                with_thousands(limits.pattern_bytes_max),
                " (pattern_bytes_max)")
        );
    }
    RE2::Options options(RE2::Quiet);
    options.set_max_mem(static_cast<std::int64_t>(limits.pattern_memory_max));
    auto compiled =
        std::make_shared<const RE2>(re2::StringPiece(pattern.data(), pattern.size()), options);
    if (!compiled->ok()) {
        return fail(
            ErrorCode::invalid_argument,
            str("the pattern ",
                quoted(pattern),
                " is refused by RE2: ",
                compiled->error(),
                "; see github.com/google/re2/wiki/Syntax for what it takes")
        );
    }
    return compiled;
}

bool matches_part(const re2::RE2& pattern, std::string_view text) {
    return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), pattern);
}

std::string fault_of_pattern(std::string_view pattern, const Limits& limits) {
    const auto compiled = compile_pattern(pattern, limits);
    return compiled ? std::string() : compiled.error().message;
}

}  // namespace hal9::definition::detail
