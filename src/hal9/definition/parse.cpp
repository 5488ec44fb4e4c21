#include "hal9/definition/parse.hpp"

#include "hal9/base/sha256.hpp"
#include "hal9/base/text.hpp"
#include "hal9/definition/detail/combine_compile.hpp"
#include "hal9/definition/detail/connections.hpp"
#include "hal9/definition/detail/edge_checks.hpp"
#include "hal9/definition/detail/fields.hpp"
#include "hal9/definition/detail/graph.hpp"
#include "hal9/definition/detail/input_schema.hpp"
#include "hal9/definition/detail/kind_checks.hpp"
#include "hal9/definition/detail/neuron_reader.hpp"
#include "hal9/definition/detail/read_tree.hpp"
#include "hal9/definition/detail/schema_check.hpp"
#include "hal9/definition/detail/tree.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace hal9::definition {
namespace {

using detail::Faults;
using detail::Fields;
using detail::ReadNeuron;
using detail::TreeNode;

constexpr std::array<std::string_view, 10> network_keys{
    "hal9",
    "name",
    "description",
    "input",
    "start",
    "neurons",
    "layer_rule",
    "durability",
    "learning",
    "defaults"
};
constexpr std::int64_t language_version = 1;

struct NetworkContext {
    KindCatalog kinds;
    const Limits* limits;
    bool checks_edges;  ///< what flows along the connections is checked, too
};

class NetworkReader {
public:
    NetworkReader(const TreeNode& root, const NetworkContext& context, Faults& faults)
        : fields_(root, "the network", {.known = network_keys, .later = {}}, faults),
          kinds_(context.kinds),
          limits_(context.limits),
          checks_edges_(context.checks_edges),
          faults_(&faults) {}

    void read(Network& out) {
        read_version();
        read_head(out);
        defaults_ = detail::read_defaults(fields_.find("defaults"), *limits_, *faults_);
        const TreeNode* neurons = fields_.require("neurons");
        const TreeNode* start = fields_.require("start");
        if (neurons == nullptr || !read_neurons(*neurons)) {
            return;
        }
        const std::vector<NeuronIndex> bottom_up = read_shape(start, out);
        detail::KindSchemas kinds;
        detail::KindChecks kind_checks(kinds, *limits_, *faults_);
        for (ReadNeuron& read : neurons_) {
            kind_checks.compile_settings(read, neurons_);
            read_combine(read);
        }
        if (checks_edges_ && faults_->empty()) {
            detail::check_edges(
                {.neurons = neurons_,
                 .bottom_up = bottom_up,
                 .start = out.start,
                 .input_schema = out.input_schema},
                kinds,
                *faults_
            );
        }
        take_neurons(out);
    }

private:
    void read_version() const {
        const TreeNode* node = fields_.require("hal9");
        if (node == nullptr) {
            return;
        }
        const bool number = node->kind == TreeNode::Kind::scalar && node->scalar.is_int64();
        if (!number || node->scalar.get_int64() != language_version) {
            faults_->add(
                node->place,
                str("\"hal9\", the version of the language, is ",
                    node->kind == TreeNode::Kind::scalar
                        ? json::serialize(node->scalar).substr(0, 40)
                        : str("a ", node->type_name()),
                    "; allowed: ",
                    language_version)
            );
        }
    }

    void read_head(Network& out) const {
        if (const TreeNode* name = fields_.require("name")) {
            out.name = detail::read_text(*name, "\"name\"", *faults_).value_or("");
            if (name->if_string() != nullptr && !detail::is_name(out.name)) {
                faults_->add(
                    name->place,
                    str("\"name\" is ",
                        detail::quoted(out.name),
                        "; allowed: 1 to 64 letters, digits, `_` or `-`")
                );
            }
        }
        if (const TreeNode* description = fields_.find("description")) {
            out.description =
                detail::read_text(*description, "\"description\"", *faults_).value_or("");
        }
        if (const TreeNode* durability = fields_.find("durability")) {
            static constexpr std::array<std::string_view, 1> words{"durable"};
            static_cast<void>(detail::read_word(*durability, "\"durability\"", words, *faults_));
        }
        if (const TreeNode* learning = fields_.find("learning")) {
            static constexpr std::array<std::string_view, 3> words{"off", "observe", "on"};
            static_cast<void>(detail::read_word(*learning, "\"learning\"", words, *faults_));
        }
        if (const TreeNode* input = fields_.find("input")) {
            detail::check_schema(*input, "`input`", *limits_, *faults_);
            out.input_schema = detail::to_json(*input);
        }
    }

