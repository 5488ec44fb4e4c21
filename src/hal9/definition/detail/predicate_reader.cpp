#include "hal9/base/text.hpp"
#include "hal9/definition/detail/fields.hpp"
#include "hal9/definition/detail/predicate_tree.hpp"
#include "hal9/definition/detail/schema_words.hpp"
#include "hal9/definition/detail/template_text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace hal9::definition::detail {
namespace {

constexpr std::array<std::string_view, 3> form_names{"all", "any", "not"};

constexpr auto predicate_keys = [] {
    std::array<std::string_view, form_names.size() + 1 + operator_names.size()> keys{"at"};
    std::ranges::copy(operator_names, keys.begin() + 1);
    std::ranges::copy(form_names, keys.begin() + 1 + operator_names.size());
    return keys;
}();

constexpr std::string_view example = "for example {at: /name, eq: 1}";

bool is_one_of(std::string_view name, std::span<const std::string_view> names) {
    return std::ranges::find(names, name) != names.end();
}

class Reader {
public:
    Reader(Placeholders placeholders, const Limits& limits)
        : placeholders_(placeholders), limits_(&limits) {}

    std::expected<PredicateTree, std::vector<PredicateFault>> read(const json::value& definition) {
        tree_.root = read_node(definition, 1);
        tree_.limits = *limits_;
        if (!faults_.empty()) {
            return std::unexpected(std::move(faults_));
        }
        return std::move(tree_);
    }

private:
    void add(std::string message, bool at_name = false) {
        if (faults_.size() < Faults::faults_max) {
            faults_.push_back({.path = path_, .at_name = at_name, .message = std::move(message)});
        }
    }

    void add_at_name(std::string_view name, std::string message) {
        path_.emplace_back(name);
        add(std::move(message), true);
        path_.pop_back();
    }

    PredicateNode
    read_node(const json::value& definition, std::size_t depth) {  // NOLINT(misc-no-recursion)
        const json::object* object = definition.if_object();
        if (object == nullptr) {
            add(
                str("a predicate is an object, ",
                    example,
                    "; this has the type ",
                    json_type_name(definition))
            );
            return {};
        }
        if (depth > limits_->predicate_depth_max) {
            add(
                str("predicates within predicates, more than ",
                    limits_->predicate_depth_max,
                    " deep; allowed: ",
                    limits_->predicate_depth_max,
                    " (predicate_depth_max)")
            );
            return {};
        }
        if (!check_keys(*object)) {
            return {};
        }
        if (const std::string_view form = object->begin()->key(); is_one_of(form, form_names)) {
            path_.emplace_back(form);
            PredicateNode out = form == "not" ? read_negation(object->begin()->value(), depth)
                                              : read_parts(form, object->begin()->value(), depth);
            path_.pop_back();
            return out;
        }
        return read_comparison(*object);
    }

    /// True when the keys are those of a comparison, or one of all, any and not.
    bool check_keys(const json::object& object) {
        bool known = true;
        std::vector<std::string_view> operators;
        std::vector<std::string_view> forms;
        for (const auto& member : object) {
            const std::string_view name = member.key();
            if (is_one_of(name, operator_names)) {
                operators.push_back(name);
            } else if (is_one_of(name, form_names)) {
                forms.push_back(name);
            } else if (name != "at") {
                known = false;
                add_at_name(
                    name,
                    str("unknown key ",
                        quoted(name),
                        " in a predicate",
                        suggestion(name, predicate_keys))
                );
            }
        }
        if (!known) {
            return false;
        }
        if (!forms.empty()) {
            if (object.size() > 1) {
                add_at_name(
                    forms[0],
                    str("\"",
                        forms[0],
                        "\" stands alone in its predicate; put the rest into "
                        "another one, and both into {all: […]}")
                );
            }
            return object.size() == 1;
        }
        return check_comparison_keys(object, operators);
    }

    bool check_comparison_keys(
        const json::object& object,
        const std::vector<std::string_view>& operators
    ) {
        if (operators.size() > 1) {
            add_at_name(
                operators[1],
                str("a predicate with both \"",
                    operators[0],
                    "\" and \"",
                    operators[1],
                    "\"; one compares once, {all: […]} holds several")
            );
        } else if (operators.empty()) {
            add(
                str("a predicate without a comparison; add one of eq, ne, lt, le, gt, ge, in, "
                    "matches, exists, ",
                    example)
            );
        } else if (!object.contains("at")) {
            add("a predicate lacks the key \"at\", a pointer to what is compared; \"\" is the "
                "whole value");
        } else {
            return true;
        }
        return false;
    }

