// Assertions for bugs: conditions that only a mistake in HAL9 itself can break.
//
// They stay on in release builds. Input, network, plugins and tenants must never be able to trip
// one: what they get wrong is a Result with an Error (result.hpp).
#pragma once

namespace hal9 {

/// Writes `file:line: assertion failed: condition` to stderr and aborts the process.
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line) noexcept;

}  // namespace hal9

#define HAL9_ASSERT(condition)                                        \
    do {                                                              \
        if (!(condition)) [[unlikely]] {                              \
            ::hal9::assertion_failed(#condition, __FILE__, __LINE__); \
        }                                                             \
    } while (false)