    bool read_neurons(const TreeNode& node) {
        if (!node.is_object() || node.members.empty()) {
            faults_->add(
                node.place,
                str("`neurons` is ",
                    node.is_object() ? "empty" : str("a ", node.type_name()),
                    "; allowed: an object with at least one neuron by its name")
            );
            return false;
        }
        if (node.members.size() > limits_->neurons_max) {
            faults_->add(
                node.place,
                str("`neurons` holds ",
                    node.members.size(),
                    "; allowed: ",
                    limits_->neurons_max,
                    " (neurons_max)")
            );
            return false;
        }
        neurons_.reserve(node.members.size());
        for (const TreeNode::Member& member : node.members) {
            neurons_.push_back(detail::read_neuron(member, defaults_, kinds_, *limits_, *faults_));
        }
        const auto name = [](const ReadNeuron& read) { return std::string_view(read.neuron.name); };
        if (!std::ranges::is_sorted(neurons_, {}, name)) {
            std::ranges::sort(neurons_, {}, name);
        }
        return true;
    }

    std::vector<NeuronIndex> read_shape(const TreeNode* start, Network& out) {
        detail::GraphRules rules{.depth_max = limits_->depth_max};
        if (const TreeNode* rule = fields_.find("layer_rule")) {
            static constexpr std::array<std::string_view, 1> words{"any"};
            rules.any_layer =
                detail::read_word(*rule, "\"layer_rule\"", words, *faults_).has_value();
        }
        if (start != nullptr) {
            rules.start = detail::read_neuron_name(*start, "\"start\"", neurons_, *faults_);
            out.start = rules.start.value_or(NeuronIndex{});
        }
        const std::size_t before = faults_->size();
        detail::read_connections(neurons_, *limits_, *faults_);
        if (faults_->size() != before) {
            // What a wrong name should have reached is not known.
            rules.start.reset();
        }
        return detail::check_graph(neurons_, rules, *faults_);
    }

    void read_combine(ReadNeuron& read) {
        const std::string what = detail::what_of_neuron(read.neuron.name);
        const bool forwards = read.forward != nullptr && !read.forward->elements.empty();
        if (read.combine == nullptr) {
            if (read.kind != nullptr && read.kind->emits == Emits::many && forwards) {
                faults_->add(
                    read.source->place,
                    str(what,
                        " lacks the key \"combine\": its kind ",
                        read.kind->name,
                        " emits many signals, whose results it must combine; for example {count: "
                        "{count: children}}")
                );
            }
            return;
        }
        if (read.kind != nullptr && (read.kind->emits != Emits::many || !forwards)) {
            faults_->add(
                read.combine->place,
                str("\"combine\" of ",
                    what,
                    ": ",
                    !forwards ? "it forwards to nobody"
                              : str("its kind ", read.kind->name, " does not emit many signals"),
                    "; remove it")
            );
            return;
        }
        read.neuron.combine = detail::compile_combine(
            *read.combine,
            what,
            [&](const TreeNode& name) { return find_child(read, name, what); },
            *faults_
        );
    }

    std::optional<NeuronIndex>
    find_child(const ReadNeuron& read, const TreeNode& name, const std::string& what) {
        const std::string key = str("\"of\" in \"combine\" of ", what);
        const auto found = detail::read_neuron_name(name, key, neurons_, *faults_);
        if (found && !detail::is_child(read.neuron, *found)) {
            faults_->add(
                name.place,
                str(key,
                    " names ",
                    detail::quoted(*name.if_string()),
                    ", to which it does not forward; allowed: ",
                    detail::names_of_children(neurons_, read.neuron))
            );
        }
        return found;
    }

    static bool uses_root(const Neuron& neuron) {
        const auto in_when = [](const std::optional<When>& when) {
            return when && when->needs_root();
        };
        return neuron.settings.needs_root() || (neuron.keyed && neuron.keyed->value.needs_root()) ||
               (neuron.then && in_when(neuron.then->when)) ||
               std::ranges::any_of(neuron.forward, [&](const Connection& connection) {
                   return in_when(connection.when);
               });
    }

    void take_neurons(Network& out) {
        std::set<std::string> capabilities;
        out.neurons.reserve(neurons_.size());
        for (ReadNeuron& read : neurons_) {
            if (read.kind != nullptr && !read.kind->capability.empty()) {
                capabilities.insert(read.kind->capability);
            }
            Neuron& neuron = read.neuron;
            neuron.needs_root = uses_root(neuron);
            out.needs_root |= neuron.needs_root;
            out.has_keys |= neuron.keyed.has_value();
            out.neurons.push_back(std::move(neuron));
        }
        out.capabilities.assign(capabilities.begin(), capabilities.end());
    }

