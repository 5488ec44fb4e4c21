#include "hal9/definition/detail/plain_yaml.hpp"

#include "hal9/definition/detail/json_reader.hpp"
#include "hal9/definition/detail/scalar.hpp"

#include <cstddef>
#include <string>
#include <utility>

namespace hal9::definition::detail {
namespace {

constexpr std::string_view flow_signs = ",[]{}";
/// Begin something else than a plain scalar; `?` and `:` may begin one, which is left to others.
constexpr std::string_view not_plain = ",[]{}#&*!|>'\"%@`?:";
/// In front of a `:`, and on one line: YAML has a limit of 1,024.
constexpr std::size_t name_bytes_max = 1'000;

/// Of a neuron: room for so many from the first on.
constexpr std::size_t members_usual = 6;

bool is_one_of(char c, std::string_view signs) {
    return signs.find(c) != std::string_view::npos;
}

std::string_view without_blanks_behind(std::string_view text) {
    return text.substr(0, text.find_last_not_of(' ') + 1);
}

/// Every function returns false where the text is not plain. Columns count from 0.
class Reader {
public:
    Reader(std::string_view text, const Limits& limits)
        : text_(text), depth_max_(limits.definition_depth_max) {}

    std::optional<TreeNode> read() {
        TreeNode root;
        if (text_.find_first_of("\t\r") != std::string_view::npos || !to_content() ||
            column() != 0 || !block({.out = root, .depth = 0}) || !root.is_object() || !at_end()) {
            return std::nullopt;
        }
        return root;
    }

private:
    /// Where a value goes.
    struct Slot {
        TreeNode& out;
        std::size_t depth;           ///< containers around it
        std::ptrdiff_t indent = -1;  ///< what stands further to the right goes on with it
    };

    struct Scalar {
        Place place;
        json::value value;
        std::size_t bytes = 0;
    };

    // ---- the text

    [[nodiscard]] bool at_end() const { return at_ == text_.size(); }

    /// '\n' at the end of the text, too.
    [[nodiscard]] char peek(std::size_t ahead = 0) const {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\n';
    }

    [[nodiscard]] std::size_t column() const { return at_ - line_start_; }

    [[nodiscard]] std::ptrdiff_t signed_column() const {
        return static_cast<std::ptrdiff_t>(column());
    }

    [[nodiscard]] Place place() const { return {.line = line_, .column = column() + 1}; }

    [[nodiscard]] bool blank_follows(std::size_t ahead) const {
        return peek(ahead) == ' ' || peek(ahead) == '\n';
    }

    void skip_blanks() {
        while (peek() == ' ') {
            ++at_;
        }
    }

    /// To the next thing that is neither blank nor comment. False at the end of the text.
    bool to_content() {
        while (!at_end()) {
            skip_blanks();
            if (peek() == '#') {
                at_ = std::min(text_.find('\n', at_), text_.size());
            }
            if (at_end()) {
                break;
            }
            if (peek() != '\n') {
                return true;
            }
            ++at_;
            ++line_;
            line_start_ = at_;
        }
        return false;
    }

    /// Nothing but blanks and a comment stands behind a value on its line, and the next line does
    /// not go on with it.
    bool end_value(std::ptrdiff_t indent) {
        const bool blank = peek() == ' ';
        skip_blanks();
        if (peek() != '\n' && (peek() != '#' || !blank)) {
            return false;
        }
        return !to_content() || signed_column() <= indent;
    }

    [[nodiscard]] bool at_dash() const { return peek() == '-' && blank_follows(1); }

    /// `---` and `...` where they would end the document.
    [[nodiscard]] bool at_mark() const {
        const std::string_view rest = text_.substr(at_, 3);
        return column() == 0 && (rest == "---" || rest == "...");
    }

    // ---- blocks

    bool block(const Slot& slot) {  // NOLINT(misc-no-recursion): depth is bounded
        if (at_mark()) {
            return false;
        }
        if (at_dash()) {
            return list(slot, column());
        }
        const std::size_t start = column();
        if (is_one_of(peek(), "[{")) {
            return flow(slot) && end_value(slot.indent);
        }
        Scalar scalar;
        if (!read_scalar(scalar)) {
            return false;
        }
        if (peek() == ':') {
            return map(slot, start, std::move(scalar));
        }
        take(std::move(scalar), slot.out);
        return end_value(slot.indent);
    }

