#include "hal9/app/case_update.hpp"

#include "hal9/base/text.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace hal9::app {
namespace {

using definition::pointer_to;
using definition::TextPlace;

constexpr std::size_t columns_max = 100;
constexpr std::size_t indent_step = 2;

/// Whether YAML 1.1 and 1.2 both read it as the string it is, also within brackets.
bool is_plain(std::string_view text) {
    static constexpr std::array<std::string_view, 9>
        others{"y", "n", "yes", "no", "on", "off", "true", "false", "null"};
    const auto is_letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    };
    const auto is_inner = [is_letter](char c) {
        return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == ' ';
    };
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return !text.empty() && is_letter(text.front()) && text.back() != ' ' &&
           std::ranges::all_of(text, is_inner) && std::ranges::find(others, lower) == others.end();
}

std::string yaml_text(std::string_view text) {
    return is_plain(text) ? std::string(text) : json::serialize(json::string(text));
}

/// On one line.
std::string flow(const json::value& value) {  // NOLINT(misc-no-recursion): as deep as a payload
    std::string out;
    if (const json::object* const object = value.if_object()) {
        for (const auto& [name, member] : *object) {
            out += str(out.empty() ? "" : ", ", yaml_text(name), ": ", flow(member));
        }
        return str('{', out, '}');
    }
    if (const json::array* const array = value.if_array()) {
        for (const json::value& element : *array) {
            out += str(out.empty() ? "" : ", ", flow(element));
        }
        return str('[', out, ']');
    }
    if (const json::string* const text = value.if_string()) {
        return yaml_text(*text);
    }
    return value.is_double() ? canonical_json(value) : json::serialize(value);
}

/// Behind `NAME:` or `-` that ends at `used`, the members of it at `indent`.
std::string block(  // NOLINT(misc-no-recursion)
    const json::value& value,
    std::size_t used,
    std::size_t indent,
    bool in_list
) {
    const bool is_open = (value.is_object() && !value.get_object().empty()) ||
                         (value.is_array() && !value.get_array().empty());
    const std::string line = flow(value);
    if (!is_open || used + 1 + line.size() <= columns_max) {
        return str(' ', line, '\n');
    }
    const std::string margin(indent, ' ');
    std::string out = in_list ? "" : "\n";
    bool first = in_list;
    const auto begin_line = [&](std::string_view head) {
        // The first of a list's element stands behind its dash.
        out += first ? str(' ', head) : str(margin, head);
        first = false;
    };
    if (const json::object* const object = value.if_object()) {
        for (const auto& [name, member] : *object) {
            const std::string head = yaml_text(name) + ":";
            begin_line(head);
            out += block(member, indent + head.size(), indent + indent_step, false);
        }
    } else {
        for (const json::value& element : value.get_array()) {
            begin_line("-");
            out += block(element, indent + 1, indent + indent_step, true);
        }
    }
    return out;
}

/// One line a member, as people write JSON files.
std::string
pretty_json(const json::value& value, std::size_t indent) {  // NOLINT(misc-no-recursion)
    std::string line = json::serialize(value);
    const bool is_open = value.is_object() || value.is_array();
    if (!is_open || indent + line.size() <= columns_max) {
        return line;
    }
    const std::string margin(indent + indent_step, ' ');
    std::string out;
    if (const json::object* const object = value.if_object()) {
        for (const auto& [name, member] : *object) {
            const std::string head = json::serialize(json::string(name)) + ": ";
            const std::string below = pretty_json(member, indent + indent_step);
            out += str(out.empty() ? "" : ",", '\n', margin, head, below);
        }
    } else {
        for (const json::value& element : value.get_array()) {
            const std::string below = pretty_json(element, indent + indent_step);
            out += str(out.empty() ? "" : ",", '\n', margin, below);
        }
    }
    const std::string_view brackets = value.is_object() ? "{}" : "[]";
    return str(brackets[0], out, '\n', std::string(indent, ' '), brackets[1]);
}

/// Where the bytes of a text's line begin; its size where it has fewer lines.
std::size_t offset_of_line(std::string_view text, std::size_t line) {
    std::size_t at = 0;
    for (; line > 1 && at != std::string_view::npos; --line) {
        at = text.find('\n', at);
        at = at == std::string_view::npos ? at : at + 1;
    }
    return std::min(at, text.size());
}

std::size_t offset_of(std::string_view text, TextPlace place) {
    return std::min(offset_of_line(text, place.line) + place.column - 1, text.size());
}

/// The end of the JSON value that begins here.
std::size_t end_of_json(std::string_view text, std::size_t at) {
    std::size_t depth = 0;
    bool in_string = false;
    for (; at < text.size(); ++at) {
        const char c = text[at];
        if (in_string) {
            at += c == '\\' ? 1 : 0;
            in_string = c != '"';
            if (!in_string && depth == 0) {
                return at + 1;
            }
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            ++depth;
        } else if (c == '}' || c == ']') {
            if (depth == 0) {
                return at;  // of what holds a number
            }
            if (--depth == 0) {
                return at + 1;
            }
        } else if (depth == 0 && (c == ',' || c == '\n' || c == ' ')) {
            return at;
        }
    }
    return text.size();
}

struct Range {
    std::size_t begin;
    std::size_t end;
};

