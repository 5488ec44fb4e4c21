#include "sim/language/interpreter.hpp"

#include "hal9/base/text.hpp"
#include "hal9/model/limits.hpp"
#include "sim/language/folds.hpp"
#include "sim/language/key_states.hpp"
#include "sim/language/predicates.hpp"
#include "sim/language/reference_kinds.hpp"
#include "sim/language/templates.hpp"
#include "sim/language/values.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace hal9::sim::language {
namespace {

constexpr std::uint64_t signals_max = 400;
constexpr std::size_t choices_max = 200;

using Ends = std::vector<End>;

void add(Ends& ends, End end) {
    if (std::ranges::find(ends, end) == ends.end()) {
        ends.push_back(std::move(end));
    }
}

void add_all(Ends& ends, const Ends& more) {
    for (const End& end : more) {
        add(ends, end);
    }
}

Ends failed_with(ErrorCode code) {
    return {End{.result = std::nullopt, .error = code}};
}

Ends completed_with(json::value result) {
    return {End{.result = std::move(result)}};
}

/// A run as its signals see it.
struct Run {
    const json::object& network;
    const json::value& root;  ///< the payload of its first signal
    std::set<Filled>& filled;
};

/// A signal with its neuron.
struct Signal {
    const Run& run;
    std::string name;
    json::value payload;
    std::uint32_t ordinal = 0;
    std::string sender = {};   ///< whose child it is; "" of the root signal
    bool then = false;         ///< by `then`
    std::uint64_t family = 1;  ///< the same of all that were released together

    void note_filled(std::string condition = {}) const {
        run.filled.insert(
            {.from = sender, .then = then, .to = name, .condition = std::move(condition)}
        );
    }

    [[nodiscard]] const json::object& neuron() const {
        return run.network.at("neurons").at(name).as_object();
    }

    [[nodiscard]] Scope scope() const { return {payload, run.root}; }

    /// A field of the neuron, else of `defaults`, else nullptr.
    [[nodiscard]] const json::value* policy(std::string_view field) const {
        if (const json::value* const own = neuron().if_contains(field)) {
            return own;
        }
        const json::value* const defaults = run.network.if_contains("defaults");
        return defaults == nullptr ? nullptr : defaults->as_object().if_contains(field);
    }

    [[nodiscard]] std::uint32_t attempts() const {
        const json::value* const defaults = run.network.if_contains("defaults");
        for (const json::object* const from :
             {&neuron(), defaults == nullptr ? nullptr : &defaults->as_object()}) {
            const json::value* const retry = from == nullptr ? nullptr : from->if_contains("retry");
            if (retry != nullptr && retry->as_object().contains("attempts")) {
                return retry->at("attempts").to_number<std::uint32_t>();
            }
        }
        return NeuronDefaults{}.attempts;
    }

    [[nodiscard]] bool parks() const {
        const json::value* const rule = policy("on_exhausted");
        return rule != nullptr && *rule == "park";
    }

    [[nodiscard]] bool says_on_child_error(std::string_view rule) const {
        const json::value* const given = policy("on_child_error");
        if (given == nullptr) {
            return rule == "fail";
        }
        return given->is_string() ? given->as_string() == rule : rule == "value";
    }

    /// How many children must succeed; 0: all that are not forgiven.
    [[nodiscard]] std::size_t needed() const {
        const json::value* const join = neuron().if_contains("join");
        if (join == nullptr || *join == "all") {
            return 0;
        }
        return *join == "any" ? 1 : join->at("quorum").to_number<std::size_t>();
    }

    [[nodiscard]] bool changes_state() const { return neuron().at("kind") == "state.update"; }

    /// What it emits depends on the state that it finds.
    [[nodiscard]] bool reads_state() const {
        if (!changes_state()) {
            return false;
        }
        const json::value& op = neuron().at("settings").at("op");
        return op == "increment" || op == "merge";
    }

