#include "hal9/services/queries.hpp"

#include "hal9/base/text.hpp"
#include "hal9/services/detail/ancestors.hpp"
#include "hal9/services/detail/parameters.hpp"
#include "hal9/services/detail/run_tree.hpp"
#include "hal9/services/views.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace hal9::services {
namespace {

constexpr std::array<std::string_view, 8> methods{
    "run.get",
    "run.list",
    "run.tree",
    "signal.get",
    "dead.list",
    "question.list",
    "signal.list",
    "schedule.list",
};

/// The body as JSON, or null where there is none.
Result<json::value> body_view(const Body& body) {
    if (!body) {
        return nullptr;
    }
    return parse_json(*body);
}

}  // namespace

bool Queries::knows(std::string_view method) {
    return std::ranges::find(methods, method) != methods.end() || Networks::knows(method);
}

Result<json::value> Queries::answer(std::string_view method, const json::object& params) {
    if (method == "run.get") {
        return run_get(params);
    }
    if (method == "run.list") {
        return run_list(params);
    }
    if (method == "run.tree") {
        return run_tree(params);
    }
    if (method == "signal.get") {
        return signal_get(params);
    }
    if (method == "dead.list") {
        return dead_list(params);
    }
    if (method == "signal.list") {
        return signal_list(params);
    }
    if (method == "question.list") {
        return question_list(params);
    }
    if (method == "schedule.list") {
        return schedule_list(params);
    }
    return named_.answer(method, params);
}

std::string Queries::public_id(const RunRecord& run) const {
    return ids_.of(run.id, run.created);
}

Result<RunRecord> Queries::last_run() {
    SignalReader::RunFilter filter{.organization = default_organization};
    while (true) {
        HAL9_TRY(auto page, reader_.list_runs(filter));
        for (RunRecord& run : page) {
            if (run.parent.value == 0) {
                return std::move(run);
            }
        }
        if (page.size() < filter.rows_max) {
            return fail(ErrorCode::not_found, "there is no run yet; start one with `hal9 run`");
        }
        filter.before = page.back().id;
    }
}

Result<RunRecord> Queries::find_run(std::string_view id) {
    if (id == "last") {
        return last_run();
    }
    HAL9_TRY(const PublicIds::Decoded decoded, ids_.decode(id));
    HAL9_TRY(auto run, reader_.find_run(run_of(decoded.signal)));
    if (!run || number_of(decoded.signal) != 0 || run->created.us / 1000 != decoded.created_ms) {
        return fail(
            ErrorCode::not_found,
            str("there is no run ", id, "; `hal9 runs` lists those there are")
        );
    }
    return *std::move(run);
}

Result<SignalRecord> Queries::find_signal(std::string_view id, bool bodies) {
    HAL9_TRY(const PublicIds::Decoded decoded, ids_.decode(id));
    HAL9_TRY(const auto run, reader_.find_run(run_of(decoded.signal)));
    if (run && run->created.us / 1000 == decoded.created_ms) {
        HAL9_TRY(auto signal, reader_.find_signal(decoded.signal, bodies));
        if (signal) {
            return *std::move(signal);
        }
    }
    return fail(ErrorCode::not_found, str("there is no signal ", id));
}

Result<Queries::SignalLook> Queries::look_at(SignalId id) {
    HAL9_TRY(const auto run, reader_.find_run(run_of(id)));
    HAL9_TRY(auto signal, reader_.find_signal(id, false));
    if (!run || !signal) {
        return fail(ErrorCode::not_found, "there is no such signal");
    }
    HAL9_TRY(const SignalStatus shown, detail::Ancestors(reader_).shown_status(*signal, *run));
    return SignalLook{ids_.of(id, run->created), *std::move(signal), shown};
}

Result<void> Queries::add_signal_counts(const RunRecord& run, json::object& view) {
    HAL9_TRY(const auto counts, reader_.count_signals(run.id));
    Usage used;
    std::array<std::uint64_t, 6> by_status{};
    std::uint64_t known = 0;
    for (const auto& [neuron, status, count, usage] : counts) {
        SignalRecord signal;
        signal.status = status;
        by_status[static_cast<std::size_t>(shown_status(signal, run))] += count;
        known += count;
        used += usage;
    }
    json::object signals{{"known", known}};
    for (std::size_t i = 0; i < by_status.size(); ++i) {
        signals[to_string(static_cast<SignalStatus>(i))] = by_status[i];
    }
    view["usage"] = usage_view(used);
    view["signals"] = std::move(signals);
    return {};
}

/// With the names of what it came from: the run it was forked from, the signal that started it.
Result<json::object> Queries::view_of(const RunRecord& run) {
    json::object view = run_view(run, ids_);
    view["origin"] = nullptr;
    view["parent"] = nullptr;
    if (run.origin.value != 0) {
        HAL9_TRY(const auto origin, reader_.find_run(run.origin));
        view["origin"] = origin ? json::value(public_id(*origin)) : json::value(nullptr);
    }
    if (run.parent.value != 0) {
        HAL9_TRY(const auto above, reader_.find_run(run_of(run.parent)));
        view["parent"] =
            above ? json::value(ids_.of(run.parent, above->created)) : json::value(nullptr);
    }
    return view;
}

