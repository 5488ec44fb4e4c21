#include "hal9/app/progress_view.hpp"

#include "hal9/app/tables.hpp"
#include "hal9/base/text.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include <unistd.h>

namespace hal9::app {
namespace {

constexpr auto line_every = std::chrono::seconds(2);

struct Figures {
    std::uint64_t known = 0;
    std::uint64_t done = 0;
    std::uint64_t parked = 0;
    std::uint64_t rate = 0;  ///< signals a second
};

std::uint64_t number(const json::object& object, std::string_view name) {
    const json::value* const value = object.if_contains(name);
    return value == nullptr ? 0 : value->to_number<std::uint64_t>();
}

Figures figures_of(
    const json::object& progress,
    std::chrono::duration<double> elapsed,
    std::uint64_t done_before
) {
    Figures figures{
        number(progress, "known"),
        number(progress, "done"),
        number(progress, "parked"),
        0
    };
    if (elapsed.count() > 0.05 && figures.done > done_before) {
        figures.rate = static_cast<std::uint64_t>(
            static_cast<double>(figures.done - done_before) / elapsed.count()
        );
    }
    return figures;
}

/// An estimate means something once a good part of what is known is done: work still unfolds.
std::string eta(const Figures& figures, std::chrono::duration<double> elapsed) {
    if (figures.rate == 0 || elapsed.count() < 2 || figures.done * 4 < figures.known) {
        return {};
    }
    return str(", about ", (figures.known - figures.done) / figures.rate + 1, " s left");
}

std::string summary(const Figures& figures, std::chrono::duration<double> elapsed) {
    return str(
        with_thousands(figures.done),
        " of ",
        with_thousands(figures.known),
        " signals, ",
        with_thousands(figures.rate),
        "/s",
        eta(figures, elapsed),
        figures.parked > 0 ? str(", ", with_thousands(figures.parked), " parked") : std::string()
    );
}

}  // namespace

std::string ProgressText::block(
    const json::object& progress,
    std::chrono::duration<double> elapsed,
    std::uint64_t done_before,
    bool colours
) {
    const std::string_view bold = colours ? "\x1b[1m" : "";
    const std::string_view red = colours ? "\x1b[31m" : "";
    const std::string_view plain = colours ? "\x1b[0m" : "";
    std::string out =
        str(bold, summary(figures_of(progress, elapsed, done_before), elapsed), plain, "\n");
    for (const json::value& value : progress.at("neurons").as_array()) {
        const json::object& neuron = value.as_object();
        const std::uint64_t failed = number(neuron, "failed");
        out +=
            str("  ",
                printable(neuron.at("neuron").as_string()),
                "  ",
                with_thousands(number(neuron, "done")),
                " of ",
                with_thousands(number(neuron, "known")),
                failed > 0 ? str("  ", red, with_thousands(failed), " failed", plain)
                           : std::string(),
                "\n");
    }
    return out;
}

std::string ProgressText::line(
    const json::object& progress,
    std::chrono::duration<double> elapsed,
    std::uint64_t done_before
) {
    return summary(figures_of(progress, elapsed, done_before), elapsed) + "\n";
}

void ProgressView::show(const json::object& progress) {
    const auto now = Clock::now();
    if (began_ == Clock::time_point{}) {
        began_ = now;
        last_line_ = now;
        done_before_ = number(progress, "done");
    }
    if (mode_ == Mode::lines) {
        last_ = ProgressText::line(progress, now - began_, done_before_);
        if (now - last_line_ >= line_every) {
            last_line_ = now;
            std::fputs(last_.c_str(), stderr);
            last_.clear();
        }
    } else if (mode_ == Mode::terminal) {
        std::string out;
        if (drawn_lines_ > 0) {
            out = str("\x1b[", drawn_lines_, "A\x1b[J");
        }
        const std::string block =
            ProgressText::block(progress, now - began_, done_before_, colours_);
        drawn_lines_ = static_cast<std::size_t>(std::ranges::count(block, '\n'));
        out += block;
        std::fputs(out.c_str(), stderr);
        std::fflush(stderr);
    }
}

void ProgressView::finish() {
    if (mode_ == Mode::terminal && drawn_lines_ > 0) {
        std::fputs(str("\x1b[", drawn_lines_, "A\x1b[J").c_str(), stderr);
        drawn_lines_ = 0;
    }
    if (mode_ == Mode::lines && !last_.empty()) {
        std::fputs(last_.c_str(), stderr);
        last_.clear();
    }
}

ProgressView make_progress_view(bool quiet) {
    const char* const no_color = std::getenv("NO_COLOR");
    const bool terminal = ::isatty(STDERR_FILENO) == 1;
    const bool colours = terminal && (no_color == nullptr || *no_color == '\0');
    using Mode = ProgressView::Mode;
    const Mode mode = quiet ? Mode::quiet : terminal ? Mode::terminal : Mode::lines;
    return ProgressView(mode, colours);
}

}  // namespace hal9::app
