#include "hal9/app/progress_view.hpp"

#include "hal9/app/tables.hpp"
#include "hal9/base/text.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <sys/ioctl.h>
#include <unistd.h>

namespace hal9::app {
namespace {

constexpr auto line_every = std::chrono::seconds(2);

constexpr std::string_view bold = "\x1b[1m";
constexpr std::string_view red = "\x1b[31m";
constexpr std::string_view plain = "\x1b[0m";
constexpr std::string_view erase_line = "\x1b[K";
constexpr std::string_view erase_below = "\x1b[J";

struct Figures {
    std::uint64_t known = 0;
    std::uint64_t done = 0;
    std::uint64_t parked = 0;
    std::uint64_t asking = 0;  ///< wait for people or messages
    bool paused = false;
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
    const json::value* const paused = progress.if_contains("paused");
    Figures figures{
        .known = number(progress, "known"),
        .done = number(progress, "done"),
        .parked = number(progress, "parked"),
        .asking = number(progress, "asking"),
        .paused = paused != nullptr && paused->as_bool(),
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
    if (figures.rate == 0 || elapsed.count() < 2 || figures.done * 4 < figures.known ||
        figures.done >= figures.known) {
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
        figures.parked > 0 ? str(", ", with_thousands(figures.parked), " parked") : std::string(),
        figures.asking > 0 ? str(", ",
                                 with_thousands(figures.asking),
                                 " waiting for people or messages (hal9 answer)")
                           : std::string(),
        figures.paused ? ", its network is paused" : ""
    );
}

/// `  facts  33,000 of 33,170  2 failed`
std::string neuron_line(const json::object& neuron, const Look& look) {
    const std::string text =
        str("  ",
            printable(neuron.at("neuron").as_string()),
            "  ",
            with_thousands(number(neuron, "done")),
            " of ",
            with_thousands(number(neuron, "known")));
    const std::uint64_t failed = number(neuron, "failed");
    if (failed == 0) {
        return clipped(text, look.columns);
    }
    std::string line = clipped(str(text, "  ", with_thousands(failed), " failed"), look.columns);
    if (!look.colours || !line.starts_with(text)) {
        return line;
    }
    return str(text, red, std::string_view(line).substr(text.size()), plain);
}

/// As many of the neurons as there is room for, in their order; those at work before the others.
std::vector<const json::object*> chosen(const json::array& neurons, std::size_t room) {
    std::vector<const json::object*> out;
    for (const bool at_work : {true, false}) {
        for (const json::value& value : neurons) {
            const json::object& neuron = value.as_object();
            const bool works = number(neuron, "done") < number(neuron, "known");
            if (works == at_work && out.size() < room) {
                out.push_back(&neuron);
            }
        }
    }
    std::ranges::sort(out);  // they stand in one array
    return out;
}

/// What a line takes on the terminal: colours take nothing.
std::size_t shown_width(std::string_view line) {
    std::size_t width = 0;
    while (true) {
        const std::size_t escape = line.find('\x1b');
        width += width_of(line.substr(0, escape));
        if (escape == std::string_view::npos) {
            return width;
        }
        line.remove_prefix(std::min(line.find('m', escape), line.size() - 1) + 1);
    }
}

/// Of the terminal on stderr at this moment.
Look look_of_terminal(bool colours) {
    Look look{.colours = colours};
    winsize size{};
    if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0) {
        look.rows = size.ws_row;
        look.columns = size.ws_col;
    }
    return look;
}

}  // namespace

std::string ProgressText::block(
    const json::object& progress,
    std::chrono::duration<double> elapsed,
    std::uint64_t done_before,
    Look look
) {
    const json::array& neurons = progress.at("neurons").as_array();
    const std::string first =
        clipped(summary(figures_of(progress, elapsed, done_before), elapsed), look.columns);
    std::string out = look.colours ? str(bold, first, plain, "\n") : first + "\n";
    const std::size_t room = look.rows > 3 ? look.rows - 3 : 0;  // two stay free, one is taken
    if (neurons.size() <= room) {
        for (const json::value& neuron : neurons) {
            out += neuron_line(neuron.as_object(), look) + "\n";
        }
    } else if (room > 0) {
        for (const json::object* const neuron : chosen(neurons, room - 1)) {
            out += neuron_line(*neuron, look) + "\n";
        }
        const std::string more = str("  … ", with_thousands(neurons.size() - room + 1), " more");
        out += clipped(more, look.columns) + "\n";
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

// What is erased from the top left corner on is kept by some terminals as history: each line is
// erased by itself, and what is below them from there.

std::string TerminalBlock::draw(std::string_view lines, std::size_t columns) {
    std::string out = to_its_start(columns);
    widths_.clear();
    for (std::size_t end = lines.find('\n'); end != std::string_view::npos;
         end = lines.find('\n')) {
        out += str(erase_line, lines.substr(0, end + 1));
        widths_.push_back(shown_width(lines.substr(0, end)));
        lines.remove_prefix(end + 1);
    }
    out += erase_below;
    return out;
}

std::string TerminalBlock::erase(std::size_t columns) {
    std::string out = to_its_start(columns);
    if (!out.empty()) {
        out += str(erase_line, "\n", erase_below, "\x1b[1A");
    }
    widths_.clear();
    return out;
}

std::string TerminalBlock::to_its_start(std::size_t columns) const {
    std::size_t rows = 0;
    for (const std::size_t width : widths_) {
        rows += width == 0 ? 1 : (width + columns - 1) / columns;
    }
    // The terminal may have echoed a ^C: the cursor is not always in the first column.
    return rows == 0 ? "" : str("\r\x1b[", rows, "A");
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
        const Look look = look_of_terminal(colours_);
        const std::string lines = ProgressText::block(progress, now - began_, done_before_, look);
        std::fputs(block_.draw(lines, look.columns).c_str(), stderr);
    }
}

void ProgressView::finish() {
    if (mode_ == Mode::terminal) {
        std::fputs(block_.erase(look_of_terminal(colours_).columns).c_str(), stderr);
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
