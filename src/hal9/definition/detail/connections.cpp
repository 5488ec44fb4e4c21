#include "hal9/definition/detail/connections.hpp"

#include "hal9/base/text.hpp"
#include "hal9/definition/detail/fields.hpp"
#include "hal9/definition/detail/predicate_tree.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace hal9::definition::detail {
namespace {

constexpr std::array<std::string_view, 4> entry_keys{"to", "any_of", "when", "learn"};
constexpr std::array<std::string_view, 3> then_keys{"to", "when", "as"};
constexpr std::array<std::string_view, 1> quorum_keys{"quorum"};
constexpr std::array<std::string_view, 3> learn_words{"off", "observe", "on"};

class ConnectionReader {
public:
    ConnectionReader(
        std::span<ReadNeuron> neurons,
        ReadNeuron& from,
        const Limits& limits,
        Faults& faults
    )
        : neurons_(neurons), from_(&from), limits_(&limits), faults_(&faults) {}

    void read() {
        if (from_->forward != nullptr) {
            read_forward(*from_->forward);
        }
        if (from_->then != nullptr) {
            read_then(*from_->then);
        }
        if (from_->join != nullptr) {
            read_join(*from_->join);
        }
    }

private:
    [[nodiscard]] std::string what_of(std::string_view key) const {
        return str("\"", key, "\" of ", what_of_neuron(from_->neuron.name));
    }

    void read_forward(const TreeNode& forward) {
        const std::string what = what_of("forward");
        if (!forward.is_list()) {
            faults_->add(
                forward.place,
                str(what,
                    " is a ",
                    forward.type_name(),
                    "; allowed: a list of neurons, for example [next]")
            );
            return;
        }
        if (forward.elements.size() > limits_->forward_max) {
            faults_->add(
                forward.place,
                str(what,
                    " has ",
                    forward.elements.size(),
                    " entries; allowed: ",
                    limits_->forward_max,
                    " (forward_max)")
            );
            return;
        }
        for (const TreeNode& entry : forward.elements) {
            Connection connection;
            if (entry.is_object()) {
                read_entry(entry, what, connection);
            } else {
                add_candidate(entry, what, connection);
            }
            if (!connection.candidates.empty()) {
                from_->neuron.forward.push_back(std::move(connection));
            }
        }
        if (from_->kind != nullptr && from_->kind->emits == Emits::none &&
            !forward.elements.empty()) {
            faults_->add(
                forward.place,
                str(what,
                    ": its kind ",
                    from_->kind->name,
                    " emits nothing to forward; remove `forward`")
            );
        }
    }

    void read_entry(const TreeNode& entry, const std::string& what, Connection& out) {
        const Fields
            fields(entry, str("an entry of ", what), {.known = entry_keys, .later = {}}, *faults_);
        const TreeNode* to = fields.find("to");
        const TreeNode* any_of = fields.find("any_of");
        if ((to == nullptr) == (any_of == nullptr)) {
            faults_->add(
                entry.place,
                str(fields.what(), " needs one of `to` and `any_of`; for example {to: next}")
            );
            return;
        }
        if (to != nullptr) {
            add_candidate(*to, str("\"to\" in ", what), out);
        } else {
            read_any_of(*any_of, str("\"any_of\" in ", what), out);
        }
        if (const TreeNode* learn = fields.find("learn")) {
            const std::string of = str("\"learn\" in ", what);
            static_cast<void>(read_word(*learn, of, learn_words, *faults_));
            if (any_of == nullptr) {
                faults_->add(
                    learn->place,
                    str(of, " stands without `any_of`: there is no choice to learn; remove it")
                );
            }
        }
        out.when = read_when(fields.find("when"), str("\"when\" in ", what));
    }

    void read_any_of(const TreeNode& node, const std::string& what, Connection& out) {
        if (!node.is_list() || node.elements.empty() ||
            node.elements.size() > limits_->forward_max) {
            faults_->add(
                node.place,
                str(what, " must be a list of 1 to ", limits_->forward_max, " neurons")
            );
            return;
        }
        for (const TreeNode& candidate : node.elements) {
            add_candidate(candidate, what, out);
        }
    }

    void add_candidate(const TreeNode& node, const std::string& what, Connection& out) {
        const auto target = read_neuron_name(node, what, neurons_, *faults_);
        if (!target) {
            return;
        }
        const bool twice = is_child(from_->neuron, *target) ||
                           std::ranges::find(out.candidates, *target) != out.candidates.end();
        if (twice) {
            faults_->add(
                node.place,
                str(what,
                    " names ",
                    quoted(neurons_[target->value].neuron.name),
                    " twice; once is enough")
            );
            return;
        }
        out.candidates.push_back(*target);
    }

    std::optional<When> read_when(const TreeNode* node, const std::string& what) {
        if (node == nullptr) {
            return std::nullopt;
        }
        const std::size_t before = faults_->size();
        check_predicate(*node, what, *limits_, *faults_);
        if (faults_->size() != before || faults_->full()) {
            return std::nullopt;
        }
        auto compiled = When::compile(to_json(*node), *limits_);
        if (!compiled) {
            faults_->add(node->place, str(what, ": ", compiled.error().message));
            return std::nullopt;
        }
        return *std::move(compiled);
    }

