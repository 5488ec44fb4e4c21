#include "sim/language/interpreter.hpp"

#include "hal9/base/text.hpp"
#include "hal9/model/limits.hpp"
#include "sim/language/key_states.hpp"
#include "sim/language/reference_step.hpp"
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

/// Stands for the time at which somebody answered: no end of a case may tell it.
constexpr std::string_view some_time = "(some time)";

bool knows_the_time(const json::value& value) {
    return json::serialize(value).find(some_time) != std::string::npos;
}

class Interpreter {
public:
    explicit Interpreter(const Case& story) : story_(story) {}

    Result<Allowed> run() {
        Allowed allowed;
        HAL9_TRY(allowed.ends, ends_of_run(story_.networks.front(), story_.input, allowed.signals));
        for (const End& end : allowed.ends) {
            too_much_ |= end.result && knows_the_time(*end.result);
        }
        if (too_much_ || states_.order_is_chance()) {
            return fail(ErrorCode::limit_exceeded, "too much to follow");
        }
        allowed.filled = std::move(filled_);
        allowed.counted = !lossy_;
        return allowed;
    }

private:
    Result<Ends>
    ends_of_run(const json::object& network, json::value root, std::uint64_t& signals) {
        if (const json::value* const schema = network.if_contains("input")) {
            fill_defaults(*schema, root);
            if (!fits(*schema, root)) {
                return fail(ErrorCode::invalid_argument, "the input does not fit its schema");
            }
        }
        const Run run{network, root, filled_, signals};
        return ends_of({run, std::string(network.at("start").as_string()), root});
    }

    /// As far as generated schemas go.
    static bool fits(const json::value& schema, const json::value& value) {
        const json::object& wanted = schema.as_object();
        if (wanted.contains("type") && wanted.at("type").as_string() != json_type_name(value)) {
            return false;
        }
        const json::value* const properties = wanted.if_contains("properties");
        return properties == nullptr || !value.is_object() ||
               std::ranges::all_of(properties->as_object(), [&](const auto& property) {
                   const json::value* const member = value.as_object().if_contains(property.key());
                   return member == nullptr || fits(property.value(), *member);
               });
    }

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
        ++signal.run.signals;
        too_much_ |= ++signals_ > signals_max;
        Ends ends = too_much_ ? Ends() : try_once(signal, 0, signal.attempts());
        too_much_ |= ends.size() > choices_max;
        // Where somebody above is failed by it, others are cancelled before they begin.
        lossy_ |= std::ranges::any_of(ends, [](const End& end) { return !end.result; });
        return ends;
    }

    /// From this attempt on.
    Ends try_once(const Signal& signal, std::uint32_t attempt, std::uint32_t allowed) {
        const auto key = key_of(signal);
        if (!key) {
            return attempt_failed(signal, key.error().code, attempt, allowed);
        }
        if (signal.waits()) {
            return wait(signal, attempt, allowed);
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

    /// Goes on with each thing that may end the wait.
    Ends wait(const Signal& signal, std::uint32_t attempt, std::uint32_t allowed) {
        const auto settings = settings_of(signal);
        const auto answers = settings ? answers_to(signal, settings->as_object())
                                      : Result<Ends>(std::unexpected(settings.error()));
        if (!answers) {
            return attempt_failed(signal, answers.error().code, attempt, allowed);
        }
        Ends ends;
        for (const End& answer : *answers) {
            Signal answered = signal;
            answered.answer = answer.result;
            add_all(
                ends,
                answer.result ? try_once(answered, 0, signal.attempts())
                              : exhausted(signal, answer.error, attempt + 1)
            );
        }
        return ends;
    }

    Result<Ends> answers_to(const Signal& signal, const json::object& settings) {
        if (signal.kind() == "human") {
            const json::value* const form = settings.if_contains("form");
            return said(
                "answer",
                story_.plan
                    .answers(settings.at("question"), form == nullptr ? json::value() : *form)
            );
        }
        if (signal.kind() == "network") {
            const json::value* const input = settings.if_contains("input");
            return called(settings.at("network"), input == nullptr ? signal.payload : *input);
        }
        const json::value& name = settings.at("name");
        if (!name.is_string() || name.get_string().empty()) {
            return fail(ErrorCode::invalid_argument, "`name` is no text");
        }
        too_much_ |= name.get_string().size() > Limits{}.message_name_bytes_max;
        return said("message", story_.plan.sends(name.get_string()));
    }

    static Ends said(const char* member, const std::optional<Plan::Said>& said) {
        if (!said) {
            return failed_with(ErrorCode::deadline_exceeded);
        }
        return completed_with({{member, said->value}, {"by", said->by}, {"at", some_time}});
    }

    Result<Ends> called(const json::value& name, const json::value& input) {
        for (const json::object& network : story_.networks) {
            if (network.at("name") == name) {
                std::uint64_t signals = 0;
                return ends_of_run(network, input, signals);
            }
        }
        return fail(ErrorCode::not_found, "there is no such network");
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
        // Tried again, it comes whenever an operator comes; and the plan asks about its payload.
        too_much_ |= signal.reads_state() || knows_the_time(signal.payload);
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
    std::set<Filled> filled_;
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
