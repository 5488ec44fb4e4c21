#include "hal9/definition/detail/neuron_reader.hpp"

#include "hal9/base/text.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace hal9::definition::detail {
namespace {

constexpr std::array<std::string_view, 13> neuron_keys{
    "layer",
    "kind",
    "settings",
    "forward",
    "combine",
    "on_child_error",
    "on_exhausted",
    "join",
    "concurrency",
    "timeout",
    "deadline",
    "retry",
    "priority"
};
constexpr std::array<std::string_view, 5>
    neuron_keys_later{"then", "keep", "key", "key_ttl", "needs"};
constexpr std::array<std::string_view, 7> default_keys{
    "concurrency",
    "timeout",
    "deadline",
    "retry",
    "priority",
    "on_child_error",
    "on_exhausted"
};
constexpr std::array<std::string_view, 3> retry_keys{"attempts", "base", "max"};
constexpr std::array<std::string_view, 1> value_keys{"value"};

constexpr std::int64_t concurrency_max = 100'000;

class PolicyReader {
public:
    PolicyReader(const Fields& fields, const Limits& limits, Faults& faults)
        : fields_(&fields), limits_(&limits), faults_(&faults) {}

    void read(Policies& out) const {
        if (const auto concurrency = integer("concurrency", {.min = 1, .max = concurrency_max})) {
            out.concurrency = static_cast<std::uint32_t>(*concurrency);
        }
        if (const auto timeout = duration("timeout")) {
            out.timeout = *timeout;
        }
        if (const auto deadline = duration("deadline")) {
            out.deadline = *deadline;
        }
        if (const auto priority = integer("priority", {.min = 0, .max = priority_max})) {
            out.priority = static_cast<std::uint8_t>(*priority);
        }
        if (const TreeNode* node = fields_->find("retry")) {
            read_retry(*node, out.retry);
        }
        if (const TreeNode* node = fields_->find("on_child_error")) {
            read_on_child_error(*node, out.on_child_error);
        }
        if (const TreeNode* node = fields_->find("on_exhausted")) {
            static constexpr std::array<std::string_view, 2> words{"fail", "park"};
            if (const auto word = read_word(*node, what_of("on_exhausted"), words, *faults_)) {
                out.on_exhausted = *word == 0 ? OnExhausted::fail : OnExhausted::park;
            }
        }
    }

private:
    [[nodiscard]] std::string what_of(std::string_view key) const {
        return str("\"", key, "\" of ", fields_->what());
    }

    [[nodiscard]] std::optional<std::int64_t> integer(std::string_view key, IntegerRange range)
        const {
        const TreeNode* node = fields_->find(key);
        return node == nullptr ? std::nullopt : read_integer(*node, what_of(key), range, *faults_);
    }

    [[nodiscard]] std::optional<Duration> duration(std::string_view key) const {
        const TreeNode* node = fields_->find(key);
        return node == nullptr ? std::nullopt : read_duration(*node, what_of(key), *faults_);
    }

    void read_retry(const TreeNode& node, RetryPolicy& out) const {
        const Fields fields(node, what_of("retry"), {.known = retry_keys, .later = {}}, *faults_);
        if (const TreeNode* attempts = fields.find("attempts")) {
            const auto number = read_integer(
                *attempts,
                str("\"attempts\" of ", fields.what()),
                {.min = 1, .max = limits_->attempts_max},
                *faults_
            );
            out.attempts = static_cast<std::uint16_t>(number.value_or(out.attempts));
        }
        for (const auto& [key, target] :
             {std::pair("base", &out.base), std::pair("max", &out.max)}) {
            if (const TreeNode* found = fields.find(key)) {
                const std::string what = str("\"", key, "\" of ", fields.what());
                *target = read_duration(*found, what, *faults_).value_or(*target);
            }
        }
        if (out.base > out.max) {
            faults_->add(
                node.place,
                str(fields.what(),
                    ": base is ",
                    format_duration(out.base),
                    " and max ",
                    format_duration(out.max),
                    "; max must be at least base")
            );
        }
    }

    void read_on_child_error(const TreeNode& node, OnChildError& out) const {
        const std::string what = what_of("on_child_error");
        if (node.is_object()) {
            const Fields fields(node, what, {.known = value_keys, .later = {}}, *faults_);
            if (const TreeNode* value = fields.require("value")) {
                out = {.rule = OnChildError::Rule::value, .value = to_json(*value)};
            }
            return;
        }
        const json::string* text = node.if_string();
        if (text != nullptr && (*text == "fail" || *text == "skip")) {
            out.rule = *text == "fail" ? OnChildError::Rule::fail : OnChildError::Rule::skip;
            out.value = nullptr;
            return;
        }
        faults_->add(
            node.place,
            str(what,
                " is ",
                text == nullptr ? str("a ", node.type_name()) : quoted(*text),
                "; allowed: fail, skip or {value: X}")
        );
    }

