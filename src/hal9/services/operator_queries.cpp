// The part of Queries about what waits for somebody: dead letters, questions, schedules.
#include "hal9/base/text.hpp"
#include "hal9/runtime/dead_letters.hpp"
#include "hal9/services/detail/ancestors.hpp"
#include "hal9/services/detail/open_work.hpp"
#include "hal9/services/detail/parameters.hpp"
#include "hal9/services/queries.hpp"
#include "hal9/services/views.hpp"

#include <boost/json/value_from.hpp>

#include <algorithm>
#include <utility>

namespace hal9::services {
Result<SignalId> Queries::after_parameter(const json::object& params) {
    if (!params.contains("after")) {
        return SignalId{};
    }
    HAL9_TRY(const std::string id, string_parameter(params, "after"));
    HAL9_TRY(const SignalRecord signal, find_signal(id, false));
    return signal.id;
}

Result<LetterFilter> Queries::letter_filter(const json::object& params) {
    LetterFilter filter;
    const json::value* const where = params.if_contains("where");
    if (where == nullptr) {
        return filter;
    }
    if (!where->is_object()) {
        return fail(
            ErrorCode::invalid_argument,
            "the parameter \"where\" must be an object of run, network, neuron or code"
        );
    }
    for (const auto& [key, value] : where->get_object()) {
        HAL9_TRY(std::string text, string_parameter(where->get_object(), key));
        if (key == "run") {
            HAL9_TRY(const RunRecord run, find_run(text));
            filter.run = run.id;
        } else if (key == "network") {
            filter.network = std::move(text);
        } else if (key == "neuron") {
            filter.neuron = std::move(text);
        } else if (key == "code") {
            filter.code = error_code_from(text);
            if (!filter.code) {
                return fail(
                    ErrorCode::invalid_argument,
                    str("the parameter \"where\": there is no error code \"", text, "\"")
                );
            }
        } else {
            return fail(
                ErrorCode::invalid_argument,
                str("dead letters have no \"",
                    std::string_view(key),
                    "\"; allowed: run, network, neuron, code")
            );
        }
    }
    return filter;
}

Result<bool>
Queries::fits(const SignalRecord& letter, const RunRecord& run, const LetterFilter& filter) {
    const bool of_run = !filter.run || *filter.run == run.id;
    const bool of_network = filter.network.empty() || filter.network == run.network;
    const bool of_code = !filter.code || (letter.error && letter.error->code == *filter.code);
    if (!of_run || !of_network || !of_code || filter.neuron.empty()) {
        return of_run && of_network && of_code;
    }
    HAL9_TRY(const std::string neuron, networks_.neuron_name(run.version, letter.neuron));
    return neuron == filter.neuron;
}

Result<Queries::LetterPage>
Queries::dead_letters(const LetterFilter& filter, SignalId after, std::uint32_t rows_max) {
    HAL9_TRY(
        const auto letters,
        runtime::list_dead_letters(reader_, default_organization, after, rows_max)
    );
    LetterPage page{{}, after, letters.size() == rows_max};
    std::optional<RunRecord> run;
    for (const SignalRecord& letter : letters) {
        page.last = letter.id;
        if (!run || run->id != run_of(letter.id)) {  // by id, so letters of a run stand together
            HAL9_TRY(run, reader_.find_run(run_of(letter.id)));
        }
        HAL9_TRY(const bool meant, fits(letter, *run, filter));
        // Of a run whose end is decided, nothing is.
        if (meant && run->state == RunState::running) {
            page.letters.push_back(letter.id);
        }
    }
    return page;
}

Result<json::value> Queries::dead_list(const json::object& params) {
    HAL9_TRY(const std::uint32_t limit, number_parameter(params, "limit", 1'000, 100'000));
    HAL9_TRY(const LetterFilter filter, letter_filter(params));
    HAL9_TRY(SignalId after, after_parameter(params));
    json::array list;
    // So many are looked at until some fit, or there are no more: an empty page is the last.
    for (bool more = true; more && list.empty();) {
        HAL9_TRY(const LetterPage page, dead_letters(filter, after, limit));
        more = page.more;
        after = page.last;
        for (const SignalId id : page.letters) {
            HAL9_TRY(const auto letter, reader_.find_signal(id, false));
            HAL9_TRY(const auto run, reader_.find_run(run_of(id)));
            if (!letter || !run) {
                return fail(ErrorCode::data_loss, "a dead letter or its run is missing");
            }
            HAL9_TRY(json::value view, letter_view(*letter, *run));
            list.push_back(std::move(view));
        }
    }
    return list;
}

Result<json::object> Queries::letter_view(const SignalRecord& letter, const RunRecord& run) {
    HAL9_TRY(const std::string neuron, networks_.neuron_name(run.version, letter.neuron));
    return json::object{
        {"id", ids_.of(letter.id, run.created)},
        {"run", ids_.of(run.id, run.created)},
        {"neuron", neuron},
        {"attempt", letter.attempt},
        {"error", letter.error ? error_view(*letter.error) : json::value(nullptr)},
        {"created", time_view(letter.created)},
        {"deadline", time_view(letter.deadline)},
    };
}

/// By number, so parents come before their children.
Result<json::value> Queries::signal_list(const json::object& params) {
    constexpr std::uint32_t page_rows = 1'000;
    HAL9_TRY(const std::string id, string_parameter(params, "run"));
    HAL9_TRY(const std::uint32_t limit, number_parameter(params, "limit", 1'000, 10'000));
    HAL9_TRY(const RunRecord run, find_run(id));
    HAL9_TRY(const SignalId after, after_parameter(params));
    HAL9_TRY(const std::string neuron, string_parameter_or(params, "neuron", ""));
    HAL9_TRY(const std::string status, string_parameter_or(params, "status", ""));
    if (!status.empty() && !signal_status_from(status)) {
        return fail(
            ErrorCode::invalid_argument,
            str("the parameter \"status\" is \"",
                status,
                "\"; it must be ready, waiting, parked, completed, failed or cancelled")
        );
    }
    json::array list;
    detail::Ancestors ancestors(reader_);
    SignalId next = after.value == 0 ? root_of(run.id) : SignalId{after.value + 1};
    for (bool more = true; more && list.size() < limit;) {
        HAL9_TRY(const auto page, reader_.list_signals(run.id, next, page_rows));
        more = page.size() == page_rows;
        for (const SignalRecord& signal : page) {
            next = {signal.id.value + 1};
            HAL9_TRY(const std::string name, networks_.neuron_name(run.version, signal.neuron));
            HAL9_TRY(const SignalStatus shown, ancestors.shown_status(signal, run));
            const bool meant = (neuron.empty() || neuron == name) &&
                               (status.empty() || status == to_string(shown));
            if (meant && list.size() < limit) {
                list.push_back(signal_row(signal, run, name, shown));
            }
        }
    }
    return list;
}

json::object Queries::signal_row(
    const SignalRecord& signal,
    const RunRecord& run,
    std::string_view neuron,
    SignalStatus shown
) const {
    const bool waits = shown == SignalStatus::waiting;
    return {
        {"id", ids_.of(signal.id, run.created)},
        {"parent",
         signal.parent.value == 0 ? json::value(nullptr)
                                  : json::value(ids_.of(signal.parent, run.created))},
        {"neuron", neuron},
        {"status", to_string(shown)},
        {"waits_for", waits ? json::value(to_string(signal.waits_for)) : json::value(nullptr)},
        {"ordinal", signal.ordinal},
        {"depth", signal.depth},
        {"attempt", signal.attempt},
        {"copied", signal.copied},
        {"usage", usage_view(signal.usage)},
        {"error", signal.error ? error_view(*signal.error) : json::value(nullptr)},
    };
}

Result<json::value> Queries::question_list(const json::object& params) {
    HAL9_TRY(const std::uint32_t limit, number_parameter(params, "limit", 100, 1'000));
    HAL9_TRY(SignalId after, after_parameter(params));
    detail::Ancestors ancestors(reader_);
    json::array list;
    for (bool more = true; more && list.size() < limit;) {
        HAL9_TRY(
            const auto page,
            reader_.list_asking(default_organization, WaitsFor::person, after, limit)
        );
        more = page.size() == limit;
        for (const SignalRecord& signal : page) {
            after = signal.id;
            HAL9_TRY(const auto run, reader_.find_run(run_of(signal.id)));
            if (!run || !signal.result) {
                return fail(ErrorCode::data_loss, "a question or its run is missing");
            }
            HAL9_TRY(const bool awaited, ancestors.is_awaited(signal, *run));
            if (awaited && list.size() < limit) {
                HAL9_TRY(json::value view, question_view(signal, *run));
                list.push_back(std::move(view));
            }
        }
    }
    return list;
}

Result<json::object> Queries::question_view(const SignalRecord& signal, const RunRecord& run) {
    HAL9_TRY(const std::string neuron, networks_.neuron_name(run.version, signal.neuron));
    HAL9_TRY(const json::value asked, parse_json(*signal.result));
    return json::object{
        {"id", ids_.of(signal.id, run.created)},
        {"run", ids_.of(run.id, run.created)},
        {"network", run.network},
        {"neuron", neuron},
        {"question", asked.at("question")},
        {"form", asked.at("form")},
        {"until", time_view(signal.not_before)},
    };
}

Result<void> Queries::add_waits(const RunRecord& run, json::object& view) {
    json::object waits;
    if (!has_ended(run.state)) {
        HAL9_TRY(const auto work, detail::open_work_of(reader_, run, limits_.answer_rows_max));
        for (const auto& [word, wait] : work.waits) {
            json::object shown{
                {"signals", wait.signals},
                {"earliest", time_view(wait.earliest)},
            };
            if (!work.exact) {
                shown["at_most"] = true;
            }
            waits[word] = std::move(shown);
        }
        json::object& signals = view.at("signals").as_object();
        for (std::size_t i = 0; i < work.given_up.size(); ++i) {
            const std::string_view status = to_string(static_cast<SignalStatus>(i));
            const std::uint64_t given_up = work.given_up[i];
            const auto counted = signals.at(status).to_number<std::uint64_t>();
            const std::uint64_t moved = std::min(given_up, counted);
            const auto cancelled = signals.at("cancelled").to_number<std::uint64_t>();
            signals[status] = counted - moved;
            signals["cancelled"] = cancelled + moved;
        }
    }
    view["waits"] = std::move(waits);
    return {};
}

Result<std::uint8_t> Queries::priority_of(const SignalRecord& signal, const RunRecord& run) {
    HAL9_TRY(const definition::NetworkPtr network, networks_.find(run.version));
    SignalRecord at = signal;
    while (at.parent.value != 0) {
        if (!network || network->neuron(at.neuron).priority) {
            return signal.priority;
        }
        HAL9_TRY(auto parent, reader_.find_signal(at.parent, false));
        if (!parent) {
            return signal.priority;
        }
        at = *std::move(parent);
    }
    return run.priority;
}

json::object Queries::schedule_view(const Schedule& schedule) {
    json::value last_run = nullptr;
    if (schedule.last_run) {
        if (const auto run = reader_.find_run(*schedule.last_run); run && *run) {
            last_run = ids_.of((*run)->id, (*run)->created);
        }
    }
    return {
        {"id", schedule.name},
        {"network", schedule.network},
        {"cron", schedule.cron},
        {"missed", to_string(schedule.missed)},
        {"next", time_view(schedule.next)},
        {"last", time_view(schedule.last)},
        {"last_run", std::move(last_run)},
        {"error", schedule.error ? error_view(*schedule.error) : json::value(nullptr)},
        {"tags", json::array(schedule.tags.begin(), schedule.tags.end())},
        {"grants", json::value_from(schedule.grants)},
        {"principal", schedule.principal},
        {"created", time_view(schedule.created)},
    };
}

Result<json::value> Queries::schedule_list(const json::object& params) {
    HAL9_TRY(const std::uint32_t limit, number_parameter(params, "limit", 1'000, 10'000));
    std::string after;
    if (params.contains("after")) {
        HAL9_TRY(after, string_parameter(params, "after"));
    }
    HAL9_TRY(const auto schedules, reader_.list_schedules(default_organization, after, limit));
    json::array list;
    for (const Schedule& schedule : schedules) {
        list.push_back(schedule_view(schedule));
    }
    return list;
}

}  // namespace hal9::services
