// ProgressView: how far a run is, on the terminal or as plain lines.
//
// On a terminal a block on stderr is drawn over itself, never larger than the terminal is at the
// moment; elsewhere a line every two seconds; nothing when quiet. Colours only on a terminal and
// without NO_COLOR.
#pragma once

#include "hal9/base/json.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hal9::app {

/// What a block may look like.
struct Look {
    std::size_t rows = 24;  ///< of the terminal; the block leaves two of them free
    std::size_t columns = 80;
    bool colours = false;
};

/// What is shown of the answer of run.progress at one moment.
class ProgressText {
public:
    /// Lines for a terminal; `elapsed` since the run began here, `done_before` what was done then.
    /// Where not all neurons have room, those at work go first.
    [[nodiscard]] static std::string block(
        const json::object& progress,
        std::chrono::duration<double> elapsed,
        std::uint64_t done_before,
        Look look
    );
    /// One plain line.
    [[nodiscard]] static std::string line(
        const json::object& progress,
        std::chrono::duration<double> elapsed,
        std::uint64_t done_before
    );
};

/// A block of lines at the bottom of a terminal, drawn over the one before.
class TerminalBlock {
public:
    /// What to write so that `lines` stand where the last ones stood. `columns`: how wide the
    /// terminal is now; lines that were drawn wider have been broken by it.
    [[nodiscard]] std::string draw(std::string_view lines, std::size_t columns);
    /// What to write so that nothing stands there.
    [[nodiscard]] std::string erase(std::size_t columns);

private:
    [[nodiscard]] std::string to_its_start(std::size_t columns) const;

    std::vector<std::size_t> widths_;  ///< of the lines that were drawn
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
    TerminalBlock block_;
    std::uint64_t done_before_ = 0;
    Clock::time_point began_{};
    Clock::time_point last_line_{};
    std::string last_;
};

/// By what stderr is.
[[nodiscard]] ProgressView make_progress_view(bool quiet);

}  // namespace hal9::app
