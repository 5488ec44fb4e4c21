#include "hal9/definition/detail/edge_checks.hpp"

#include "hal9/base/text.hpp"
#include "hal9/definition/detail/fields.hpp"
#include "hal9/definition/detail/schema_check.hpp"
#include "hal9/definition/detail/schema_words.hpp"
#include "hal9/definition/detail/setting_shape.hpp"
#include "hal9/definition/detail/template_text.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hal9::definition::detail {
namespace {

/// Types that a schema takes; all where it does not just say so.
Types types_taken(const json::value& root, const json::value& schema, int depth = 0) {
    constexpr int choices_depth_max = 4;
    const json::value* target = follow_reference(root, schema);
    const json::object* object = target == nullptr ? nullptr : target->if_object();
    if (object == nullptr || depth == choices_depth_max) {
        return Types::all();
    }
    if (const json::value* type = object->if_contains("type")) {
        return Types::listed(*type);
    }
    if (const json::value* constant = object->if_contains("const")) {
        return Types::of(*constant);
    }
    for (const std::string_view key : {"enum", "oneOf", "anyOf"}) {
        const json::value* choices = object->if_contains(key);
        if (choices == nullptr || !choices->is_array()) {
            continue;
        }
        Types types = Types::none();
        for (const json::value& choice : choices->get_array()) {
            types =
                types | (key == "enum" ? Types::of(choice) : types_taken(root, choice, depth + 1));
        }
        return types;
    }
    return Types::all();
}

/// The types that a filter takes.
Types types_of_filter(Filter filter) {
    switch (filter) {
        case Filter::lines:
            return Types(Types::list) | Types::null;
        case Filter::count:
            return Types(Types::list) | Types::object | Types::string | Types::null;
        case Filter::json:
        case Filter::none:
            break;
    }
    return Types::all();
}

/// Senders of one neuron that are looked at: each costs time for every ${}.
constexpr std::size_t flows_max = 64;

constexpr std::array<std::string_view, 4> filter_words{"", "json", "lines", "count"};  // as Filter

/// The pointer's text up to so many steps.
std::string beginning_of(const Pointer& pointer, std::size_t steps) {
    const std::string& text = pointer.text();
    std::size_t end = 0;
    for (std::size_t i = 0; i < steps && end != std::string::npos; ++i) {
        end = text.find('/', end + 1);
    }
    return text.substr(0, end);
}

class NeuronChecks {
public:
    NeuronChecks(const ReadNetwork& network, const Flows& flows, NeuronIndex index, Faults& faults)
        : network_(&network),
          read_(&network.neurons[index.value]),
          input_{.payload = flows.input()},
          flows_(flows.into(index).first(std::min(flows.into(index).size(), flows_max))),
          faults_(&faults) {}

    void run(const KindSchema& kind) {
        if (read_->settings != nullptr) {
            schema_ = &kind.settings;
            check_setting(*read_->settings, &kind.settings);
        }
        part_ = Part::key;
        if (read_->key != nullptr) {
            check_texts(*read_->key);
        }
        part_ = Part::when;
        for (const TreeNode* node : {read_->forward, read_->then}) {
            if (node != nullptr) {
                check_whens(*node);
            }
        }
    }

private:
    enum class Part : std::uint8_t { setting, key, when };

    void check_whens(const TreeNode& node) {  // NOLINT(misc-no-recursion): two levels
        for (const TreeNode& entry : node.elements) {
            check_whens(entry);
        }
        if (const TreeNode::Member* when = node.find("when"); when != nullptr && node.is_object()) {
            check_texts(when->node);
        }
    }

    /// Values whose types nobody limits.
    void check_texts(const TreeNode& node) {  // NOLINT(misc-no-recursion)
        if (node.if_string() != nullptr) {
            check_text(node, nullptr);
        }
        for (const TreeNode& element : node.elements) {
            check_texts(element);
        }
        for (const TreeNode::Member& member : node.members) {
            check_texts(member.node);
        }
    }

    /// `schema` is that of the value, nullptr where none is known.
    void
    check_setting(const TreeNode& node, const json::value* schema) {  // NOLINT(misc-no-recursion)
        if (node.if_string() != nullptr) {
            check_text(node, schema);
            return;
        }
        for (std::size_t i = 0; i < node.elements.size(); ++i) {
            enter(str(i), node.elements[i], schema);
        }
        for (const TreeNode::Member& member : node.members) {
            enter(member.name, member.node, schema);
        }
    }

    void enter(
        std::string_view step,
        const TreeNode& node,
        const json::value* schema
    ) {  // NOLINT(misc-no-recursion)
        if (const json::string* text = node.if_string();
            text != nullptr && !may_hold_template(*text)) {
            return;
        }
        const std::size_t length = path_.size();
        path_ += str(path_.empty() ? "" : "/", step);
        check_setting(node, part_of(schema, step));
        path_.resize(length);
    }

    [[nodiscard]] const json::value* part_of(const json::value* schema, std::string_view step)
        const {
        const json::value* target =
            schema == nullptr ? nullptr : follow_reference(*schema_, *schema);
        const json::object* object = target == nullptr ? nullptr : target->if_object();
        if (object == nullptr) {
            return nullptr;
        }
        const json::value* properties = object->if_contains("properties");
        if (properties != nullptr && properties->is_object()) {
            if (const json::value* property = properties->get_object().if_contains(step)) {
                return property;
            }
        }
        const json::value* items = object->if_contains("items");
        return items != nullptr ? items : object->if_contains("additionalProperties");
    }

