#include "hal9/definition/detail/json_reader.hpp"

#include "hal9/base/text.hpp"
#include "hal9/definition/detail/fields.hpp"
#include "hal9/definition/detail/scalar.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>
#include <vector>

namespace hal9::definition::detail {
namespace {

void append_utf8(std::string& out, std::uint32_t point) {
    const auto byte = [&out](std::uint32_t bits) { out += static_cast<char>(bits); };
    if (point < 0x80) {
        byte(point);
    } else if (point < 0x800) {
        byte(0xC0U | (point >> 6U));
        byte(0x80U | (point & 0x3FU));
    } else if (point < 0x10000) {
        byte(0xE0U | (point >> 12U));
        byte(0x80U | ((point >> 6U) & 0x3FU));
        byte(0x80U | (point & 0x3FU));
    } else {
        byte(0xF0U | (point >> 18U));
        byte(0x80U | ((point >> 12U) & 0x3FU));
        byte(0x80U | ((point >> 6U) & 0x3FU));
        byte(0x80U | (point & 0x3FU));
    }
}

class JsonReader {
public:
    JsonReader(std::string_view text, const Limits& limits, Faults& faults)
        : text_(text), depth_max_(limits.definition_depth_max), faults_(&faults) {}

    JsonText read() {
        JsonText out;
        blanks();
        out.well_formed = value(out.root, 0);
        blanks();
        if (out.well_formed && at_ != text_.size()) {
            out.well_formed = wrong("something after the end of the object");
        }
        out.fault = std::move(fault_);
        return out;
    }

private:
    [[nodiscard]] Place place() const { return {.line = line_, .column = at_ - line_start_ + 1}; }

    bool wrong(std::string_view what) {
        fault_ = {
            .line = place().line,
            .column = place().column,
            .message = str("not JSON: ", what)
        };
        return false;
    }

