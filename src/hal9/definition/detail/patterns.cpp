#include "hal9/base/text.hpp"
#include "hal9/definition/detail/fields.hpp"
#include "hal9/definition/detail/schema_check.hpp"

#include <re2/re2.h>

namespace hal9::definition::detail {

std::string fault_of_pattern(std::string_view pattern, const Limits& limits) {
    if (pattern.size() > limits.pattern_bytes_max) {
        return str(
            "the pattern has ",
            with_thousands(pattern.size()),
            " bytes; allowed: ",
            with_thousands(limits.pattern_bytes_max),
            " (pattern_bytes_max)"
        );
    }
    RE2::Options options(RE2::Quiet);
    options.set_max_mem(static_cast<std::int64_t>(limits.pattern_memory_max));
    const RE2 compiled(re2::StringPiece(pattern.data(), pattern.size()), options);
    if (compiled.ok()) {
        return {};
    }
    return str(
        "the pattern ",
        quoted(pattern),
        " is refused by RE2: ",
        compiled.error(),
        "; see github.com/google/re2/wiki/Syntax for what it takes"
    );
}

}  // namespace hal9::definition::detail