    void check_text(const TreeNode& node, const json::value* schema) {
        const json::string& written = *node.if_string();
        const auto text = may_hold_template(written) ? TemplateText::parse(written)
                                                     : Result<TemplateText>(TemplateText());
        if (!text) {
            return;
        }
        for (const TemplatePiece& piece : text->pieces) {
            if (piece.value && !faults_->full()) {
                check_piece(node, piece, text->is_alone() ? schema : nullptr);
            }
        }
    }

    void check_piece(const TreeNode& node, const TemplatePiece& piece, const json::value* schema) {
        const std::span<const Flow> flows = piece.of_run ? std::span(&input_, 1) : flows_;
        for (const Flow& flow : flows) {
            std::string fault = fault_of(piece, flow, schema);
            if (!fault.empty()) {
                faults_->add(node.place, str(what(), ": ", fault));
                return;
            }
        }
    }

    /// What is looked at.
    [[nodiscard]] std::string what() const {
        const std::string part = part_ == Part::setting ? str("setting ", quoted(path_))
                                 : part_ == Part::key   ? "\"key\""
                                                        : "\"when\"";
        return str(part, " of ", what_of_neuron(read_->neuron.name));
    }

    /// "" where a value may come that fits.
    [[nodiscard]] std::string
    fault_of(const TemplatePiece& piece, const Flow& flow, const json::value* schema) const {
        const Target target = follow(flow.payload, piece.value->steps());
        if (!target.exists) {
            return piece.optional ? "" : missing(piece, flow, target);
        }
        // What is optional may be missing, which is as null.
        const Types filtered =
            types_of(target.shape) | (piece.optional ? Types(Types::null) : Types::none());
        const Types by_filter = types_of_filter(piece.filter);
        if ((filtered & by_filter).empty()) {
            return str(
                found(piece, flow, filtered),
                ", and the filter `",
                filter_words.at(static_cast<std::size_t>(piece.filter)),
                "` takes ",
                in_words(by_filter)
            );
        }
        if (schema == nullptr) {
            return "";
        }
        const Sources sources{.payload = flow.payload, .root = flow.payload};
        const Types given = types_of(shape_of_piece(piece, sources));
        if (!(given & types_taken(*schema_, *schema)).empty()) {
            return "";
        }
        return str(
            found(piece, flow, given),
            "; allowed: ",
            allowed_by(*schema_, *follow_reference(*schema_, *schema))
        );
    }

    /// `${/n} is a number in what neuron "a" forwards to it`
    [[nodiscard]] std::string found(const TemplatePiece& piece, const Flow& flow, Types types)
        const {
        return str(written(piece), " is ", in_words(types), " in ", what_comes(flow));
    }

    [[nodiscard]] std::string
    missing(const TemplatePiece& piece, const Flow& flow, const Target& target) const {
        const std::string parent = beginning_of(*piece.value, target.steps);
        const std::string of = target.steps == 0 ? "" : str(" at ", quoted(parent));
        const std::string begin = str(written(piece), " names nothing: ", what_comes(flow));
        if (!target.shape->types.has(Types::object)) {
            return str(
                begin,
                target.steps == 0 ? " is " : str(" has ", quoted(parent), ", which is "),
                in_words(target.shape->types),
                " and has no members"
            );
        }
        std::vector<std::string_view> names;
        for (const Shape::Member& member : target.shape->members) {
            names.emplace_back(member.name);
        }
        const std::string& name = piece.value->steps()[target.steps].name;
        return str(
            begin,
            " has no member ",
            quoted(name),
            of,
            names.empty() ? "; it has none at all" : suggestion(name, names)
        );
    }

    static std::string written(const TemplatePiece& piece) { return str("${", piece.name(), "}"); }

    [[nodiscard]] std::string what_comes(const Flow& flow) const {
        if (flow.source == Flow::Source::input) {
            return "the network's `input`";
        }
        const std::string from = what_of_neuron(network_->neurons[flow.from.value].neuron.name);
        return flow.source == Flow::Source::forward ? str("what ", from, " forwards to it")
                                                    : str("the result that ", from, " hands to it");
    }

    const ReadNetwork* network_;
    const ReadNeuron* read_;
    Flow input_;
    std::span<const Flow> flows_;
    Faults* faults_;
    const json::value* schema_ = nullptr;  ///< of all settings
    std::string path_;                     ///< of the setting
    Part part_ = Part::setting;            ///< that is looked at
};

}  // namespace

void check_edges(const ReadNetwork& network, KindSchemas& kinds, Faults& faults) {
    const Flows flows(network, kinds);
    for (std::size_t i = 0; i < network.neurons.size() && !faults.full(); ++i) {
        const auto kind = kinds.of(*network.neurons[i].kind);
        if (kind) {
            const NeuronIndex index{static_cast<std::uint16_t>(i)};
            NeuronChecks(network, flows, index, faults).run(**kind);
        }
    }
}

}  // namespace hal9::definition::detail