    static void take(Scalar scalar, TreeNode& out) {
        out.place = scalar.place;
        out.scalar = std::move(scalar.value);
    }

    bool open(const Slot& slot, TreeNode::Kind kind, Place place) const {
        slot.out.kind = kind;
        slot.out.place = place;
        return slot.depth < depth_max_;
    }

    /// The cursor stands at the `:` behind the first name.
    bool map(const Slot& slot, std::size_t start, Scalar name) {  // NOLINT(misc-no-recursion)
        if (!open(slot, TreeNode::Kind::object, name.place)) {
            return false;
        }
        const auto indent = static_cast<std::ptrdiff_t>(start);
        while (true) {
            TreeNode* value = add_member(slot.out, std::move(name));
            if (value == nullptr || !member_value({*value, slot.depth + 1, indent}, start)) {
                return false;
            }
            if (at_end() || column() < start) {
                return has_single_names(slot.out);
            }
            if (column() > start || at_dash() || at_mark() || !read_scalar(name) || peek() != ':') {
                return false;
            }
        }
    }

    /// Behind the `:` of a name that stands at this column.
    bool member_value(const Slot& slot, std::size_t start) {  // NOLINT(misc-no-recursion)
        ++at_;
        skip_blanks();
        if (peek() == '\n' || peek() == '#') {
            if (!to_content() || column() < start || (column() == start && !at_dash())) {
                return false;
            }
            return column() == start ? list(slot, start) : block(slot);
        }
        if (is_one_of(peek(), "[{")) {
            return flow(slot) && end_value(slot.indent);
        }
        Scalar scalar;
        if (at_dash() || !read_scalar(scalar) || peek() == ':') {
            return false;
        }
        take(std::move(scalar), slot.out);
        return end_value(slot.indent);
    }

    bool list(const Slot& slot, std::size_t start) {  // NOLINT(misc-no-recursion)
        if (!open(slot, TreeNode::Kind::list, place())) {
            return false;
        }
        const auto indent = static_cast<std::ptrdiff_t>(start);
        while (true) {
            ++at_;
            skip_blanks();
            if (peek() == '\n' || peek() == '#' ||
                !block({slot.out.elements.emplace_back(), slot.depth + 1, indent})) {
                return false;
            }
            if (at_end() || column() < start) {
                return true;
            }
            if (column() > start) {
                return false;
            }
            if (!at_dash()) {
                return true;
            }
        }
    }

    static TreeNode* add_member(TreeNode& object, Scalar name) {
        const json::string* text = name.value.if_string();
        if (text == nullptr || *text == "<<" || name.bytes > name_bytes_max) {
            return nullptr;
        }
        if (object.members.empty()) {
            object.members.reserve(members_usual);
        }
        TreeNode::Member& member = object.members.emplace_back();
        member.name = *text;
        member.place = name.place;
        return &member.node;
    }

    static bool has_single_names(TreeNode& object) {
        Faults faults;
        drop_doubled_names(object, faults);
        return faults.empty();
    }

    // ---- flow

    /// The cursor stands at `[` or `{`.
    bool flow(const Slot& slot) {  // NOLINT(misc-no-recursion): depth is bounded
        const bool object = peek() == '{';
        if (!open(slot, object ? TreeNode::Kind::object : TreeNode::Kind::list, place())) {
            return false;
        }
        const char end = object ? '}' : ']';
        ++at_;
        skip_blanks();
        if (peek() == end) {
            ++at_;
            return true;
        }
        while (object ? flow_member(slot)
                      : flow_value({slot.out.elements.emplace_back(), slot.depth + 1})) {
            skip_blanks();
            if (peek() == end) {
                ++at_;
                return !object || has_single_names(slot.out);
            }
            if (peek() != ',') {
                return false;
            }
            ++at_;
            skip_blanks();
        }
        return false;
    }