Result<json::value> Queries::run_get(const json::object& params) {
    HAL9_TRY(const std::string id, string_parameter(params, "run"));
    HAL9_TRY(const RunRecord run, find_run(id));
    HAL9_TRY(const auto root, reader_.find_signal(root_of(run.id), true));
    HAL9_TRY(json::object view, view_of(run));
    view["result"] = nullptr;
    view["error"] = nullptr;
    if (root) {
        HAL9_TRY(view["result"], body_view(root->result));
        view["error"] = root->error ? error_view(*root->error) : json::value(nullptr);
    }
    HAL9_TRY_VOID(add_signal_counts(run, view));
    HAL9_TRY_VOID(add_waits(run, view));
    return view;
}

Result<json::value> Queries::run_list(const json::object& params) {
    SignalReader::RunFilter filter{.organization = default_organization};
    HAL9_TRY(filter.rows_max, number_parameter(params, "limit", 100, 10'000));
    if (params.contains("state")) {
        HAL9_TRY(const std::string state, string_parameter(params, "state"));
        filter.state = run_state_from(state);
        if (!filter.state) {
            return fail(
                ErrorCode::invalid_argument,
                str("the parameter \"state\" is \"",
                    state,
                    "\"; it must be running, draining, completed, failed or cancelled")
            );
        }
    }
    if (params.contains("network")) {
        HAL9_TRY(filter.network, string_parameter(params, "network"));
    }
    if (params.contains("tag")) {
        HAL9_TRY(filter.tag, string_parameter(params, "tag"));
    }
    HAL9_TRY(filter.from, time_parameter(params, "from"));
    HAL9_TRY(filter.until, time_parameter(params, "until"));
    if (params.contains("before")) {
        HAL9_TRY(const std::string id, string_parameter(params, "before"));
        HAL9_TRY(const RunRecord newer, find_run(id));
        filter.before = newer.id;
    }
    HAL9_TRY(const auto runs, reader_.list_runs(filter));
    json::array list;
    for (const RunRecord& run : runs) {
        HAL9_TRY(json::value view, view_of(run));
        list.push_back(std::move(view));
    }
    return list;
}

Result<json::value> Queries::run_tree(const json::object& params) {
    HAL9_TRY(const std::string id, string_parameter(params, "run"));
    HAL9_TRY(const RunRecord run, find_run(id));
    HAL9_TRY(const definition::NetworkPtr network, networks_.find(run.version));
    HAL9_TRY(json::object view, view_of(run));
    HAL9_TRY_VOID(detail::add_run_tree(reader_, run, network.get(), view));
    return view;
}

Result<json::value> Queries::signal_get(const json::object& params) {
    HAL9_TRY(const std::string id, string_parameter(params, "signal"));
    HAL9_TRY(const SignalRecord signal, find_signal(id, true));
    if (params.contains("run")) {
        HAL9_TRY(const std::string named, string_parameter(params, "run"));
        HAL9_TRY(const RunRecord of, find_run(named));
        if (of.id != run_of(signal.id)) {
            return fail(ErrorCode::not_found, str("signal ", id, " is not of run ", named));
        }
    }
    HAL9_TRY(const auto run, reader_.find_run(run_of(signal.id)));
    HAL9_TRY(const std::string neuron, networks_.neuron_name(run->version, signal.neuron));
    HAL9_TRY(const std::uint8_t priority, priority_of(signal, *run));
    detail::Ancestors ancestors(reader_);
    HAL9_TRY(const SignalStatus shown, ancestors.shown_status(signal, *run));
    json::object view{
        {"id", ids_.of(signal.id, run->created)},
        {"run", ids_.of(run->id, run->created)},
        {"parent",
         signal.parent.value == 0 ? json::value(nullptr)
                                  : json::value(ids_.of(signal.parent, run->created))},
        {"neuron", neuron},
        {"status", to_string(shown)},
        {"ordinal", signal.ordinal},
        {"depth", signal.depth},
        {"priority", priority},
        {"waits_for",
         shown == SignalStatus::waiting ? json::value(to_string(signal.waits_for))
                                        : json::value(nullptr)},
        {"copied", signal.copied},
        {"phase", signal.phase},
        {"attempt", signal.attempt},
        {"pending", signal.pending},
        {"skipped", signal.skipped},
        {"created", time_view(signal.created)},
        {"started", time_view(signal.started)},
        {"finished", time_view(signal.finished)},
        {"not_before", time_view(signal.not_before)},
        {"deadline", time_view(signal.deadline)},
        {"usage", usage_view(signal.usage)},
        {"error", signal.error ? error_view(*signal.error) : json::value(nullptr)},
    };
    HAL9_TRY(view["payload"], body_view(signal.payload));
    HAL9_TRY(view["result"], body_view(signal.result));
    return view;
}

}  // namespace hal9::services