    PredicateNode
    read_negation(const json::value& definition, std::size_t depth) {  // NOLINT(misc-no-recursion)
        PredicateNode out{.form = PredicateNode::Form::negation};
        out.parts.push_back(read_node(definition, depth + 1));
        return out;
    }

    PredicateNode read_parts(  // NOLINT(misc-no-recursion)
        std::string_view form,
        const json::value& definition,
        std::size_t depth
    ) {
        PredicateNode out{
            .form = form == "all" ? PredicateNode::Form::all : PredicateNode::Form::any
        };
        const json::array* list = definition.if_array();
        if (list == nullptr || list->empty()) {
            add(str("`", form, "` takes a list of predicates, at least one"));
            return out;
        }
        for (std::size_t i = 0; i < list->size(); ++i) {
            path_.push_back(str(i));
            out.parts.push_back(read_node((*list)[i], depth + 1));
            path_.pop_back();
        }
        return out;
    }

    PredicateNode read_comparison(const json::object& object) {
        PredicateNode out;
        for (const auto& member : object) {
            path_.emplace_back(member.key());
            if (member.key() == "at") {
                read_at(member.value(), out);
            } else {
                const auto* const found =
                    std::ranges::find(operator_names, std::string_view(member.key()));
                read_value(
                    static_cast<Operator>(found - operator_names.begin()),
                    member.value(),
                    out
                );
            }
            path_.pop_back();
        }
        return out;
    }

    void read_at(const json::value& definition, PredicateNode& out) {
        if (!definition.is_string()) {
            add(
                str("`at` is a pointer, for example /name; it has the type ",
                    json_type_name(definition))
            );
            return;
        }
        std::string text(definition.get_string());
        if (placeholders_ != Placeholders::none) {
            const auto parsed = TemplateText::parse(text);
            if (!parsed) {
                add_template_fault(parsed.error().message);
                return;
            }
            if (!parsed->is_constant()) {
                add("`at` takes no ${}; it stands in what is compared with");
                return;
            }
            text = parsed->constant();
        }
        auto pointer = Pointer::parse(text, false);
        if (!pointer) {
            add(pointer.error().message);
            return;
        }
        out.at = *std::move(pointer);
    }

    void read_value(Operator operation, const json::value& definition, PredicateNode& out) {
        const json::value* constant = &definition;
        Settings settings;
        if (placeholders_ != Placeholders::none) {
            const std::string name(operator_names.at(static_cast<std::size_t>(operation)));
            auto compiled = Settings::compile({{name, definition}});
            if (!compiled) {
                check_templates(definition);
                return;
            }
            settings = *std::move(compiled);
            constant = settings.constant().if_contains(name);
        }
        if (constant == nullptr) {
            out.open = tree_.open.size();
            tree_.open.push_back({.operation = operation, .settings = std::move(settings)});
            return;
        }
        auto comparison = Comparison::make(operation, *constant, *limits_);
        if (!comparison) {
            add(comparison.error().message);
            return;
        }
        out.ready = *std::move(comparison);
    }

    /// Each faulty `${` at its string.
    void check_templates(const json::value& value) {  // NOLINT(misc-no-recursion)
        if (const json::string* text = value.if_string()) {
            if (const auto checked = Settings::check(*text); !checked) {
                add_template_fault(checked.error().message);
            }
        } else if (const json::array* list = value.if_array()) {
            for (std::size_t i = 0; i < list->size(); ++i) {
                path_.push_back(str(i));
                check_templates((*list)[i]);
                path_.pop_back();
            }
        } else if (const json::object* object = value.if_object()) {
            for (const auto& member : *object) {
                path_.emplace_back(member.key());
                if (Settings::has_template(member.key())) {
                    add_template_fault("names take no ${}; write it in the value", true);
                }
                check_templates(member.value());
                path_.pop_back();
            }
        }
    }

    void add_template_fault(std::string message, bool at_name = false) {
        if (placeholders_ != Placeholders::checked) {
            add(std::move(message), at_name);
        }
    }

    Placeholders placeholders_;
    const Limits* limits_;
    PredicateTree tree_;
    std::vector<std::string> path_;
    std::vector<PredicateFault> faults_;
};

}  // namespace

std::expected<PredicateTree, std::vector<PredicateFault>>
read_predicate(const json::value& definition, Placeholders placeholders, const Limits& limits) {
    return Reader(placeholders, limits).read(definition);
}

}  // namespace hal9::definition::detail
