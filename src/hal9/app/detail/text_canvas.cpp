#include "hal9/app/detail/text_canvas.hpp"

#include <algorithm>
#include <array>

namespace hal9::app::detail {
namespace {

constexpr std::uint8_t up = 1;
constexpr std::uint8_t below = 2;
constexpr std::uint8_t right = 4;
constexpr std::uint8_t left = 8;

/// By ways: what a line with these ends looks like.
using Shapes = std::array<std::string_view, 16>;

constexpr Shapes
    plain_shapes{" ", "│", "│", "│", "─", "└", "┌", "├", "─", "┘", "┐", "┤", "─", "┴", "┬", "┼"};
constexpr Shapes
    twofold_shapes{" ", "║", "║", "║", "═", "╚", "╔", "╠", "═", "╝", "╗", "╣", "═", "╩", "╦", "╬"};
constexpr Shapes
    dashed_shapes{" ", "╎", "╎", "╎", "╌", "└", "┌", "├", "╌", "┘", "┐", "┤", "╌", "┴", "┬", "┼"};

const Shapes& shapes_of(LineStyle style) {
    switch (style) {
        case LineStyle::twofold:
            return twofold_shapes;
        case LineStyle::dashed:
            return dashed_shapes;
        default:
            return plain_shapes;
    }
}

}  // namespace

TextCanvas::Cell& TextCanvas::cell(Point at) {
    const auto y = static_cast<std::size_t>(at.y);
    const auto x = static_cast<std::size_t>(at.x);
    if (rows_.size() <= y) {
        rows_.resize(y + 1);
    }
    if (rows_[y].size() <= x) {
        rows_[y].resize(x + 1);
    }
    return rows_[y][x];
}

void TextCanvas::across(Point from, int to_x, std::size_t net, LineStyle style) {
    const auto [first, last] = std::minmax(from.x, to_x);
    for (int x = first; x <= last && first < last; ++x) {
        Cell& here = cell({x, from.y});
        const int ways = (x > first ? left : 0) | (x < last ? right : 0);
        here.ways = static_cast<std::uint8_t>((here.net == net ? here.ways : 0) | ways);
        here.net = net;
        here.style = style;
    }
}

void TextCanvas::down(Point from, int to_y, std::size_t net, LineStyle style) {
    const auto [first, last] = std::minmax(from.y, to_y);
    for (int y = first; y <= last; ++y) {
        Cell& here = cell({from.x, y});
        const int ways = first == last ? up | below : (y > first ? up : 0) | (y < last ? below : 0);
        here.ways = static_cast<std::uint8_t>((here.net == net ? here.ways : 0) | ways);
        here.net = net;
        here.style = style;
    }
}

void TextCanvas::write(Point at, std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++at.x) {
        std::size_t end = i + 1;
        while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
            ++end;
        }
        cell(at).written = text.substr(i, end - i);
        i = end;
    }
}

std::string_view TextCanvas::shown(const Cell& cell) {
    return cell.written.empty() ? shapes_of(cell.style)[cell.ways] : std::string_view(cell.written);
}

std::string TextCanvas::text() const {
    std::string out;
    for (const auto& row : rows_) {
        std::string line;
        for (const Cell& cell : row) {
            line += shown(cell);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out += line + "\n";
    }
    return out;
}

}  // namespace hal9::app::detail
