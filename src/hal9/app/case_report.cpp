#include "hal9/app/case_report.hpp"

#include "hal9/app/tables.hpp"
#include "hal9/base/text.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace hal9::app {
namespace {

constexpr std::string_view green = "\x1b[32m";
constexpr std::string_view yellow = "\x1b[33m";
constexpr std::string_view red = "\x1b[31m";
constexpr std::string_view plain = "\x1b[0m";

constexpr Duration worth_telling = std::chrono::milliseconds(100);

std::string word_of(const CaseReport& report, bool colours) {
    const bool passed = report.has_passed();
    const std::string_view word = !passed ? "FAILED " : report.is_updated ? "updated" : "ok     ";
    const std::string_view colour = !passed ? red : report.is_updated ? yellow : green;
    return colours ? str(colour, word, plain) : std::string(word);
}

std::string place_of(const CaseReport& report, const std::string& pointer) {
    const definition::TextPlace place = report.file->document.place(pointer);
    return str(report.file->path, ':', place.line, ':', place.column);
}

json::object signals_json(const CaseOutcome& outcome) {
    json::object out;
    for (const auto& [neuron, counts] : outcome.signals) {
        json::object statuses;
        for (std::size_t i = 0; i < counts.size(); ++i) {
            if (counts[i] > 0) {
                statuses[to_string(static_cast<SignalStatus>(i))] = counts[i];
            }
        }
        out[neuron] = std::move(statuses);
    }
    return out;
}

json::object failure_json(const CaseReport& report, const CaseFailure& failure) {
    const definition::TextPlace place = report.file->document.place(failure.pointer);
    json::object out{
        {"line", place.line},
        {"column", place.column},
        {"message", failure.message},
    };
    if (failure.expected || failure.actual) {
        out["at"] = failure.at;
    }
    if (failure.expected) {
        out["expected"] = *failure.expected;
    }
    if (failure.actual) {
        out["actual"] = *failure.actual;
    }
    return out;
}

}  // namespace

std::string to_text(const CaseReport& report, bool colours) {
    constexpr std::size_t failures_max = 20;
    std::string out = str(word_of(report, colours), "  ", printable(report.test->name));
    if (!report.has_passed() && !report.test->description.empty()) {
        out += str(": ", printable(report.test->description));
    }
    if (report.wall >= worth_telling) {
        out += str(" (", report.wall.count() / 1'000, " ms)");
    }
    out += '\n';
    const std::size_t shown = std::min(report.failures.size(), failures_max);
    for (const CaseFailure& failure : std::span(report.failures).first(shown)) {
        out += printable(str("  ", place_of(report, failure.pointer), ": ", failure.message));
        out += '\n';
    }
    if (shown < report.failures.size()) {
        out += str("  … ", report.failures.size() - shown, " more; --json tells all\n");
    }
    return out;
}

json::object to_json(const CaseReport& report) {
    const CaseOutcome& outcome = report.outcome;
    const bool completed = outcome.end == CaseOutcome::End::completed;
    json::array failures;
    for (const CaseFailure& failure : report.failures) {
        failures.push_back(failure_json(report, failure));
    }
    const definition::TextPlace place = report.file->document.name_place(report.test->pointer);
    json::value error = nullptr;
    if (outcome.error) {
        error = {
            {"code", to_string(outcome.error->code)},
            {"message", outcome.error->full_message()},
        };
    }
    return {
        {"id", report.test->name},
        {"file", report.file->path},
        {"line", place.line},
        {"description", report.test->description},
        {"ok", report.has_passed()},
        {"updated", report.is_updated},
        {"result", completed ? outcome.result : json::value(nullptr)},
        {"error", std::move(error)},
        {"signals", signals_json(outcome)},
        {"took_us", outcome.took.count()},
        {"wall_us", report.wall.count()},
        {"failures", std::move(failures)},
    };
}

}  // namespace hal9::app
