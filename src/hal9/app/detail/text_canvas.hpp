// TextCanvas: characters on a grid, and lines made of box-drawing ones.
//
// A line belongs to a number, its net: lines of one net that meet are joined, those of two nets
// that cross are not, the upright one passing over the other. Whatever is written on top of a line
// replaces it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hal9::app::detail {

enum class LineStyle : std::uint8_t { plain, twofold, dashed };

struct Point {
    int x = 0;
    int y = 0;
};

class TextCanvas {
public:
    /// From the point to another of the same row, both included.
    void across(Point from, int to_x, std::size_t net, LineStyle style);
    /// The same within a column. Comes after everything that goes across.
    void down(Point from, int to_y, std::size_t net, LineStyle style);
    /// ASCII, or characters that are one column wide.
    void write(Point at, std::string_view text);

    /// Lines without blanks at their ends, each with a line end.
    [[nodiscard]] std::string text() const;

private:
    struct Cell {
        std::string written;
        std::uint8_t ways = 0;  ///< bits of up, down, right, left
        std::size_t net = 0;
        LineStyle style = LineStyle::plain;
    };

    Cell& cell(Point at);
    [[nodiscard]] static std::string_view shown(const Cell& cell);

    std::vector<std::vector<Cell>> rows_;
};

}  // namespace hal9::app::detail
