#include "hal9/definition/detail/combine_compile.hpp"

#include "hal9/base/text.hpp"
#include "hal9/definition/detail/combine_plan.hpp"
#include "hal9/definition/detail/fields.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace hal9::definition::detail {
namespace {

constexpr std::array<std::string_view, 5> modifier_keys{"of", "distinct", "order", "by", "top"};

constexpr auto aggregate_keys = [] {
    std::array<std::string_view, operation_names.size() + modifier_keys.size()> keys{};
    std::ranges::copy(operation_names, keys.begin());
    std::ranges::copy(modifier_keys, keys.begin() + operation_names.size());
    return keys;
}();

constexpr std::int64_t top_max = 1'000'000'000;
constexpr std::size_t pointers_max = 16;

class AggregateCompiler {
public:
    AggregateCompiler(
        const TreeNode& node,
        std::string what,
        const FindChild& find_child,
        Faults& faults
    )
        : fields_(node, std::move(what), {.known = aggregate_keys, .later = {}}, faults),
          node_(&node),
          find_child_(&find_child),
          faults_(&faults) {}

    /// Reports what is wrong; what could be read is there nevertheless.
    Aggregate compile(std::string name) {
        Aggregate out;
        out.name = std::move(name);
        if (!node_->is_object()) {
            return out;
        }
        read_operation(out);
        if (const TreeNode* of = fields_.find("of")) {
            out.of = (*find_child_)(*of);
        }
        if (const TreeNode* distinct = fields_.find("distinct")) {
            out.distinct = read_distinct(*distinct);
        }
        if (const TreeNode* order = fields_.find("order")) {
            out.order = read_order(*order);
        }
        if (const TreeNode* by = fields_.find("by")) {
            out.by = read_pointer(*by, what_of("by"), false);
        }
        read_top(out);
        return out;
    }

private:
    [[nodiscard]] std::string what_of(std::string_view key) const {
        return str("\"", key, "\" of ", fields_.what());
    }

    void read_operation(Aggregate& out) {
        const TreeNode::Member* found = nullptr;
        for (const TreeNode::Member& member : node_->members) {
            const auto* const at =
                std::ranges::find(operation_names, std::string_view(member.name));
            if (at == operation_names.end()) {
                continue;
            }
            if (found != nullptr) {
                faults_->add(
                    member.place,
                    str(fields_.what(),
                        " has both \"",
                        found->name,
                        "\" and \"",
                        member.name,
                        "\"; one aggregate has exactly one operation")
                );
                continue;
            }
            found = &member;
            out.operation = static_cast<Operation>(at - operation_names.begin());
            out.select = read_selection(member.node, what_of(member.name));
        }
        if (found == nullptr) {
            std::string allowed;
            for (const std::string_view operation : operation_names) {
                allowed += str(allowed.empty() ? "" : ", ", operation);
            }
            faults_->add(node_->place, str(fields_.what(), " has no operation; one of: ", allowed));
        }
    }

    Pointer read_selection(const TreeNode& node, const std::string& what) {
        if (const json::string* text = node.if_string(); text != nullptr && *text == "children") {
            return {};
        }
        return read_pointer(node, what, true);
    }

    Pointer read_pointer(const TreeNode& node, const std::string& what, bool stars_allowed) {
        const json::string* text = node.if_string();
        if (text == nullptr) {
            faults_->add(
                node.place,
                str(what,
                    " is a ",
                    node.type_name(),
                    "; allowed: ",
                    stars_allowed ? "`children` or a pointer, for example /list/*"
                                  : "a pointer, for example /name")
            );
            return {};
        }
        return parse_pointer(*text, node.place, what, stars_allowed);
    }

    Pointer
    parse_pointer(std::string_view text, Place place, const std::string& what, bool stars_allowed) {
        auto pointer = Pointer::parse(text, stars_allowed);
        if (!pointer) {
            const bool selection = stars_allowed && text.find('/') == std::string_view::npos;
            faults_->add(
                place,
                str(what, ": ", pointer.error().message, selection ? ", or the word `children`" : ""
                )
            );
            return {};
        }
        if (!stars_allowed && Pointer::parse(text, true)->has_star()) {
            faults_->add(
                place,
                str(what,
                    ": `*` in the pointer ",
                    quoted(text),
                    "; only the operation's own pointer may enter lists, this one names one value "
                    "of each element")
            );
        }
        return *std::move(pointer);
    }

    /// The nodes of a list, or the one that stands there instead.
    std::span<const TreeNode> list_of(const TreeNode& node, const std::string& what) {
        if (!node.is_list()) {
            return {&node, 1};
        }
        if (node.elements.empty() || node.elements.size() > pointers_max) {
            faults_->add(
                node.place,
                str(what, " has ", node.elements.size(), " pointers; allowed: 1 to ", pointers_max)
            );
            return {};
        }
        return node.elements;
    }

    std::vector<Pointer> read_distinct(const TreeNode& node) {
        std::vector<Pointer> out;
        const std::string what = what_of("distinct");
        for (const TreeNode& element : list_of(node, what)) {
            out.push_back(read_pointer(element, what, false));
        }
        return out;
    }

    std::vector<OrderKey> read_order(const TreeNode& node) {
        std::vector<OrderKey> out;
        const std::string what = what_of("order");
        for (const TreeNode& element : list_of(node, what)) {
            const auto text = read_text(element, what, *faults_);
            if (!text) {
                continue;
            }
            const bool descending = text->starts_with('-');
            const std::string_view pointer = std::string_view(*text).substr(descending ? 1 : 0);
            out.push_back(
                {.pointer = parse_pointer(pointer, element.place, what, false),
                 .descending = descending}
            );
        }
        return out;
    }

    void read_top(Aggregate& out) {
        const TreeNode* top = fields_.find("top");
        if (top == nullptr) {
            return;
        }
        const auto number =
            read_integer(*top, what_of("top"), {.min = 1, .max = top_max}, *faults_);
        if (number) {
            out.top = static_cast<std::size_t>(*number);
        }
        if (!out.by && out.operation != Operation::collect) {
            faults_->add(
                top->place,
                str(what_of("top"),
                    " has no list to shorten; it goes with `collect`, or with `by`, which gives a "
                    "row for each group")
            );
        }
    }

    Fields fields_;
    const TreeNode* node_;
    const FindChild* find_child_;
    Faults* faults_;
};

}  // namespace

std::optional<Combine> compile_combine(
    const TreeNode& node,
    std::string_view what,
    const FindChild& find_child,
    Faults& faults
) {
    if (!node.is_object()) {
        faults.add(
            node.place,
            str("\"combine\" of ",
                what,
                " is a ",
                node.type_name(),
                "; allowed: an object of named aggregates, for example {total: {count: children}}")
        );
        return std::nullopt;
    }
    if (node.members.empty()) {
        faults.add(
            node.place,
            str("\"combine\" of ", what, " is empty; name at least one aggregate")
        );
        return std::nullopt;
    }
    const std::size_t faults_before = faults.size();
    auto plan = std::make_shared<Combine::Plan>();
    for (const TreeNode::Member& member : node.members) {
        AggregateCompiler compiler(
            member.node,
            str("aggregate ", quoted(member.name), " of ", what),
            find_child,
            faults
        );
        plan->aggregates.push_back(compiler.compile(member.name));
    }
    if (faults.size() != faults_before) {
        return std::nullopt;
    }
    return Combine(std::move(plan));
}

}  // namespace hal9::definition::detail
