// Result: expected failure is a value.
//
// Every function that can fail for a reason outside the program returns Result<T>; HAL9_TRY hands
// the failure on to the caller. Coroutines use HAL9_CO_TRY.
#pragma once

#include "hal9/base/error.hpp"

#include <expected>
#include <utility>

namespace hal9 {

template <class T>
using Result = std::expected<T, Error>;

[[nodiscard]] inline std::unexpected<Error> fail(ErrorCode code, std::string message) {
    return std::unexpected(Error(code, std::move(message)));
}

[[nodiscard]] inline std::unexpected<Error> fail(Error error) {
    return std::unexpected(std::move(error));
}

}  // namespace hal9

#define HAL9_CONCAT_INNER(a, b) a##b
#define HAL9_CONCAT(a, b) HAL9_CONCAT_INNER(a, b)

/// HAL9_TRY(auto row, read(id));  - declares row, or returns read's error from this function.
#define HAL9_TRY(declaration, expression) \
    HAL9_TRY_INNER(declaration, expression, HAL9_CONCAT(hal9_try_, __LINE__), return)
/// HAL9_TRY_VOID(write(row));  - returns write's error from this function.
#define HAL9_TRY_VOID(expression)                                       \
    do {                                                                \
        if (auto hal9_try_result = (expression); !hal9_try_result) {    \
            return std::unexpected(std::move(hal9_try_result).error()); \
        }                                                               \
    } while (false)
/// The same inside a coroutine.
#define HAL9_CO_TRY(declaration, expression) \
    HAL9_TRY_INNER(declaration, expression, HAL9_CONCAT(hal9_try_, __LINE__), co_return)
#define HAL9_CO_TRY_VOID(expression)                                       \
    do {                                                                   \
        if (auto hal9_try_result = (expression); !hal9_try_result) {       \
            co_return std::unexpected(std::move(hal9_try_result).error()); \
        }                                                                  \
    } while (false)

#define HAL9_TRY_INNER(declaration, expression, result, leave) \
    auto result = (expression);                                \
    if (!result) {                                             \
        leave std::unexpected(std::move(result).error());      \
    }                                                          \
    declaration = *std::move(result)