std::size_t indent_of(std::string_view line) {
    return std::min(line.find_first_not_of(' '), line.size());
}

bool is_blank(std::string_view line) {
    return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

/// A `#` that does not follow a word.
bool may_hold_comment(std::string_view text) {
    for (std::size_t at = text.find('#'); at != std::string_view::npos;
         at = text.find('#', at + 1)) {
        if (at == 0 || text[at - 1] == ' ' || text[at - 1] == '\n') {
            return true;
        }
    }
    return false;
}

/// The lines from `at` on that are further in than `column`; blank ones and comments at their end
/// belong to what follows.
std::size_t end_of_block(std::string_view text, std::size_t at, std::size_t column) {
    std::size_t end = at;
    while (at < text.size()) {
        const std::size_t next = std::min(text.find('\n', at), text.size() - 1) + 1;
        const std::string_view line = text.substr(at, next - at - (text[next - 1] == '\n' ? 1 : 0));
        const std::size_t indent = indent_of(line);
        const bool is_dash = line.substr(indent, 1) == "-" && indent == column;
        if (!is_blank(line) && line[indent] != '#') {
            if (indent <= column && !is_dash) {
                break;
            }
            end = next;
        }
        at = next;
    }
    return end;
}

class Updater {
public:
    explicit Updater(const CaseFile& file) : file_(file), text_(file.text) {
        const std::size_t first = text_.find_first_not_of(" \t\r\n");
        is_json_ = first != std::string::npos && text_[first] == '{';
    }

    /// From the last in the text to the first, so that places of the others stay as they are.
    Result<std::string> update(std::vector<NewResult> results) {
        std::ranges::sort(results, std::ranges::greater{}, [this](const NewResult& each) {
            return file_.document.name_place(pointer_to(each.pointer, "result"));
        });
        for (const NewResult& each : results) {
            HAL9_TRY_VOID(replace(each));
        }
        return text_;
    }

private:
    Result<void> replace(const NewResult& each) {
        const std::string pointer = pointer_to(each.pointer, "result");
        const json::value* const one = find(each.pointer);
        if (!one->as_object().contains("result")) {
            return append(each);
        }
        const TextPlace name = file_.document.name_place(pointer);
        if (is_json_) {
            const std::size_t begin = offset_of(text_, file_.document.place(pointer));
            const std::size_t line = offset_of_line(text_, name.line);
            const std::size_t indent = indent_of(std::string_view(text_).substr(line));
            text_.replace(
                begin,
                end_of_json(text_, begin) - begin,
                pretty_json(each.result, indent)
            );
            return {};
        }
        const std::size_t begin = offset_of(text_, name);
        const std::size_t line = offset_of_line(text_, name.line);
        constexpr std::string_view head = "result:";
        if (text_.compare(begin, head.size(), head) != 0 ||
            indent_of(std::string_view(text_).substr(line)) != begin - line) {
            return in_the_way(name, "`result` does not stand on a line of its own");
        }
        const std::size_t next = std::min(text_.find('\n', begin), text_.size() - 1) + 1;
        const Range old{begin + head.size(), end_of_block(text_, next, begin - line)};
        if (may_hold_comment(std::string_view(text_).substr(old.begin, old.end - old.begin))) {
            return in_the_way(name, "a comment, or what looks like one, stands in the old result");
        }
        text_.replace(old.begin, old.end - old.begin, yaml_value(each.result, begin - line));
        return {};
    }

    Result<void> append(const NewResult& each) {
        if (is_json_ || !each.pointer.empty()) {
            return in_the_way(
                file_.document.name_place(each.pointer),
                "the case has no `result`; write `result: null` where it belongs"
            );
        }
        text_ += text_.empty() || text_.ends_with('\n') ? "" : "\n";
        text_ += str("result:", yaml_value(each.result, 0));
        return {};
    }

    [[nodiscard]] std::unexpected<Error> in_the_way(TextPlace place, std::string_view what) const {
        return fail(
            ErrorCode::conflict,
            str(file_.path,
                ':',
                place.line,
                ':',
                place.column,
                ": ",
                what,
                "; change this result by hand")
        );
    }

    [[nodiscard]] const json::value* find(const std::string& pointer) const {
        boost::system::error_code wrong;
        return file_.document.value().find_pointer(pointer, wrong);
    }

    const CaseFile& file_;
    std::string text_;
    bool is_json_ = false;
};

}  // namespace

std::string yaml_value(const json::value& value, std::size_t column) {
    constexpr std::string_view head = "result:";
    return block(value, column + head.size(), column + indent_step, false);
}

Result<std::string>
update_results(const CaseFile& file, const std::vector<NewResult>& results, const Limits& limits) {
    HAL9_TRY(std::string text, Updater(file).update(results));
    json::value expected = file.document.value();
    for (const NewResult& each : results) {
        boost::system::error_code wrong;
        expected.find_pointer(each.pointer, wrong)->as_object()["result"] = each.result;
    }
    const auto document = definition::PlacedDocument::read(text, limits);
    if (!document || canonical_json(document->value()) != canonical_json(expected)) {
        return fail(
            ErrorCode::conflict,
            str(file.path, ": its results cannot be replaced without changing more; do it by hand")
        );
    }
    return text;
}

}  // namespace hal9::app