    void read_then(const TreeNode& node) {
        const std::string what = what_of("then");
        Then then;
        std::optional<NeuronIndex> to;
        if (node.is_object()) {
            const Fields fields(node, what, {.known = then_keys, .later = {}}, *faults_);
            if (const TreeNode* target = fields.require("to")) {
                to = read_neuron_name(*target, str("\"to\" of ", what), neurons_, *faults_);
            }
            then.when = read_when(fields.find("when"), str("\"when\" of ", what));
            if (const TreeNode* as = fields.find("as")) {
                read_as(*as, what, then);
            }
        } else {
            to = read_neuron_name(node, what, neurons_, *faults_);
        }
        if (to) {
            then.to = *to;
            from_->neuron.then = std::move(then);
        }
    }

    void read_as(const TreeNode& node, const std::string& what, Then& out) {
        const std::string of = str("\"as\" of ", what);
        const auto text = read_text(node, of, *faults_);
        if (text && text->empty()) {
            faults_->add(node.place, str(of, " is empty; allowed: the name of a member"));
        }
        out.as = text.value_or("");
        const bool list = from_->kind != nullptr && from_->kind->emits == Emits::many &&
                          (from_->forward == nullptr || from_->forward->elements.empty());
        if (list) {
            faults_->add(
                node.place,
                str(of,
                    ": the result of ",
                    what_of_neuron(from_->neuron.name),
                    " is a list, ",
                    "which has no members; leave `as` out")
            );
        }
    }

    void read_join(const TreeNode& node) {
        const std::string what = what_of("join");
        Join join;
        const json::string* text = node.if_string();
        if (node.is_object()) {
            const Fields fields(node, what, {.known = quorum_keys, .later = {}}, *faults_);
            if (const TreeNode* quorum = fields.require("quorum")) {
                const auto needed = read_integer(
                    *quorum,
                    str("\"quorum\" of ", what),
                    {.min = 1, .max = limits_->quorum_max},
                    *faults_
                );
                join = {Join::Rule::quorum, static_cast<std::uint32_t>(needed.value_or(1))};
            }
        } else if (text != nullptr && *text == "any") {
            join = {Join::Rule::any, 1};
        } else if (text == nullptr || *text != "all") {
            faults_->add(
                node.place,
                str(what,
                    " is ",
                    text != nullptr ? quoted(*text) : str("a ", node.type_name()),
                    "; allowed: all, any or {quorum: N}")
            );
            return;
        }
        check_join(node, what, join);
        from_->neuron.join = join;
    }

    void check_join(const TreeNode& node, const std::string& what, const Join& join) {
        if (join.rule == Join::Rule::all) {
            return;
        }
        if (from_->forward == nullptr || from_->forward->elements.empty()) {
            faults_->add(
                node.place,
                str(what, ": it forwards to nobody, so nothing is joined; remove it")
            );
            return;
        }
        const bool one = from_->kind != nullptr && from_->kind->emits == Emits::one;
        if (one && join.needed > from_->forward->elements.size()) {
            faults_->add(
                node.place,
                str(what,
                    ": a quorum of ",
                    join.needed,
                    " of ",
                    from_->forward->elements.size(),
                    " children can never be reached; lower it or forward to more")
            );
        }
    }

    std::span<ReadNeuron> neurons_;
    ReadNeuron* from_;
    const Limits* limits_;
    Faults* faults_;
};

}  // namespace

std::optional<NeuronIndex> find_neuron(std::span<const ReadNeuron> neurons, std::string_view name) {
    const auto found = std::ranges::lower_bound(neurons, name, {}, [](const ReadNeuron& read) {
        return std::string_view(read.neuron.name);
    });
    if (found == neurons.end() || found->neuron.name != name) {
        return std::nullopt;
    }
    return NeuronIndex{static_cast<std::uint16_t>(found - neurons.begin())};
}

std::optional<NeuronIndex> read_neuron_name(
    const TreeNode& node,
    std::string_view what,
    std::span<const ReadNeuron> neurons,
    Faults& faults
) {
    const json::string* name = node.if_string();
    if (name == nullptr) {
        faults.add(
            node.place,
            str(what, " holds a ", node.type_name(), "; allowed: the name of a neuron")
        );
        return std::nullopt;
    }
    const auto found = find_neuron(neurons, *name);
    if (!found && !faults.full()) {
        std::vector<std::string_view> names;
        for (const ReadNeuron& read : neurons) {
            names.emplace_back(read.neuron.name);
        }
        faults.add(
            node.place,
            str(what, " names the unknown neuron ", quoted(*name), suggestion(*name, names))
        );
    }
    return found;
}

void read_connections(std::span<ReadNeuron> neurons, const Limits& limits, Faults& faults) {
    for (ReadNeuron& from : neurons) {
        ConnectionReader(neurons, from, limits, faults).read();
    }
}

bool is_child(const Neuron& from, NeuronIndex to) {
    return std::ranges::any_of(from.forward, [&](const Connection& connection) {
        return std::ranges::find(connection.candidates, to) != connection.candidates.end();
    });
}

std::string names_of_children(std::span<const ReadNeuron> neurons, const Neuron& from) {
    std::string names;
    for (const Connection& connection : from.forward) {
        for (const NeuronIndex index : connection.candidates) {
            names += str(names.empty() ? "" : ", ", neurons[index.value].neuron.name);
        }
    }
    return names;
}

}  // namespace hal9::definition::detail