    [[nodiscard]] bool forwards() const {
        const json::value* const forward = neuron().if_contains("forward");
        return forward != nullptr && !forward->as_array().empty();
    }
};

struct Child {
    std::string neuron;
    json::value payload;
};

/// What one attempt came to: children, or the neuron's own result.
struct Step {
    std::vector<Child> children;
    json::value result;
    std::optional<json::value> state;  ///< of its key from now on
};

void keep(const Signal& signal, json::value& into) {
    copy_members(signal.neuron().if_contains("keep"), signal.payload, into);
}

/// The neuron that one entry of `forward` leads to, if it does.
Result<std::optional<std::string>>
target_of(const Signal& signal, const json::value& entry, const Emitted& emitted) {
    if (entry.is_string()) {
        const bool meant = emitted.to.empty() || emitted.to == entry.as_string();
        return meant ? std::optional(std::string(entry.as_string())) : std::nullopt;
    }
    std::optional<std::string> target;
    if (const json::value* const candidates = entry.as_object().if_contains("any_of")) {
        for (const json::value& candidate : candidates->as_array()) {
            const bool meant = emitted.to.empty() || emitted.to == candidate.as_string();
            if (!target && meant) {
                target = candidate.as_string();
            }
        }
    } else if (emitted.to.empty() || emitted.to == entry.at("to").as_string()) {
        target = entry.at("to").as_string();
    }
    const json::value* const when = entry.as_object().if_contains("when");
    if (target && when != nullptr) {
        HAL9_TRY(const bool holds, language::holds(*when, emitted.value, signal.scope()));
        signal.note_filled(json::serialize(*when));
        return holds ? target : std::nullopt;
    }
    return target;
}

Result<std::vector<Child>>
children_of(const Signal& signal, const std::vector<Emitted>& emissions) {
    std::vector<Child> children;
    for (const Emitted& emitted : emissions) {
        for (const json::value& entry : signal.neuron().at("forward").as_array()) {
            HAL9_TRY(const auto target, target_of(signal, entry, emitted));
            if (target) {
                children.push_back({*target, emitted.value});
            }
        }
    }
    return children;
}

/// Nothing of a neuron without `key`.
Result<std::optional<ReferenceKey>> key_of(const Signal& signal) {
    const json::value* const key = signal.neuron().if_contains("key");
    if (key == nullptr) {
        return std::nullopt;
    }
    HAL9_TRY(const json::value value, fill(*key, signal.scope()));
    return ReferenceKey{
        .network = std::string(signal.run.network.at("name").as_string()),
        .neuron = signal.name,
        .value = canonical_json(value),
    };
}

/// One attempt, up to what it emits.
Result<std::vector<Emitted>>
emissions_of(const Signal& signal, std::uint32_t attempt, const json::value& state) {
    const json::value* const given = signal.neuron().if_contains("settings");
    HAL9_TRY(
        const json::value settings,
        fill(given == nullptr ? json::value(json::object()) : *given, signal.scope())
    );
    HAL9_TRY(
        std::vector<Emitted> emissions,
        emit({
            .kind = std::string(signal.neuron().at("kind").as_string()),
            .settings = settings.as_object(),
            .payload = signal.payload,
            .state = state,
            .ordinal = signal.ordinal,
            .attempt = attempt,
        })
    );
    signal.note_filled();
    return emissions;
}

/// What a neuron makes of emissions that go nowhere.
Result<json::value> own_result(const Signal& signal, const std::vector<Emitted>& emissions) {
    if (!emits_many(signal.neuron().at("kind").as_string())) {
        return emissions.empty() ? json::value() : emissions.front().value;
    }
    if (signal.forwards()) {
        return combine(signal.neuron().at("combine").as_object(), {});
    }
    json::array list;
    for (const Emitted& emitted : emissions) {
        list.push_back(emitted.value);
    }
    return list;
}

Result<Step> step_of(const Signal& signal, std::uint32_t attempt, const json::value& state) {
    HAL9_TRY(std::vector<Emitted> emissions, emissions_of(signal, attempt, state));
    Step step;
    if (signal.changes_state()) {
        step.state = emissions.front().value;
    }
    for (Emitted& emitted : emissions) {
        keep(signal, emitted.value);
    }
    if (signal.forwards()) {
        HAL9_TRY(step.children, children_of(signal, emissions));
    }
    const bool joins = !step.children.empty() || signal.neuron().contains("combine");
    if (joins && step.children.size() < signal.needed()) {
        return fail(ErrorCode::invalid_argument, "fewer children than its join needs");
    }
    if (step.children.empty()) {
        HAL9_TRY(step.result, own_result(signal, emissions));
    }
    return step;
}

/// The signal that the result becomes; nothing where it does not go on.
Result<std::optional<json::value>> signal_of_then(const Signal& signal, const json::value& result) {
    const json::value* const then = signal.neuron().if_contains("then");
    if (then == nullptr) {
        return std::nullopt;
    }
    json::value next = result;
    keep(signal, next);
    const json::value* const when =
        then->is_object() ? then->as_object().if_contains("when") : nullptr;
    if (when != nullptr) {
        HAL9_TRY(const bool goes_on, holds(*when, next, signal.scope()));
        signal.note_filled(json::serialize(*when));
        if (!goes_on) {
            return std::nullopt;
        }
    }
    return next;
}

/// The counted children's results, in ordinal order, as the neuron's own.
Result<json::value> gather(const Signal& signal, const std::vector<ChildResult>& counted) {
    if (const json::value* const combine = signal.neuron().if_contains("combine")) {
        return language::combine(combine->as_object(), counted);
    }
    const bool routes = signal.neuron().at("kind") == "json.route";
    if (routes || signal.neuron().at("forward").as_array().size() == 1) {
        return counted.empty() ? json::value() : counted.back().value;
    }
    json::object by_name;
    for (const ChildResult& child : counted) {
        by_name[child.neuron] = child.value;
    }
    return by_name;
}

class Interpreter {
public:
    explicit Interpreter(const Case& story) : story_(story) {}

