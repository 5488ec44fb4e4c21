// What kinds that wait for somebody have in common: how long, and handing on what came.
#pragma once

#include "hal9/base/text.hpp"
#include "hal9/neurons/detail/call_settings.hpp"
#include "hal9/ports/kind.hpp"

#include <optional>

namespace hal9::neurons {

/// Of the member `within`, in what a definition or a call says.
[[nodiscard]] inline Result<Duration> read_within(const json::value& value) {
    HAL9_TRY(const Duration within, read_duration("within", value));
    if (within < duration_min) {
        return fail(
            ErrorCode::invalid_argument,
            str("`within` is ",
                format_duration(within),
                "; at least ",
                format_duration(duration_min))
        );
    }
    return within;
}

/// For make(): checks what is constant.
[[nodiscard]] inline Result<void> check_within(const json::object& constant) {
    if (const json::value* value = constant.if_contains("within")) {
        HAL9_TRY_VOID(read_within(*value));
    }
    return {};
}

/// When to stop waiting; nothing without `within`.
[[nodiscard]] inline Result<std::optional<WallTime>>
end_of_wait(const Call& call, const json::object& constant) {
    const json::value* value = call.find(constant, "within");
    if (value == nullptr) {
        return std::nullopt;
    }
    HAL9_TRY(const Duration within, read_within(*value));
    return call.now + within;
}

/// After the wait: what came is what is emitted.
inline StepEnd emit_answer(const Call& call, Sink& sink) {
    sink.emit(call.answer == nullptr ? json::value(nullptr) : *call.answer);
    return StepDone{};
}

}  // namespace hal9::neurons
