#include "hal9/model/signal.hpp"

#include "hal9/model/run.hpp"

#include <array>

namespace hal9 {
namespace {

constexpr std::array<std::string_view, 6>
    status_names{"ready", "waiting", "parked", "completed", "failed", "cancelled"};
constexpr std::array<std::string_view, 5>
    state_names{"running", "draining", "completed", "failed", "cancelled"};

template <class Enum, std::size_t N>
std::optional<Enum> find_name(const std::array<std::string_view, N>& names, std::string_view name) {
    for (std::size_t i = 0; i < N; ++i) {
        if (names[i] == name) {
            return static_cast<Enum>(i);
        }
    }
    return std::nullopt;
}

}  // namespace

std::string_view to_string(SignalStatus status) noexcept {
    return status_names[static_cast<std::size_t>(status)];
}

std::string_view to_string(WaitsFor what) noexcept {
    constexpr std::array<std::string_view, 5> names{"children", "next", "run", "person", "message"};
    return names.at(static_cast<std::size_t>(what));
}

std::optional<SignalStatus> signal_status_from(std::string_view name) noexcept {
    return find_name<SignalStatus>(status_names, name);
}

std::string_view to_string(RunState state) noexcept {
    return state_names[static_cast<std::size_t>(state)];
}

std::optional<RunState> run_state_from(std::string_view name) noexcept {
    return find_name<RunState>(state_names, name);
}

}  // namespace hal9