    Fields fields_;
    KindCatalog kinds_;
    const Limits* limits_;
    bool checks_edges_;
    Faults* faults_;
    detail::Policies defaults_;
    std::vector<ReadNeuron> neurons_;  ///< sorted by name
};

/// A network of the tree as it is; `canonical` is its text.
Parsed
compile(const TreeNode& root, std::string canonical, const NetworkContext& context, Faults faults) {
    Network network;
    NetworkReader(root, context, faults).read(network);
    if (!faults.empty()) {
        return std::unexpected(std::move(faults).take());
    }
    network.canonical = std::move(canonical);
    network.hash = to_hex(sha256(network.canonical));
    return network;
}

Parsed parse_as_written(std::string_view text, const NetworkContext& context) {
    Faults faults;
    const std::optional<TreeNode> root = detail::read_tree(text, *context.limits, faults);
    if (!root) {
        return std::unexpected(std::move(faults).take());
    }
    return compile(*root, canonical_json(detail::to_json(*root)), context, std::move(faults));
}

/// The network that its stored form will make, with all places from the text; nothing where it is
/// faulty or where that form would be read otherwise.
std::optional<Network> parse_as_stored(std::string_view text, const NetworkContext& context) {
    Faults faults;
    std::optional<TreeNode> root = detail::read_tree(text, *context.limits, faults);
    if (!root || !faults.empty() || !detail::make_canonical(*root)) {
        return std::nullopt;
    }
    Parsed parsed = compile(*root, detail::canonical_text(*root), context, std::move(faults));
    return parsed ? std::optional(*std::move(parsed)) : std::nullopt;
}

}  // namespace

std::string to_string(const Fault& fault, std::string_view file) {
    if (fault.line == 0) {
        return str(file, ": ", fault.message);
    }
    return str(file, ":", fault.line, ":", fault.column, ": ", fault.message);
}

Parsed parse_network(std::string_view text, KindCatalog kinds, const Limits& limits) {
    // The store keeps the canonical form, and a run goes on with the network that is made from it:
    // the order of members and the types of numbers must be the same before and after.
    const NetworkContext context{.kinds = kinds, .limits = &limits, .checks_edges = true};
    if (auto network = parse_as_stored(text, context)) {
        return *std::move(network);
    }
    // Faults are told of what a person wrote, in the order of the text.
    Parsed written = parse_as_written(text, context);
    if (!written || written->canonical == text) {
        return written;
    }
    // What it may have of bytes was checked on what a person wrote.
    Limits stored = limits;
    stored.definition_bytes_max = std::max(limits.definition_bytes_max, written->canonical.size());
    return parse_stored_network(written->canonical, kinds, stored);
}

Parsed parse_stored_network(std::string_view canonical, KindCatalog kinds, const Limits& limits) {
    const NetworkContext context{.kinds = kinds, .limits = &limits, .checks_edges = false};
    if (auto network = parse_as_stored(canonical, context)) {
        return *std::move(network);
    }
    return parse_as_written(canonical, context);
}

Result<void>
check_value(const json::value& schema, const json::value& value, std::string_view what) {
    HAL9_TRY(const detail::SchemaValidator validator, detail::SchemaValidator::compile(schema));
    const detail::SchemaUse use{
        .schema = &schema,
        .validator = &validator,
        .templates = false,
        .root = std::string(what),
        .member = what.starts_with("the ") ? std::string(what.substr(4)) : std::string(what),
        .of = "",
    };
    Faults faults;
    detail::check_against(use, detail::to_node(value), Limits{}, faults);
    if (!faults.empty()) {
        return fail(ErrorCode::invalid_argument, std::move(faults).take().front().message);
    }
    return {};
}

Result<void> check_schema(const json::value& schema, std::string_view what, const Limits& limits) {
    Faults faults;
    detail::check_schema(detail::to_node(schema), what, limits, faults);
    if (!faults.empty()) {
        return fail(ErrorCode::invalid_argument, std::move(faults).take().front().message);
    }
    return {};
}

Result<json::value> check_input(const Network& network, json::value payload) {
    if (network.input_schema.is_null()) {
        return payload;
    }
    detail::fill_defaults(network.input_schema, payload);
    HAL9_TRY_VOID(check_value(network.input_schema, payload, "the input"));
    return payload;
}

}  // namespace hal9::definition