    Result<Allowed> run() {
        const json::object& network = story_.networks.front();
        json::value root = story_.input;
        if (const json::value* const schema = network.if_contains("input")) {
            fill_defaults(*schema, root);
        }
        Allowed allowed;
        const Run run{network, root, allowed.filled};
        allowed.ends = ends_of({run, std::string(network.at("start").as_string()), root});
        if (too_much_ || states_.order_is_chance()) {
            return fail(ErrorCode::limit_exceeded, "too much to follow");
        }
        allowed.signals = signals_;
        allowed.counted = !lossy_;
        return allowed;
    }

private:
    static void fill_defaults(const json::value& schema, json::value& value) {
        const json::value* const properties = schema.as_object().if_contains("properties");
        if (properties == nullptr || !value.is_object()) {
            return;
        }
        for (const auto& [name, property] : properties->as_object()) {
            const json::value* const otherwise = property.as_object().if_contains("default");
            if (otherwise != nullptr && !value.as_object().contains(name)) {
                value.as_object()[name] = *otherwise;
            }
            if (value.as_object().contains(name)) {
                fill_defaults(property, value.as_object().at(name));
            }
        }
    }

    Ends ends_of(const Signal& signal) {
        too_much_ |= ++signals_ > signals_max;
        Ends ends = too_much_ ? Ends() : try_once(signal, 0, signal.attempts());
        too_much_ |= ends.size() > choices_max;
        return ends;
    }

    /// From this attempt on.
    Ends try_once(const Signal& signal, std::uint32_t attempt, std::uint32_t allowed) {
        const auto key = key_of(signal);
        if (!key) {
            return attempt_failed(signal, key.error().code, attempt, allowed);
        }
        const json::value state =
            signal.reads_state() ? states_.read(**key, signal.family) : json::value();
        auto step = step_of(signal, attempt, state);
        if (!step) {
            return attempt_failed(signal, step.error().code, attempt, allowed);
        }
        const auto next = step->children.empty() ? signal_of_then(signal, step->result)
                                                 : std::optional<json::value>();
        if (!next) {
            return attempt_failed(signal, next.error().code, attempt, allowed);
        }
        if (step->state) {
            states_.write(**key, *step->state);
        }
        return step->children.empty() ? go_on(signal, step->result, *next)
                                      : after_children(signal, step->children);
    }

