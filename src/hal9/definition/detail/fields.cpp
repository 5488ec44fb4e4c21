#include "hal9/definition/detail/fields.hpp"

#include "hal9/base/text.hpp"
#include "hal9/model/limits.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace hal9::definition::detail {
namespace {

bool contains(std::span<const std::string_view> names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

std::string list_of(std::span<const std::string_view> names) {
    constexpr std::size_t shown_max = 40;
    std::string out;
    for (std::size_t i = 0; i < std::min(names.size(), shown_max); ++i) {
        out += str(out.empty() ? "" : ", ", names[i]);
    }
    return names.size() > shown_max ? out + ", …" : out;
}

}  // namespace

std::string suggestion(std::string_view name, std::span<const std::string_view> candidates) {
    if (const auto near = nearest_name(name, candidates)) {
        return str("; did you mean `", *near, "`?");
    }
    return candidates.empty() ? std::string() : str("; allowed: ", list_of(candidates));
}

std::string quoted(std::string_view text) {
    constexpr std::size_t bytes_max = 80;
    std::string out;
    if (text.size() <= bytes_max) {
        append_canonical_json(out, text);
    } else {
        append_canonical_json(out, std::string_view(str(beginning(text, bytes_max), "…")));
    }
    return out;
}

Fields::Fields(const TreeNode& node, std::string what, FieldNames names, Faults& faults)
    : node_(&node), what_(std::move(what)), faults_(&faults) {
    if (!node.is_object()) {
        faults.add(
            node.place,
            str(what_,
                " is a ",
                node.type_name(),
                "; allowed: an object with ",
                list_of(names.known))
        );
        return;
    }
    for (const TreeNode::Member& member : node.members) {
        if (contains(names.known, member.name) || faults.full()) {
            continue;
        }
        if (contains(names.later, member.name)) {
            faults.add(
                member.place,
                str(quoted(member.name),
                    " of ",
                    what_,
                    " is not in this version; allowed: ",
                    list_of(names.known))
            );
            continue;
        }
        faults.add(
            member.place,
            str("unknown key ",
                quoted(member.name),
                " in ",
                what_,
                suggestion(member.name, names.known))
        );
    }
}

const TreeNode* Fields::find(std::string_view name) const {
    const TreeNode::Member* member = node_->find(name);
    return member == nullptr ? nullptr : &member->node;
}

const TreeNode* Fields::require(std::string_view name) const {
    const TreeNode* found = find(name);
    if (found == nullptr && node_->is_object()) {
        faults_->add(node_->place, str(what_, " lacks the key \"", name, "\"; add it"));
    }
    return found;
}

std::optional<std::string> read_text(const TreeNode& node, std::string_view what, Faults& faults) {
    if (const json::string* text = node.if_string()) {
        return std::string(*text);
    }
    faults.add(node.place, str(what, " is a ", node.type_name(), "; allowed: a string"));
    return std::nullopt;
}

std::optional<std::int64_t>
read_integer(const TreeNode& node, std::string_view what, IntegerRange range, Faults& faults) {
    if (node.kind == TreeNode::Kind::scalar && node.scalar.is_int64()) {
        const std::int64_t number = node.scalar.get_int64();
        if (number >= range.min && number <= range.max) {
            return number;
        }
    }
    const bool number = node.kind == TreeNode::Kind::scalar && node.scalar.is_number();
    faults.add(
        node.place,
        str(what,
            " is ",
            number ? json::serialize(node.scalar) : str("a ", node.type_name()),
            "; allowed: a whole number from ",
            range.min,
            " to ",
            range.max)
    );
    return std::nullopt;
}

std::optional<Duration> read_duration(const TreeNode& node, std::string_view what, Faults& faults) {
    const std::string range =
        str(format_duration(duration_min), " to ", format_duration(duration_max));
    const json::string* text = node.if_string();
    if (text == nullptr) {
        faults.add(
            node.place,
            str(what,
                " is a ",
                node.type_name(),
                "; allowed: a duration with its unit, for example 30s, 250ms or 5m")
        );
        return std::nullopt;
    }
    const auto duration = parse_duration(*text);
    if (!duration) {
        faults.add(node.place, str(what, ": ", duration.error().message, "; it takes ", range));
        return std::nullopt;
    }
    if (*duration < duration_min || *duration > duration_max) {
        faults.add(node.place, str(what, " is ", format_duration(*duration), "; allowed: ", range));
        return std::nullopt;
    }
    return *duration;
}

std::optional<std::size_t> read_word(
    const TreeNode& node,
    std::string_view what,
    std::span<const std::string_view> allowed,
    Faults& faults
) {
    const json::string* text = node.if_string();
    const std::string_view word = text == nullptr ? std::string_view() : std::string_view(*text);
    if (const auto found = std::ranges::find(allowed, word);
        text != nullptr && found != allowed.end()) {
        return static_cast<std::size_t>(found - allowed.begin());
    }
    faults.add(
        node.place,
        str(what,
            " is ",
            text == nullptr ? str("a ", node.type_name()) : quoted(word),
            "; allowed: ",
            list_of(allowed))
    );
    return std::nullopt;
}

std::optional<std::vector<std::string>>
read_names(const TreeNode& node, std::string_view what, std::string_view allowed, Faults& faults) {
    if (!node.is_list()) {
        faults.add(node.place, str(what, " is a ", node.type_name(), "; allowed: ", allowed));
        return std::nullopt;
    }
    std::vector<std::string> names;
    for (const TreeNode& element : node.elements) {
        const json::string* name = element.if_string();
        if (name == nullptr || name->empty()) {
            faults.add(
                element.place,
                str(what,
                    " holds ",
                    name == nullptr ? str("a ", element.type_name()) : "an empty string",
                    "; allowed: ",
                    allowed)
            );
            return std::nullopt;
        }
        if (std::ranges::find(names, std::string_view(*name)) != names.end()) {
            faults.add(
                element.place,
                str(what, " names ", quoted(*name), " twice; once is enough")
            );
            return std::nullopt;
        }
        names.emplace_back(*name);
    }
    return names;
}

}  // namespace hal9::definition::detail
