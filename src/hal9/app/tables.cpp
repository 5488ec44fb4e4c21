#include "hal9/app/tables.hpp"

#include "hal9/base/sha256.hpp"
#include "hal9/base/text.hpp"

#include <algorithm>
#include <optional>
#include <vector>

namespace hal9::app {
namespace {

constexpr std::size_t cell_width_max = 64;

bool is_scalar(const json::value& value) {
    return !value.is_object() && !value.is_array();
}

std::string cell(const json::value& value) {
    if (const json::string* const text = value.if_string()) {
        return printable(*text);
    }
    if (value.is_int64() && value.get_int64() >= 0) {
        return with_thousands(static_cast<std::uint64_t>(value.get_int64()));
    }
    if (value.is_uint64()) {
        return with_thousands(value.get_uint64());
    }
    return value.is_null() ? "-" : printable(readable_json(value));
}

bool begins_character(char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
}

std::string padded(const std::string& text, std::size_t width, bool right) {
    const std::string space(width - std::min(width, width_of(text)), ' ');
    return right ? space + text : text + space;
}

/// A table of objects whose members are scalars, or objects of scalars (their members become
/// columns of their own); nothing where a list has another shape.
class Table {
public:
    static std::optional<Table> of(const json::array& list, std::size_t rows_max) {
        Table table;
        for (const json::value& element : list) {
            if (!element.is_object()) {
                return std::nullopt;
            }
            if (table.rows_.size() == rows_max) {
                break;
            }
            table.rows_.emplace_back(table.columns_.size());
            if (!table.add(element.get_object(), "")) {
                return std::nullopt;
            }
        }
        return table.rows_.empty() ? std::nullopt : std::optional(std::move(table));
    }

    [[nodiscard]] std::string text(std::string_view indent) const {
        std::vector<std::size_t> widths;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            std::size_t width = width_of(columns_[i].name);
            for (const auto& row : rows_) {
                width = std::max(width, i < row.size() ? width_of(row[i]) : 0);
            }
            widths.push_back(width);
        }
        std::string out = line(indent, widths, [&](std::size_t i) { return columns_[i].name; });
        for (const auto& row : rows_) {
            out += line(indent, widths, [&](std::size_t i) {
                return i < row.size() ? row[i] : std::string();
            });
        }
        return out;
    }

private:
    struct Column {
        std::string name;
        bool numbers = true;
    };

    bool add(const json::object& object, const std::string& prefix) {
        for (const auto& member : object) {
            const std::string name = prefix + printable(member.key());
            if (is_scalar(member.value())) {
                set(name, member.value());
            } else if (prefix.empty() && member.value().is_object()) {
                if (!add(member.value().get_object(), name + ".")) {
                    return false;
                }
            } else {
                return false;
            }
        }
        return true;
    }

    void set(const std::string& name, const json::value& value) {
        auto column = std::ranges::find(columns_, name, &Column::name);
        if (column == columns_.end()) {
            column = columns_.insert(columns_.end(), Column{name});
        }
        column->numbers &= value.is_number() || value.is_null();
        auto& row = rows_.back();
        row.resize(std::max(row.size(), columns_.size()));
        row[static_cast<std::size_t>(column - columns_.begin())] =
            clipped(cell(value), cell_width_max);
    }

    template <class Cell>
    [[nodiscard]] std::string line(
        std::string_view indent,
        const std::vector<std::size_t>& widths,
        const Cell& text_of
    ) const {
        std::string out(indent);
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            out += padded(text_of(i), widths[i], columns_[i].numbers);
            out += "  ";
        }
        out.erase(out.find_last_not_of(' ') + 1);
        out += '\n';
        return out;
    }

    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_;
};

std::string rows_text(const json::array& list, std::size_t rows_max, std::string_view indent) {
    if (const auto table = Table::of(list, rows_max)) {
        return table->text(indent);
    }
    std::string out;
    for (std::size_t i = 0; i < std::min(list.size(), rows_max); ++i) {
        out += str(indent, clipped(cell(list[i]), cell_width_max), "\n");
    }
    return out;
}

std::string list_text(std::string_view name, const json::array& list, std::size_t rows_max) {
    std::string out = str(name, " (", with_thousands(list.size()), ")\n");
    out += rows_text(list, rows_max, "  ");
    if (list.size() > rows_max) {
        out += str("  … ", with_thousands(list.size() - rows_max), " more; --json prints all\n");
    }
    return out;
}

