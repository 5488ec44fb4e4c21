#include "hal9/definition/detail/neuron_reader.hpp"

#include "hal9/base/text.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace hal9::definition::detail {
namespace {

constexpr std::array<std::string_view, 18> neuron_keys{
    "layer",
    "kind",
    "settings",
    "keep",
    "forward",
    "combine",
    "then",
    "join",
    "on_child_error",
    "on_exhausted",
    "key",
    "key_ttl",
    "concurrency",
    "timeout",
    "deadline",
    "retry",
    "priority",
    "needs"
};
constexpr std::array<std::string_view, 3> needs_keys{"memory", "cpu", "tags"};
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

void read_keep(const Fields& fields, Neuron& out, Faults& faults) {
    const TreeNode* node = fields.find("keep");
    if (node == nullptr) {
        return;
    }
    const std::string what = str("\"keep\" of ", fields.what());
    if (auto names = read_names(*node, what, "a list of members of the payload", faults)) {
        out.keep = *std::move(names);
    }
}

void read_key(const Fields& fields, const ReadNeuron& read, Neuron& out, Faults& faults) {
    const TreeNode* key = fields.find("key");
    const TreeNode* ttl = fields.find("key_ttl");
    if (key == nullptr) {
        if (ttl != nullptr) {
            faults.add(
                ttl->place,
                str("\"key_ttl\" of ", fields.what(), " has no \"key\" beside it; add one")
            );
        }
        if (read.kind != nullptr && read.kind->keyed) {
            faults.add(
                read.source->place,
                str(fields.what(),
                    " lacks the key \"key\": its kind ",
                    read.kind->name,
                    " works on the state of a key; for example key: \"${/name}\"")
            );
        }
        return;
    }
    const std::string what = str("\"key\" of ", fields.what());
    const auto text = read_text(*key, what, faults);
    if (!text) {
        return;
    }
    auto compiled = Settings::compile({{"key", *text}});
    if (!compiled) {
        faults.add(key->place, str(fields.what(), ": ", compiled.error().message));
        return;
    }
    if (!Settings::has_template(*text)) {
        faults.add(
            key->place,
            str(what, " is ", quoted(*text), "; allowed: a value of the payload, as in \"${/id}\"")
        );
        return;
    }
    out.keyed = Keyed{.value = *std::move(compiled), .ttl = std::nullopt};
    if (ttl != nullptr) {
        out.keyed->ttl = read_duration(*ttl, str("\"key_ttl\" of ", fields.what()), faults);
    }
}

void read_needs(const Fields& fields, Neuron& out, Faults& faults) {
    const TreeNode* node = fields.find("needs");
    if (node == nullptr) {
        return;
    }
    const std::string what = str("\"needs\" of ", fields.what());
    const Fields needs(*node, what, {.known = needs_keys, .later = {}}, faults);
    if (const TreeNode* memory = needs.find("memory")) {
        const auto text = read_text(*memory, str("\"memory\" of ", what), faults);
        const auto size = text ? parse_size(*text) : Result<std::uint64_t>(0);
        if (!size) {
            faults.add(memory->place, str("\"memory\" of ", what, ": ", size.error().message));
        }
        out.needs.memory_bytes = size.value_or(0);
    }
    if (const TreeNode* cpu = needs.find("cpu")) {
        const bool number = cpu->kind == TreeNode::Kind::scalar && cpu->scalar.is_number();
        const double cpus = number ? cpu->scalar.to_number<double>() : -1;
        if (cpus <= 0) {
            faults.add(
                cpu->place,
                str("\"cpu\" of ", what, " must be a number of processors above 0")
            );
        }
        out.needs.cpus = cpus;
    }
    if (const TreeNode* tags = needs.find("tags")) {
        if (auto names = read_names(*tags, str("\"tags\" of ", what), "a list of tags", faults)) {
            out.needs.tags = *std::move(names);
        }
    }
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
        {.known = neuron_keys, .later = {}},
        faults
    );
    read_layer(fields, out, faults);
    read_kind(fields, kinds, out, faults);
    read_keep(fields, out.neuron, faults);
    read_key(fields, out, out.neuron, faults);
    read_needs(fields, out.neuron, faults);
    out.settings = fields.find("settings");
    out.forward = fields.find("forward");
    out.combine = fields.find("combine");
    out.then = fields.find("then");
    out.join = fields.find("join");
    out.key = fields.find("key");
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