    bool flow_member(const Slot& slot) {  // NOLINT(misc-no-recursion)
        Scalar name;
        if (!read_scalar(name, true) || peek() != ':') {
            return false;
        }
        ++at_;
        skip_blanks();
        TreeNode* value = add_member(slot.out, std::move(name));
        return value != nullptr && flow_value({*value, slot.depth + 1});
    }

    bool flow_value(const Slot& slot) {  // NOLINT(misc-no-recursion)
        if (is_one_of(peek(), "[{")) {
            return flow(slot);
        }
        Scalar scalar;
        if (!read_scalar(scalar, true) || peek() == ':') {
            return false;
        }
        take(std::move(scalar), slot.out);
        return true;
    }

    // ---- scalars

    /// Afterwards the cursor stands behind it; at a `:` that ends a name a blank follows.
    bool read_scalar(Scalar& out, bool in_flow = false) {
        out.place = place();
        const std::size_t from = at_;
        const bool read = peek() == '\''  ? single_quoted(out)
                          : peek() == '"' ? double_quoted(out)
                                          : plain(out, in_flow);
        out.bytes = at_ - from;
        return read && (peek() != ':' || blank_follows(1));
    }

    bool plain(Scalar& out, bool in_flow) {
        if (is_one_of(peek(), not_plain) || peek() == '\n' ||
            (peek() == '-' && (blank_follows(1) || is_one_of(peek(1), flow_signs)))) {
            return false;
        }
        const std::size_t from = at_;
        if (!(in_flow ? to_end_in_flow() : to_end_in_block())) {
            return false;
        }
        const std::string_view text = without_blanks_behind(text_.substr(from, at_ - from));
        if (peek() == ':' && text.size() != at_ - from) {
            return false;
        }
        auto value = read_plain_scalar(text);
        if (!value) {
            return false;
        }
        out.value = *std::move(value);
        return true;
    }

    bool to_end_in_block() {
        for (; !at_end(); ++at_) {
            const char c = text_[at_];
            if (c == '\n' || (c == ':' && blank_follows(1))) {
                return true;
            }
            if (c == '#' && text_[at_ - 1] == ' ') {
                --at_;  // the comment begins with the blank
                return true;
            }
        }
        return true;
    }

    bool to_end_in_flow() {
        for (; !at_end(); ++at_) {
            const char c = text_[at_];
            if (is_one_of(c, flow_signs)) {
                return true;
            }
            if (c == ':' && (blank_follows(1) || is_one_of(peek(1), flow_signs))) {
                return blank_follows(1);
            }
            if (c == '\n' || c == '?' || (c == '#' && text_[at_ - 1] == ' ')) {
                return false;
            }
        }
        return false;
    }

    bool single_quoted(Scalar& out) {
        std::string text;
        for (++at_; !at_end();) {
            const std::size_t end = text_.find_first_of("'\n", at_);
            if (end == std::string_view::npos || text_[end] == '\n') {
                return false;
            }
            text += text_.substr(at_, end - at_);
            at_ = end + 1;
            if (peek() != '\'') {
                out.value = json::value(text);
                return true;
            }
            text += '\'';
            ++at_;
        }
        return false;
    }

    bool double_quoted(Scalar& out) {
        static constexpr std::string_view names = "\"\\nt";
        static constexpr std::string_view meanings = "\"\\\n\t";
        std::string text;
        for (++at_; !at_end();) {
            const std::size_t end = text_.find_first_of("\"\\\n", at_);
            if (end == std::string_view::npos || text_[end] == '\n') {
                return false;
            }
            text += text_.substr(at_, end - at_);
            at_ = end + 1;
            if (text_[end] == '"') {
                out.value = json::value(text);
                return true;
            }
            const std::size_t known = names.find(peek());
            if (known == std::string_view::npos) {
                return false;
            }
            text += meanings[known];
            ++at_;
        }
        return false;
    }

    std::string_view text_;
    std::size_t depth_max_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
    std::size_t line_start_ = 0;
};

}  // namespace

std::optional<TreeNode> read_plain_yaml(std::string_view text, const Limits& limits) {
    return Reader(text, limits).read();
}

}  // namespace hal9::definition::detail