    Ends attempt_failed(
        const Signal& signal,
        ErrorCode code,
        std::uint32_t attempt,
        std::uint32_t allowed
    ) {
        if (is_retryable(code) && attempt + 1 < allowed) {
            return try_once(signal, attempt + 1, allowed);
        }
        return exhausted(signal, code, attempt + 1);
    }

    /// The error goes up, or an operator decides.
    Ends exhausted(const Signal& signal, ErrorCode code, std::uint32_t attempt) {
        lossy_ = true;
        if (!signal.parks() && code != ErrorCode::nondeterministic) {
            return failed_with(code);
        }
        too_much_ |= signal.reads_state();  // tried again, it comes whenever an operator comes
        if (story_.plan.redrives(signal.name, signal.payload, attempt)) {
            return try_once(signal, attempt + 1, attempt + 1 + signal.attempts());
        }
        return failed_with(ErrorCode::cancelled);
    }

    Ends after_children(const Signal& signal, const std::vector<Child>& children) {
        std::vector<Ends> each;
        const std::uint64_t family = ++families_;
        for (std::size_t i = 0; i < children.size() && !too_much_; ++i) {
            each.push_back(ends_of(
                {signal.run,
                 children[i].neuron,
                 children[i].payload,
                 static_cast<std::uint32_t>(i),
                 signal.name,
                 false,
                 family}
            ));
        }
        Ends ends;
        for (const End& joined : too_much_ ? Ends() : join(signal, children, each)) {
            if (!joined.result) {
                add(ends, joined);
                continue;
            }
            const auto next = signal_of_then(signal, *joined.result);
            add_all(
                ends,
                next ? go_on(signal, *joined.result, *next) : failed_with(next.error().code)
            );
        }
        return ends;
    }

    /// With the signal of `then`, if there is one.
    Ends
    go_on(const Signal& signal, const json::value& result, const std::optional<json::value>& next) {
        if (!next) {
            return completed_with(result);
        }
        const json::value& then = signal.neuron().at("then");
        const json::value& to = then.is_string() ? then : then.at("to");
        Ends ends;
        for (const End& other : ends_of(
                 {signal.run, std::string(to.as_string()), *next, 0, signal.name, true, ++families_}
             )) {
            add(ends, after_then(signal, result, other));
        }
        return ends;
    }

    /// `on_child_error` says what a failure of the signal of `then` means.
    static End after_then(const Signal& signal, const json::value& result, const End& other) {
        if (!other.result && signal.says_on_child_error("fail")) {
            return other;
        }
        if (!other.result && signal.says_on_child_error("skip")) {
            return {.result = result};
        }
        const json::value value =
            other.result ? *other.result : signal.policy("on_child_error")->at("value");
        const json::value& then = signal.neuron().at("then");
        if (then.is_string() || !then.as_object().contains("as")) {
            return {.result = value};
        }
        if (!result.is_object()) {
            return {.result = std::nullopt, .error = ErrorCode::invalid_argument};
        }
        json::value with_member = result;
        with_member.as_object()[then.at("as").as_string()] = value;
        return {.result = with_member};
    }

    // ---- joins

    /// Every way in which the children may end together, and what each means.
    Ends
    join(const Signal& signal, const std::vector<Child>& children, const std::vector<Ends>& each) {
        std::size_t combinations = 1;
        for (const Ends& ends : each) {
            combinations *= ends.size();
            if (combinations > choices_max) {
                too_much_ = true;
                return {};
            }
        }
        Ends ends;
        for (std::size_t number = 0; number < combinations; ++number) {
            std::vector<End> choice;
            std::size_t rest = number;
            for (const Ends& of_child : each) {
                choice.push_back(of_child[rest % of_child.size()]);
                rest /= of_child.size();
            }
            add_all(
                ends,
                signal.needed() > 0 ? join_some(signal, children, choice)
                                    : join_all(signal, children, choice)
            );
        }
        return ends;
    }

