#include "hal9/app/case_verdict.hpp"

#include "hal9/app/tables.hpp"
#include "hal9/app/value_difference.hpp"
#include "hal9/base/text.hpp"

#include <algorithm>
#include <utility>

namespace hal9::app {
namespace {

using End = CaseOutcome::End;

constexpr std::size_t value_width = 160;

/// Beginning where they differ, so that what is cut is what they have in common.
std::string shown(const json::value& value, const std::optional<json::value>& other) {
    const std::string text = readable_json(value);
    return other ? clipped_to_difference(text, readable_json(*other), value_width)
                 : clipped(text, value_width);
}

std::string describe(std::string_view what, const ValueDifference& difference) {
    const std::string place = str(what, difference.pointer);
    if (!difference.actual) {
        return str(place, " is missing; expected ", shown(*difference.expected, {}));
    }
    const std::string actual = shown(*difference.actual, difference.expected);
    if (!difference.expected) {
        return str(place, " is ", actual, "; not expected at all");
    }
    return str(
        place,
        " is ",
        actual,
        "; expected ",
        shown(*difference.expected, difference.actual)
    );
}

/// What the message of an error cannot know: that nothing outside the case is there.
std::string_view hint(const Error& error) {
    const std::string message = error.full_message();
    if (error.code != ErrorCode::not_found) {
        return "";
    }
    return message.contains("there is no network") ? "; a case names its file under `networks`"
           : message.contains("there is no file") || message.contains("there is no directory")
               ? "; a case sees only what is under its `files`"
               : "";
}

class Judge {
public:
    Judge(const TestCase& test, const CaseOutcome& outcome) : test_(test), outcome_(outcome) {}

    std::vector<CaseFailure> judge() {
        for (const auto& [pointer, message] : outcome_.problems) {
            add(pointer, message);
        }
        if (test_.expected.are_none()) {
            add(test_.pointer,
                "the case expects nothing; say what with `result`, `matches`, `holds`, `error`, "
                "`signals` or `took`, or let --update write the result");
            return std::move(failures_);
        }
        judge_end();
        judge_signals();
        if (const auto& took = test_.expected.took; took && took->value != outcome_.took) {
            add(took->pointer,
                str("the run took ",
                    outcome_.took == Duration(0) ? "no time" : format_duration(outcome_.took),
                    "; expected ",
                    format_duration(took->value)));
        }
        return std::move(failures_);
    }

private:
    void add(std::string pointer, std::string message) {
        failures_.push_back({.pointer = std::move(pointer), .message = std::move(message)});
    }

    void judge_end() {
        switch (outcome_.end) {
            case End::completed:
                judge_result();
                break;
            case End::failed:
                judge_error();
                break;
            case End::stopped:
                judge_stop();
                break;
            case End::too_large:
                add(expectation(),
                    "the run has more signals than a case may have (case_signals_max)");
                break;
            case End::too_slow:
                add(expectation(), "the run did not end in time; --timeout gives it longer");
                break;
        }
    }

    /// What expects a certain end.
    [[nodiscard]] std::string expectation() const {
        const Expectations& expected = test_.expected;
        return expected.result    ? expected.result->pointer
               : expected.matches ? expected.matches->pointer
               : expected.holds   ? expected.holds->pointer
               : expected.error   ? expected.error->pointer
                                  : test_.pointer;
    }

    void judge_result() {
        const Expectations& expected = test_.expected;
        if (expected.error) {
            add(expected.error->pointer,
                str("the run completed with ", shown(outcome_.result, {}), "; expected an error"));
            return;
        }
        if (expected.result) {
            compare(*expected.result, Match::exact);
        }
        if (expected.matches) {
            compare(*expected.matches, Match::subset);
        }
        if (expected.holds && !expected.holds->value.holds(outcome_.result)) {
            add(expected.holds->pointer,
                str("`holds` does not hold of the result, ", shown(outcome_.result, {})));
        }
    }

    void compare(const Said<json::value>& expected, Match match) {
        for (ValueDifference& each : compare_values(expected.value, outcome_.result, match)) {
            failures_.push_back({
                expected.pointer + each.pointer,
                describe("result", each),
                std::move(each.pointer),
                std::move(each.expected),
                std::move(each.actual),
            });
        }
    }

    void judge_error() {
        const Error error = outcome_.error.value_or(Error());
        const std::string happened =
            str("the run failed (", to_string(error.code), "): ", error.full_message());
        const auto& expected = test_.expected.error;
        if (!expected) {
            add(expectation(), str(happened, hint(error)));
            return;
        }
        const auto& [code, message] = expected->value;
        if (code && *code != error.code) {
            add(expected->pointer, str(happened, "; expected ", to_string(*code)));
        } else if (!error.full_message().contains(message)) {
            add(expected->pointer, str(happened, "; expected \"", message, "\" in it"));
        }
    }

    /// Right where the case counts what waits or is parked.
    void judge_stop() {
        const auto counts_open = [](const Said<ExpectedSignals>& each) {
            return each.value.status && !has_ended(*each.value.status) && each.value.count > 0;
        };
        if (std::ranges::any_of(test_.expected.signals, counts_open) &&
            expectation() == test_.pointer) {
            return;
        }
        std::string message = "the run does not end:";
        constexpr std::size_t lines_max = 10;
        for (std::size_t i = 0; i < std::min(outcome_.waiting.size(), lines_max); ++i) {
            message += str(i == 0 ? " " : "; ", outcome_.waiting[i]);
        }
        if (outcome_.waiting.size() > lines_max) {
            message += str("; and ", outcome_.waiting.size() - lines_max, " more");
        }
        add(expectation(), std::move(message));
    }

    void judge_signals() {
        for (const auto& [pointer, expected] : test_.expected.signals) {
            const auto found = outcome_.signals.find(expected.neuron);
            std::uint64_t count = 0;
            for (std::size_t i = 0; found != outcome_.signals.end() && i < 6; ++i) {
                if (!expected.status || static_cast<std::size_t>(*expected.status) == i) {
                    count += found->second[i];
                }
            }
            if (count != expected.count) {
                add(pointer,
                    str("`",
                        expected.neuron,
                        "` had ",
                        count,
                        " signals",
                        expected.status ? str(" ", to_string(*expected.status)) : std::string(),
                        "; expected ",
                        expected.count));
            }
        }
    }

    const TestCase& test_;
    const CaseOutcome& outcome_;
    std::vector<CaseFailure> failures_;
};

}  // namespace

std::vector<CaseFailure> judge(const TestCase& test, const CaseOutcome& outcome) {
    return Judge(test, outcome).judge();
}

}  // namespace hal9::app