constexpr std::string_view margin = "  ";  // of what stands below a name

/// `name  value`, a line for each member that is no list and no object.
std::string scalars_text(const json::object& object, std::string_view indent) {
    std::size_t width = 0;
    for (const auto& member : object) {
        width = std::max(width, is_scalar(member.value()) ? width_of(printable(member.key())) : 0);
    }
    std::string out;
    for (const auto& member : object) {
        if (is_scalar(member.value())) {
            const std::string name = padded(printable(member.key()), width, false);
            out += str(indent, name, "  ", cell(member.value()), "\n");
        }
    }
    return out;
}

/// What lies in other objects has its path for a name: `complaints/answers`.
void add_object(  // NOLINT(misc-no-recursion): as deep as a payload may be
    const json::object& object,
    const std::string& path,
    std::size_t rows_max,
    std::string& out
) {
    const std::string scalars = scalars_text(object, path.empty() ? "" : margin);
    if (!path.empty() && object.empty()) {
        out += str("\n", path, "\n", margin, "{}\n");
    } else if (!path.empty() && !scalars.empty()) {
        out += str("\n", path, "\n");
    }
    out += scalars;
    for (const auto& member : object) {
        const std::string name = str(path, path.empty() ? "" : "/", printable(member.key()));
        if (const json::array* const list = member.value().if_array()) {
            out += str("\n", list_text(name, *list, rows_max));
        } else if (const json::object* const below = member.value().if_object()) {
            add_object(*below, name, rows_max, out);
        }
    }
}

}  // namespace

std::string readable_json(const json::value& value) {  // NOLINT(misc-no-recursion)
    std::string out;
    if (const json::object* const object = value.if_object()) {
        for (const auto& [name, member] : *object) {
            out += str(out.empty() ? "" : ",", json::serialize(json::string(name)), ':');
            out += readable_json(member);
        }
        return str('{', out, '}');
    }
    if (const json::array* const array = value.if_array()) {
        for (const json::value& element : *array) {
            out += str(out.empty() ? "" : ",", readable_json(element));
        }
        return str('[', out, ']');
    }
    return value.is_double() ? canonical_json(value) : json::serialize(value);
}

std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, begins_character));
}

std::string clipped(std::string text, std::size_t width) {
    if (width_of(text) <= width) {
        return text;
    }
    if (width == 0) {
        return {};
    }
    std::size_t end = 0;
    for (std::size_t seen = 0; seen < width; ++end) {
        seen += begins_character(text[end]) ? 1 : 0;
    }
    return text.substr(0, end - 1) + "…";  // the character at end - 1 is one too many
}

std::string
clipped_to_difference(const std::string& text, const std::string& other, std::size_t width) {
    constexpr std::size_t context = 12;  // bytes before the first that differs
    const auto differs = std::ranges::mismatch(text, other).in1;
    auto same = static_cast<std::size_t>(differs - text.begin());
    if (width_of(text) <= width || same <= context) {
        return clipped(text, width);
    }
    same -= context;
    while (same > 0 && !begins_character(text[same])) {
        --same;
    }
    return clipped("…" + text.substr(same), width);
}

std::string printable(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const bool c1 =
            byte == 0xC2U && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0U;
        if (c1) {
            out += "\\x" + to_hex(text.substr(i + 1, 1));
            ++i;
        } else if (byte < 0x20U || byte == 0x7FU) {
            out += byte == '\n' ? std::string("\\n") : "\\x" + to_hex(text.substr(i, 1));
        } else {
            out += text[i];
        }
    }
    return out;
}

std::string printable_lines(std::string_view text) {
    std::string out;
    while (true) {
        const std::size_t end = text.find('\n');
        out += printable(text.substr(0, end));
        if (end == std::string_view::npos) {
            return out;
        }
        out += '\n';
        text.remove_prefix(end + 1);
    }
}

std::string to_table(const json::array& list) {
    return rows_text(list, list.size(), "");
}

std::string to_tables(const json::value& value, std::size_t rows_max) {
    if (const json::array* const list = value.if_array()) {
        return list_text("result", *list, rows_max);
    }
    const json::object* const object = value.if_object();
    if (object == nullptr) {
        return cell(value) + "\n";
    }
    std::string out;
    add_object(*object, "", rows_max, out);
    return out;
}

}  // namespace hal9::app
