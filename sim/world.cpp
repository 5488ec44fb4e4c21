#include "sim/world.hpp"

#include "hal9/base/text.hpp"

#include <utility>

namespace hal9::sim {

bool World::run_one() {
    if (posted_.empty()) {
        return false;
    }
    auto work = std::move(posted_.front());
    posted_.pop_front();
    work();
    return true;
}

bool World::wake_due() {
    if (sleepers_.empty() || sleepers_.begin()->first.first.us > steady_us_) {
        return false;
    }
    const std::coroutine_handle<> handle = sleepers_.begin()->second;
    sleepers_.erase(sleepers_.begin());
    handle.resume();
    return true;
}

std::optional<SteadyTime> World::next_sleeper() const {
    if (sleepers_.empty()) {
        return std::nullopt;
    }
    return sleepers_.begin()->first.first;
}

void World::step_started(SignalId signal, std::uint16_t attempt) {
    ++steps_started;
    digest =
        mix64(digest ^ static_cast<std::uint64_t>(signal.value) ^ (std::uint64_t{attempt} << 56U));
    if (must_not_start.contains(run_of(signal))) {
        violations.push_back(
            str("signal ",
                number_of(signal),
                " of run ",
                run_of(signal).value,
                " started after the cancel of its run was answered")
        );
    }
    const std::string why_not = forbids ? forbids(signal) : std::string();
    if (!why_not.empty()) {
        violations.push_back(
            str("signal ",
                number_of(signal),
                " of run ",
                run_of(signal).value,
                " started, but ",
                why_not)
        );
    }
}

void WorldLog::write(
    LogLevel level,
    std::string_view event,
    std::initializer_list<LogField> fields
) {
    std::string line = str(static_cast<int>(level), " ", event);
    for (const LogField& field : fields) {
        line += str(" ", field.key, "=", field.value);
    }
    lines.push_back(std::move(line));
    if (lines.size() > 50) {
        lines.pop_front();
    }
}

}  // namespace hal9::sim
