// ProgressView: how far a run is, on the terminal or as plain lines.
//
// On a terminal a block on stderr is drawn over itself; elsewhere a line every two seconds; nothing
// when quiet. Colours only on a terminal and without NO_COLOR.
#pragma once

#include "hal9/base/json.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace hal9::app {

/// What is shown of the answer of run.progress at one moment.
class ProgressText {
public:
    /// Lines for a terminal; `elapsed` since the run began here, `done_before` what was done then.
    [[nodiscard]] static std::string block(
        const json::object& progress,
        std::chrono::duration<double> elapsed,
        std::uint64_t done_before,
        bool colours
    );
    /// One plain line.
    [[nodiscard]] static std::string line(
        const json::object& progress,
        std::chrono::duration<double> elapsed,
        std::uint64_t done_before
    );
};

class ProgressView {
public:
    enum class Mode : std::uint8_t { quiet, lines, terminal };

    explicit ProgressView(Mode mode, bool colours) : mode_(mode), colours_(colours) {}

    /// The answer of run.progress.
    void show(const json::object& progress);
    /// Leaves the screen clean. Shows the last state where lines are shown.
    void finish();

private:
    using Clock = std::chrono::steady_clock;
    Mode mode_;
    bool colours_;
    std::size_t drawn_lines_ = 0;
    std::uint64_t done_before_ = 0;
    Clock::time_point began_{};
    Clock::time_point last_line_{};
    std::string last_;
};

/// By what stderr is.
[[nodiscard]] ProgressView make_progress_view(bool quiet);

}  // namespace hal9::app