    [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    bool accept(char c) {
        if (peek() != c || at_ == text_.size()) {
            return false;
        }
        ++at_;
        return true;
    }

    void blanks() {
        for (; at_ < text_.size(); ++at_) {
            if (text_[at_] == '\n') {
                ++line_;
                line_start_ = at_ + 1;
            } else if (text_[at_] != ' ' && text_[at_] != '\t' && text_[at_] != '\r') {
                return;
            }
        }
    }

    bool value(TreeNode& out, std::size_t depth) {  // NOLINT(misc-no-recursion): depth is bounded
        out.place = place();
        switch (peek()) {
            case '{':
            case '[':
                if (depth >= depth_max_) {
                    return wrong(str("nested deeper than ", depth_max_, " levels"));
                }
                return peek() == '{' ? object(out, depth + 1) : list(out, depth + 1);
            case '"': {
                std::string text;
                if (!string(text)) {
                    return false;
                }
                out.scalar = json::value(text);
                return true;
            }
            default:
                return word(out);
        }
    }

    bool object(TreeNode& out, std::size_t depth) {  // NOLINT(misc-no-recursion)
        out.kind = TreeNode::Kind::object;
        ++at_;
        blanks();
        if (accept('}')) {
            return true;
        }
        do {
            blanks();
            TreeNode::Member& member = out.members.emplace_back();
            member.place = place();
            if (peek() != '"') {
                return wrong("a name in double quotes must stand here");
            }
            if (!string(member.name)) {
                return false;
            }
            blanks();
            if (!accept(':')) {
                return wrong("`:` must follow the name");
            }
            blanks();
            if (!value(member.node, depth)) {
                return false;
            }
            blanks();
        } while (accept(','));
        drop_doubled_names(out, *faults_);
        return accept('}') || wrong("`,` or `}` must follow");
    }

    bool list(TreeNode& out, std::size_t depth) {  // NOLINT(misc-no-recursion)
        out.kind = TreeNode::Kind::list;
        ++at_;
        blanks();
        if (accept(']')) {
            return true;
        }
        do {
            blanks();
            if (!value(out.elements.emplace_back(), depth)) {
                return false;
            }
            blanks();
        } while (accept(','));
        return accept(']') || wrong("`,` or `]` must follow");
    }

    bool word(TreeNode& out) {
        const std::string_view rest = text_.substr(at_);
        const std::string_view word = rest.substr(0, rest.find_first_of(" \t\r\n,]}"));
        if (word == "true" || word == "false" || word == "null" || is_number(word)) {
            auto scalar = read_plain_scalar(word);
            if (!scalar) {
                faults_->add(place(), scalar.error().message);
            } else {
                out.scalar = *std::move(scalar);
            }
            at_ += word.size();
            return true;
        }
        return wrong("a value must stand here");
    }

    /// -? (0 | [1-9][0-9]*) and what read_plain_scalar takes behind it, but for a bare point.
    static bool is_number(std::string_view word) {
        std::string_view digits = word.substr(word.starts_with('-') ? 1 : 0);
        if (digits.empty() || digits.front() < '0' || digits.front() > '9') {
            return false;
        }
        if (digits.size() > 1 && digits.front() == '0' &&
            std::string_view(".eE").find(digits[1]) == std::string_view::npos) {
            return false;
        }
        const std::size_t point = digits.find('.');
        if (point != std::string_view::npos &&
            (point + 1 == digits.size() || digits[point + 1] < '0' || digits[point + 1] > '9')) {
            return false;
        }
        const auto scalar = read_plain_scalar(word);
        return !scalar || scalar->is_number();
    }

    bool string(std::string& out) {
        ++at_;
        while (at_ < text_.size()) {
            const std::size_t end = text_.find_first_of("\"\\\n", at_);
            if (end == std::string_view::npos || text_[end] == '\n') {
                break;
            }
            out += text_.substr(at_, end - at_);
            at_ = end + 1;
            if (text_[end] == '"') {
                return true;
            }
            if (!escape(out)) {
                return false;
            }
        }
        return wrong("a string that does not end on its line");
    }

    bool escape(std::string& out) {
        static constexpr std::string_view names = "\"\\/bfnrt";
        static constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
        const char c = peek();
        if (const std::size_t known = names.find(c); known != std::string_view::npos) {
            ++at_;
            out += meanings[known];
            return true;
        }
        std::uint32_t point = 0;
        if (c != 'u' || !unit(point)) {
            return wrong("an unknown escape in a string");
        }
        if (point >= 0xD800 && point <= 0xDFFF) {
            std::uint32_t low = 0;
            if (point > 0xDBFF || !accept('\\') || peek() != 'u' || !unit(low) || low < 0xDC00 ||
                low > 0xDFFF) {
                return wrong("half of a surrogate pair in a string");
            }
            point = 0x10000 + ((point - 0xD800) << 10U) + (low - 0xDC00);
        }
        append_utf8(out, point);
        return true;
    }

    /// The four hexadecimal digits behind `u`.
    bool unit(std::uint32_t& point) {
        const std::string_view digits = text_.substr(std::min(at_ + 1, text_.size()), 4);
        const auto [end, status] =
            std::from_chars(digits.data(), digits.data() + digits.size(), point, 16);
        if (digits.size() != 4 || status != std::errc{} || end != digits.data() + 4) {
            return false;
        }
        at_ += 5;
        return true;
    }

    std::string_view text_;
    std::size_t depth_max_;
    Faults* faults_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
    std::size_t line_start_ = 0;
    Fault fault_;
};

}  // namespace

JsonText read_json(std::string_view text, const Limits& limits, Faults& faults) {
    return JsonReader(text, limits, faults).read();
}

void drop_doubled_names(TreeNode& object, Faults& faults) {
    std::vector<std::size_t> order(object.members.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        order[i] = i;
    }
    std::ranges::sort(order, {}, [&](std::size_t i) {
        return std::tuple(std::string_view(object.members[i].name), i);
    });
    std::vector<bool> doubled(order.size());
    bool any = false;
    for (std::size_t i = 1, first = 0; i < order.size(); ++i) {
        const TreeNode::Member& member = object.members[order[i]];
        const TreeNode::Member& earlier = object.members[order[first]];
        if (member.name != earlier.name) {
            first = i;
            continue;
        }
        any = doubled[order[i]] = true;
        faults.add(
            member.place,
            str("the key ",
                quoted(member.name),
                " stands twice, first on line ",
                earlier.place.line,
                "; keep one of them")
        );
    }
    if (any) {
        std::vector<TreeNode::Member> kept;
        for (std::size_t i = 0; i < order.size(); ++i) {
            if (!doubled[i]) {
                kept.push_back(std::move(object.members[i]));
            }
        }
        object.members = std::move(kept);
    }
}

}  // namespace hal9::definition::detail
