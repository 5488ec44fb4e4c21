#include "hal9/definition/detail/text_checks.hpp"

#include "hal9/base/text.hpp"

#include <algorithm>
#include <cstddef>

namespace hal9::definition::detail {
namespace {

/// Calls visit(line, number) for each line, without its end; UTF-8 never has '\n' inside a
/// character.
template <class Visit>
void for_each_line(std::string_view text, Visit&& visit) {
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        if (!visit(text.substr(0, end), number)) {
            return;
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

/// The first byte of a line that begins no character.
std::size_t invalid_byte(std::string_view line) {
    std::size_t at = 0;
    while (at < line.size()) {
        std::size_t length = 1;
        while (length <= 4 && !is_utf8(line.substr(at, length))) {
            ++length;
        }
        if (length > 4) {
            break;
        }
        at += length;
    }
    return at;
}

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t' && c != '\r' && c != '\n') || byte == 0x7F;
}

/// `key: |`, `- >-`, perhaps with a comment: the lines below, as far as they are indented, are
/// text.
bool opens_block_scalar(std::string_view line) {
    if (const std::size_t comment = line.find(" #"); comment != std::string_view::npos) {
        line = line.substr(0, comment);
    }
    line = line.substr(0, line.find_last_not_of(" \t\r") + 1);
    const std::size_t header = line.find_last_not_of("+-123456789");
    return header != std::string_view::npos && (line[header] == '|' || line[header] == '>') &&
           (header == 0 || line[header - 1] == ' ');
}

}  // namespace

void check_bytes(std::string_view text, const Limits& limits, Faults& faults) {
    if (text.size() > limits.definition_bytes_max) {
        faults.add(
            {},
            str("the definition has ",
                with_thousands(text.size()),
                " bytes; allowed: ",
                format_size(limits.definition_bytes_max),
                " (definition_bytes_max)")
        );
        return;
    }
    for_each_line(text, [&](std::string_view line, std::size_t number) {
        if (!is_utf8(line)) {
            faults.add(
                {.line = number, .column = invalid_byte(line) + 1},
                "not UTF-8: this byte begins no character; save the file as UTF-8"
            );
            return false;
        }
        if (const auto control = std::ranges::find_if(line, is_control); control != line.end()) {
            faults.add(
                {.line = number, .column = static_cast<std::size_t>(control - line.begin()) + 1},
                "a control character; allowed in text: none, write \"\\u0001\" in double quotes"
            );
            return false;
        }
        return true;
    });
}

void check_tabs(std::string_view text, Faults& faults) {
    bool in_block = false;
    std::size_t block_indent = 0;  // of the line that opened it
    for_each_line(text, [&](std::string_view line, std::size_t number) {
        const std::size_t spaces = std::min(line.find_first_not_of(' '), line.size());
        const bool blank = line.find_first_not_of(" \t\r") == std::string_view::npos;
        if (blank || (in_block && spaces > block_indent)) {
            return !faults.full();
        }
        in_block = false;
        if (line[spaces] == '\t') {
            faults.add(
                {.line = number, .column = spaces + 1},
                "a tab in the indentation; indent with spaces"
            );
        }
        if (opens_block_scalar(line)) {
            in_block = true;
            block_indent = spaces;
        }
        return !faults.full();
    });
}

}  // namespace hal9::definition::detail