    static Ends gathered(const Signal& signal, const std::vector<ChildResult>& counted) {
        auto result = gather(signal, counted);
        return result ? completed_with(*std::move(result)) : failed_with(result.error().code);
    }

    static Ends join_all(
        const Signal& signal,
        const std::vector<Child>& children,
        const std::vector<End>& choice
    ) {
        std::vector<ChildResult> counted;
        Ends failures;
        for (std::size_t i = 0; i < choice.size(); ++i) {
            if (choice[i].result) {
                counted.push_back({children[i].neuron, *choice[i].result});
            } else if (signal.says_on_child_error("value")) {
                counted.push_back({children[i].neuron, signal.policy("on_child_error")->at("value")}
                );
            } else if (signal.says_on_child_error("fail")) {
                // Those before the first one that failed may all be folded by then.
                const auto folded = failures.empty() ? gather(signal, counted) : json::value();
                add_all(failures, folded ? Ends() : failed_with(folded.error().code));
                add(failures, choice[i]);
            }
        }
        return failures.empty() ? gathered(signal, counted) : failures;
    }

    Ends join_some(
        const Signal& signal,
        const std::vector<Child>& children,
        const std::vector<End>& choice
    ) {
        lossy_ = true;
        const std::size_t needed = signal.needed();
        std::vector<ChildResult> succeeded;
        std::vector<End> failed;
        for (std::size_t i = 0; i < choice.size(); ++i) {
            if (choice[i].result) {
                succeeded.push_back({children[i].neuron, *choice[i].result});
            } else {
                failed.push_back(choice[i]);
            }
        }
        Ends ends;
        if (succeeded.size() < needed) {
            // So many failures decide it, whichever come first: the lowest of them says why.
            const std::size_t deciding = choice.size() - needed + 1;
            for (std::size_t i = 0; i + deciding <= failed.size(); ++i) {
                add(ends, failed[i]);
            }
            return ends;
        }
        std::vector<ChildResult> counted;
        choose(signal, succeeded, {0, needed}, counted, ends);
        return ends;
    }

    struct Choosing {
        std::size_t from = 0;
        std::size_t wanted = 0;
    };

    /// Each way to count so many of the successes.
    void choose(
        const Signal& signal,
        const std::vector<ChildResult>& succeeded,
        Choosing choosing,
        std::vector<ChildResult>& counted,
        Ends& ends
    ) {
        too_much_ |= ++ways_ > 10 * choices_max;
        if (choosing.wanted == 0 || too_much_) {
            add_all(ends, gathered(signal, counted));
            return;
        }
        for (std::size_t i = choosing.from; i + choosing.wanted <= succeeded.size(); ++i) {
            counted.push_back(succeeded[i]);
            choose(signal, succeeded, {i + 1, choosing.wanted - 1}, counted, ends);
            counted.pop_back();
        }
    }

    const Case& story_;
    std::uint64_t signals_ = 0;
    std::uint64_t families_ = 1;  ///< the first is the root signal
    KeyStates states_;
    std::uint64_t ways_ = 0;  ///< to count children that were looked at
    bool lossy_ = false;      ///< something failed for good, or lost a join
    bool too_much_ = false;   ///< it is given up
};

}  // namespace

bool operator==(const End& a, const End& b) {
    if (a.result.has_value() != b.result.has_value()) {
        return false;
    }
    return a.result ? compare(*a.result, *b.result) == 0 : a.error == b.error;
}

std::string to_string(const End& end) {
    return end.result ? str("completed with ", canonical_json(*end.result))
                      : str("failed with ", to_string(end.error));
}

Result<Allowed> interpret(const Case& story) {
    return Interpreter(story).run();
}

}  // namespace hal9::sim::language
