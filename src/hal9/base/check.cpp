#include "hal9/base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace hal9 {

void assertion_failed(const char* condition, const char* file, int line) noexcept {
    std::fprintf(stderr, "hal9: assertion failed: %s (%s:%d)\n", condition, file, line);
    std::abort();
}

}  // namespace hal9
