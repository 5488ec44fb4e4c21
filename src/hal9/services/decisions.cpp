// The part of Commands about what waits for a decision: dead letters and questions.
#include "hal9/base/text.hpp"
#include "hal9/services/commands.hpp"
#include "hal9/services/detail/all_of.hpp"
#include "hal9/services/detail/later.hpp"
#include "hal9/services/detail/names.hpp"
#include "hal9/services/detail/parameters.hpp"

#include <algorithm>
#include <utility>

namespace hal9::services {
namespace {

/// Redriven or discarded by one group of commits: bounded, so that neither the writer's queue nor
/// the strand's turn grows with what an operator asks for.
constexpr std::uint32_t together_max = 500;

bool was_to_be_decided(const SignalRecord& signal) {
    return signal.status == SignalStatus::parked ||
           (signal.status == SignalStatus::waiting && signal.waits_for == WaitsFor::person);
}

/// What became of a signal that was parked, or asked, as its record tells.
std::string_view what_happened(const SignalRecord& before, const SignalRecord& now) {
    const bool parked = before.status == SignalStatus::parked;
    if (has_ended(now.status) && now.error && now.error->code == ErrorCode::cancelled) {
        return parked ? "discarded or cancelled" : "cancelled";
    }
    if (parked) {
        return "redriven";
    }
    return now.phase > before.phase ? "answered" : "ended";
}

}  // namespace

/// A conflict about a signal, in words that say what came in between. `before`: how it was found.
Error Commands::explained(Error error, const SignalRecord& before, const Wanted& wanted) {
    const auto look = queries_.look_at(before.id);
    if (error.code != ErrorCode::conflict || !look) {
        return error;
    }
    const SignalRecord& now = look->signal;
    const bool unchanged = now.status == before.status && now.phase == before.phase;
    std::string what;
    if (!was_to_be_decided(before)) {
        return {
            ErrorCode::conflict,
            str("signal ",
                look->id,
                " ",
                wanted.is_not,
                " (it is ",
                to_string(look->shown),
                "); ",
                wanted.right)
        };
    }
    if (!has_ended(now.status) && has_ended(look->shown)) {
        what =
            str("signal ",
                look->id,
                " is decided: its run, or a signal above it, has ended, and nothing waits for it");
    } else if (unchanged) {
        what = str("another request decides about signal ", look->id, " at this moment");
    } else {
        what =
            str("signal ",
                look->id,
                " was ",
                what_happened(before, now),
                " by another request meanwhile; it is ",
                to_string(look->shown));
    }
    return {ErrorCode::conflict, str(what, "; look with `hal9 show --signal ", look->id, "`")};
}

Task<Result<json::value>> Commands::signal_answer(json::object params) {
    HAL9_CO_TRY(const std::string id, string_parameter(params, "signal"));
    HAL9_CO_TRY(const SignalRecord signal, queries_.find_signal(id, false));
    const json::value* const answer = params.if_contains("answer");
    if (answer == nullptr) {
        co_return fail(
            ErrorCode::invalid_argument,
            "the parameter \"answer\" is missing; give any JSON that the question's form allows"
        );
    }
    HAL9_CO_TRY(std::string by, who_parameter(params, "by", "local"));
    auto answered = co_await node_.answer(signal.id, {.answer = *answer, .by = std::move(by)});
    if (!answered) {
        co_return fail(explained(
            std::move(answered).error(),
            signal,
            {"does not wait for a person", "`hal9 answer` lists those that do"}
        ));
    }
    co_return json::object{{"id", id}, {"status", "answered"}};
}

Task<Result<json::value>> Commands::decide_dead(json::object params, bool redrive) {
    HAL9_CO_TRY(const bool every, flag_parameter(params, "all"));
    HAL9_CO_TRY(LetterFilter filter, queries_.letter_filter(params));
    HAL9_CO_TRY(const std::vector<std::string> named, strings_parameter(params, "signals"));
    const bool many = every || !filter.is_empty();
    if (many != named.empty()) {
        co_return fail(
            ErrorCode::invalid_argument,
            "name \"signals\" by their ids, or give \"all\": true, or a filter in \"where\": one "
            "of them"
        );
    }
    const std::optional<RunId> failed = redrive ? failed_run_named(named) : std::nullopt;
    if (failed) {
        HAL9_CO_TRY(
            const RunRecord fork,
            co_await node_.fork({.run = *failed, .principal = "operator"})
        );
        co_return json::object{{"count", 1}, {"fork", queries_.public_id(fork)}};
    }
    HAL9_CO_TRY(
        const std::size_t count,
        many ? co_await decide_all(std::move(filter), redrive)
             : co_await decide_named(named, redrive)
    );
    co_return json::object{{"count", count}};
}

/// The one signal that is named, if it is the root of a run that failed: its redrive is a fork.
std::optional<RunId> Commands::failed_run_named(std::span<const std::string> signals) {
    if (signals.size() != 1) {
        return std::nullopt;
    }
    const auto run = queries_.find_run(signals.front());
    return run && run->state == RunState::failed ? std::optional(run->id) : std::nullopt;
}

/// A page after the other, in the order of ids, so that one that is parked again is met once.
/// However many do not fit the filter, the node has its turns in between.
Task<Result<std::size_t>> Commands::decide_all(LetterFilter filter, bool redrive) {
    std::size_t count = 0;
    SignalId after{};
    while (true) {
        HAL9_CO_TRY(const auto page, queries_.find_letters(filter, after, together_max));
        for (Result<void>& decided : co_await decide_together(page.letters, redrive)) {
            // One whose run failed with another's discard, or that somebody else decided about.
            if (!decided && decided.error().code != ErrorCode::conflict) {
                co_return std::unexpected(std::move(decided).error());
            }
            count += decided ? 1 : 0;
        }
        if (!page.more) {
            co_return count;
        }
        after = page.last;
        co_await detail::Later(strand_);
    }
}

Task<Result<std::size_t>> Commands::decide_named(std::vector<std::string> signals, bool redrive) {
    std::vector<SignalRecord> records;
    std::vector<SignalId> letters;
    for (const std::string& signal : signals) {
        HAL9_CO_TRY(SignalRecord record, queries_.find_signal(signal, false));
        letters.push_back(record.id);
        records.push_back(std::move(record));
    }
    // Of several, one whose run failed with another's discard is no fault.
    const bool conflicts_count = redrive || letters.size() == 1;
    std::size_t count = 0;
    for (std::size_t from = 0; from < letters.size(); from += together_max) {
        const auto rest = std::span(letters).subspan(from);
        const auto some = rest.first(std::min<std::size_t>(rest.size(), together_max));
        std::vector<Result<void>> decided = co_await decide_together(some, redrive);
        for (std::size_t i = 0; i < decided.size(); ++i) {
            if (!decided[i] &&
                (conflicts_count || decided[i].error().code != ErrorCode::conflict)) {
                co_return fail(explained(
                    std::move(decided[i]).error(),
                    records[from + i],
                    {"is not parked", "`hal9 dead list` shows those that are"}
                ));
            }
            count += decided[i] ? 1 : 0;
        }
    }
    co_return count;
}

/// In the order of the letters.
Task<std::vector<Result<void>>>
Commands::decide_together(std::span<const SignalId> letters, bool redrive) {
    std::vector<Task<Result<void>>> tasks;
    tasks.reserve(letters.size());
    for (const SignalId letter : letters) {
        tasks.push_back(redrive ? node_.redrive(letter) : node_.discard(letter));
    }
    co_return co_await detail::all_of(std::move(tasks));
}

}  // namespace hal9::services