    const Fields* fields_;
    const Limits* limits_;
    Faults* faults_;
};

void read_layer(const Fields& fields, ReadNeuron& out, Faults& faults) {
    const TreeNode* node = fields.require("layer");
    if (node == nullptr) {
        return;
    }
    const json::string* text = node->if_string();
    if (text != nullptr && text->size() == 2 && (*text)[0] == 'L' && (*text)[1] >= '1' &&
        (*text)[1] <= '9') {
        out.neuron.layer = static_cast<std::uint8_t>((*text)[1] - '0');
        out.has_layer = true;
        return;
    }
    faults.add(
        node->place,
        str("\"layer\" of ",
            fields.what(),
            " is ",
            text != nullptr ? quoted(*text) : json::serialize(to_json(*node)).substr(0, 40),
            "; allowed: L1 (reflexive) to L9 (universal)")
    );
}

void read_kind(const Fields& fields, KindCatalog kinds, ReadNeuron& out, Faults& faults) {
    const TreeNode* node = fields.require("kind");
    const auto name = node == nullptr
                          ? std::nullopt
                          : read_text(*node, str("\"kind\" of ", fields.what()), faults);
    if (!name) {
        return;
    }
    out.neuron.kind = *name;
    out.kind = find_kind(kinds, *name);
    if (out.kind != nullptr) {
        out.neuron.emits = out.kind->emits;
        out.neuron.form = out.kind->form;
        return;
    }
    if (faults.full()) {
        return;
    }
    std::vector<std::string_view> names;
    for (const KindDescription& kind : kinds) {
        names.emplace_back(kind.name);
    }
    faults.add(
        node->place,
        str("unknown kind ", quoted(*name), " of ", fields.what(), suggestion(*name, names))
    );
}

void check_join(const Fields& fields, Faults& faults) {
    const TreeNode* node = fields.find("join");
    if (node == nullptr) {
        return;
    }
    const json::string* text = node->if_string();
    if (text != nullptr && *text == "all") {
        return;
    }
    const bool later = (text != nullptr && *text == "any") ||
                       (node->is_object() && node->find("quorum") != nullptr);
    faults.add(
        node->place,
        str("\"join\" of ",
            fields.what(),
            later ? " is not in this version"
                  : str(" is ", text != nullptr ? quoted(*text) : str("a ", node->type_name())),
            "; allowed: all")
    );
}

}  // namespace

bool is_name(std::string_view text) {
    constexpr std::size_t name_bytes_max = 64;
    return !text.empty() && text.size() <= name_bytes_max && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-';
    });
}

std::string what_of_neuron(std::string_view name) {
    return str("neuron ", quoted(name));
}

Policies read_defaults(const TreeNode* node, const Limits& limits, Faults& faults) {
    Policies out;
    if (node != nullptr) {
        const Fields fields(*node, "`defaults`", {.known = default_keys, .later = {}}, faults);
        PolicyReader(fields, limits, faults).read(out);
    }
    return out;
}

ReadNeuron read_neuron(
    const TreeNode::Member& member,
    const Policies& defaults,
    KindCatalog kinds,
    const Limits& limits,
    Faults& faults
) {
    ReadNeuron out;
    out.source = &member;
    out.neuron.name = member.name;
    if (!is_name(member.name)) {
        faults.add(
            member.place,
            str(what_of_neuron(member.name), ": a name has 1 to 64 letters, digits, `_` or `-`")
        );
    }
    const Fields fields(
        member.node,
        what_of_neuron(member.name),
        {.known = neuron_keys, .later = neuron_keys_later},
        faults
    );
    read_layer(fields, out, faults);
    read_kind(fields, kinds, out, faults);
    check_join(fields, faults);
    out.settings = fields.find("settings");
    out.forward = fields.find("forward");
    out.combine = fields.find("combine");
    Policies policies = defaults;
    PolicyReader(fields, limits, faults).read(policies);
    out.neuron.on_child_error = std::move(policies.on_child_error);
    out.neuron.on_exhausted = policies.on_exhausted;
    out.neuron.retry = policies.retry;
    out.neuron.concurrency = policies.concurrency;
    out.neuron.timeout = policies.timeout;
    out.neuron.deadline = policies.deadline;
    out.neuron.priority = policies.priority;
    return out;
}

}  // namespace hal9::definition::detail
