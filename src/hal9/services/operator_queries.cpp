// The part of Queries about what waits for somebody: dead letters, questions, schedules.
#include "hal9/base/cron.hpp"
#include "hal9/base/text.hpp"
#include "hal9/services/detail/ancestors.hpp"
#include "hal9/services/detail/open_work.hpp"
#include "hal9/services/detail/parameters.hpp"
#include "hal9/services/queries.hpp"
#include "hal9/services/views.hpp"

#include <boost/json/value_from.hpp>

#include <algorithm>
#include <utility>

namespace hal9::services {
namespace {

json::value page_of(json::array items, bool more, std::string_view next) {
    return json::object{
        {"items", std::move(items)},
        {"next", more ? json::value(next) : json::value(nullptr)},
    };
}

}  // namespace

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

Result<Queries::Looked>
Queries::look_through(const ListAfter& list, SignalId after, Reach reach, const Look& look) {
    detail::Ancestors ancestors(reader_);
    std::optional<RunRecord> run;  // by id, so the signals of a run stand together
    Looked looked{.last = after, .more = true, .next = {}};
    for (std::uint32_t left = reach.rows_max; looked.more && left > 0;) {
        const std::uint32_t rows = std::min(left, reach.page_rows);
        HAL9_TRY(const auto page, list(looked.last, rows));
        looked.more = page.size() == rows;
        left -= static_cast<std::uint32_t>(page.size());
        for (const SignalRecord& signal : page) {
            if (!run || run->id != run_of(signal.id)) {
                HAL9_TRY(run, reader_.find_run(run_of(signal.id)));
                if (!run) {
                    return fail(ErrorCode::data_loss, "the run of a signal is missing");
                }
            }
            HAL9_TRY(const bool awaited, ancestors.is_awaited(signal, *run));
            HAL9_TRY(const Seen seen, awaited ? look(signal, *run) : Seen::taken);
            if (seen != Seen::taken) {
                looked.more = seen == Seen::no_room;
                return looked;
            }
            looked.last = signal.id;
            looked.next = ids_.of(signal.id, run->created);
        }
    }
    return looked;
}

Result<Queries::Looked> Queries::look_through_letters(
    const LetterFilter& filter,
    SignalId after,
    std::uint32_t rows_max,
    const Look& look
) {
    if (filter.run) {
        after = std::max(after, SignalId{root_of(*filter.run).value - 1});
    }
    return look_through(
        [this](SignalId from, std::uint32_t rows) {
            return reader_.list_parked(default_organization, from, rows);
        },
        after,
        {.rows_max = rows_max, .page_rows = limits_.page_rows_max},
        [&](const SignalRecord& letter, const RunRecord& run) -> Result<Seen> {
            if (filter.run && run.id > *filter.run) {
                return Seen::over;
            }
            HAL9_TRY(const bool meant, fits(letter, run, filter));
            return meant ? look(letter, run) : Seen::taken;
        }
    );
}

Result<Queries::LetterPage>
Queries::find_letters(const LetterFilter& filter, SignalId after, std::uint32_t rows_max) {
    LetterPage page;
    HAL9_TRY(
        const Looked looked,
        look_through_letters(
            filter,
            after,
            rows_max,
            [&page](const SignalRecord& letter, const RunRecord&) -> Result<Seen> {
                page.letters.push_back(letter.id);
                return Seen::taken;
            }
        )
    );
    page.last = looked.last;
    page.more = looked.more;
    return page;
}

Result<json::value> Queries::dead_list(const json::object& params) {
    HAL9_TRY(const std::uint32_t limit, number_parameter(params, "limit", 1'000, 100'000));
    HAL9_TRY(const LetterFilter filter, letter_filter(params));
    HAL9_TRY(const SignalId after, after_parameter(params));
    json::array list;
    HAL9_TRY(
        const Looked looked,
        look_through_letters(
            filter,
            after,
            limits_.answer_rows_max,
            [&](const SignalRecord& letter, const RunRecord& run) -> Result<Seen> {
                if (list.size() == limit) {
                    return Seen::no_room;
                }
                HAL9_TRY(json::value view, letter_view(letter, run));
                list.push_back(std::move(view));
                return Seen::taken;
            }
        )
    );
    return page_of(std::move(list), looked.more, looked.next);
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
    HAL9_TRY(const std::string id, string_parameter(params, "run"));
    HAL9_TRY(const std::uint32_t limit, number_parameter(params, "limit", 1'000, 10'000));
    HAL9_TRY(const RunRecord run, find_run(id));
    HAL9_TRY(SignalId last, after_parameter(params));
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
    detail::Ancestors ancestors(reader_);
    json::array list;
    last = std::max(last, SignalId{root_of(run.id).value - 1});
    bool more = true;
    for (std::uint32_t left = limits_.answer_rows_max; more && left > 0;) {
        const std::uint32_t rows = std::min(left, limits_.page_rows_max);
        HAL9_TRY(const auto page, reader_.list_signals(run.id, {last.value + 1}, rows));
        more = page.size() == rows;
        left -= static_cast<std::uint32_t>(page.size());
        for (const SignalRecord& signal : page) {
            HAL9_TRY(const std::string name, networks_.neuron_name(run.version, signal.neuron));
            HAL9_TRY(const SignalStatus shown, ancestors.shown_status(signal, run));
            const bool meant = (neuron.empty() || neuron == name) &&
                               (status.empty() || status == to_string(shown));
            if (meant && list.size() == limit) {
                return page_of(std::move(list), true, ids_.of(last, run.created));
            }
            if (meant) {
                list.push_back(signal_row(signal, run, name, shown));
            }
            last = signal.id;
        }
    }
    return page_of(std::move(list), more, ids_.of(last, run.created));
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
    HAL9_TRY(const SignalId after, after_parameter(params));
    json::array list;
    HAL9_TRY(
        const Looked looked,
        look_through(
            [this](SignalId from, std::uint32_t rows) {
                return reader_.list_asking(default_organization, WaitsFor::person, from, rows);
            },
            after,
            // They come with what is asked, so no more at once than may be shown.
            {.rows_max = limits_.answer_rows_max, .page_rows = limit},
            [&](const SignalRecord& signal, const RunRecord& run) -> Result<Seen> {
                if (list.size() == limit) {
                    return Seen::no_room;
                }
                HAL9_TRY(json::value view, question_view(signal, run));
                list.push_back(std::move(view));
                return Seen::taken;
            }
        )
    );
    return page_of(std::move(list), looked.more, looked.next);
}

Result<json::object> Queries::question_view(const SignalRecord& signal, const RunRecord& run) {
    if (!signal.result) {
        return fail(ErrorCode::data_loss, "a question is missing");
    }
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
    // The zone stands before the expression, as cron has it: CRON_TZ=Europe/Berlin 30 3 * * *
    std::string_view cron = schedule.cron;
    std::string_view zone = "UTC";
    if (cron.starts_with(Cron::zone_prefix)) {
        cron.remove_prefix(Cron::zone_prefix.size());
        zone = cron.substr(0, cron.find_first_of(" \t"));
        cron.remove_prefix(zone.size());
        cron.remove_prefix(std::min(cron.find_first_not_of(" \t"), cron.size()));
    }
    return {
        {"id", schedule.name},
        {"network", schedule.network},
        {"cron", cron},
        {"time_zone", zone},
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
