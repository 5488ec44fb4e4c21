// The part of Commands about what operators decide: priorities, subtrees, networks, messages, forks
// and schedules.
#include "hal9/base/cron.hpp"
#include "hal9/base/text.hpp"
#include "hal9/services/commands.hpp"
#include "hal9/services/detail/names.hpp"
#include "hal9/services/detail/parameters.hpp"
#include "hal9/services/views.hpp"

#include <utility>

namespace hal9::services {

Task<Result<json::value>> Commands::set_network_state(json::object params, NetworkState to) {
    HAL9_CO_TRY(const std::string name, string_parameter(params, "network"));
    const auto changed = co_await node_.set_network_state(default_organization, name, to);
    if (!changed && changed.error().code == ErrorCode::conflict) {
        // Another request changed it at the same moment; if it wanted the same, all is well.
        HAL9_CO_TRY(const NetworkState now, queries_.networks().state_of(name));
        const bool says_why = to == NetworkState::deleted;
        if (now != to) {
            co_return fail(
                says_why ? changed.error()
                         : Error(
                               ErrorCode::conflict,
                               str("another request changed network \"",
                                   name,
                                   "\" at the same moment: it is ",
                                   to_string(now),
                                   "; look with `hal9 network list`, and say it again")
                           )
            );
        }
    } else if (!changed) {
        co_return fail(changed.error());
    }
    co_return json::object{{"id", name}, {"state", to_string(to)}};
}

Task<Result<json::value>> Commands::run_priority(json::object params) {
    HAL9_CO_TRY(const std::string id, string_parameter(params, "run"));
    HAL9_CO_TRY(const auto priority, priority_parameter(params));
    if (!priority) {
        co_return fail(
            ErrorCode::invalid_argument,
            "the parameter \"priority\" must be a whole number from 0 to 9; it is missing"
        );
    }
    HAL9_CO_TRY(const RunRecord run, queries_.find_run(id));
    HAL9_CO_TRY(const RunRecord changed, co_await node_.prioritise(run.id, *priority));
    co_return json::object{
        {"id", queries_.public_id(changed)},
        {"status", to_string(changed.state)},
        {"priority", changed.priority},
    };
}

Task<Result<json::value>> Commands::run_message(json::object params) {
    HAL9_CO_TRY(const std::string id, string_parameter(params, "run"));
    const NameRule rule{
        "the name of a message",
        limits_.message_name_bytes_max,
        "message_name_bytes_max"
    };
    HAL9_CO_TRY(std::string name, name_parameter(params, "name", {}, rule));
    HAL9_CO_TRY(const RunRecord run, queries_.find_run(id));
    const json::value* const message = params.if_contains("message");
    HAL9_CO_TRY(std::string by, who_parameter(params, "by", "local"));
    HAL9_CO_TRY(
        const bool received,
        co_await node_.send(
            run.id,
            {.name = std::move(name),
             .message = message == nullptr ? json::value(nullptr) : *message,
             .by = std::move(by)}
        )
    );
    co_return json::object{{"id", queries_.public_id(run)}, {"received", received}};
}

Task<Result<json::value>> Commands::run_fork(json::object params) {
    HAL9_CO_TRY(const std::string id, string_parameter(params, "run"));
    HAL9_CO_TRY(const RunRecord source, queries_.find_run(id));
    runtime::ForkRequest request;
    request.run = source.id;
    HAL9_CO_TRY(request.principal, who_parameter(params, "principal", "local"));
    HAL9_CO_TRY(request.tags, tags_parameter(params, limits_));
    if (params.contains("signal")) {
        HAL9_CO_TRY(const std::string from, string_parameter(params, "signal"));
        HAL9_CO_TRY(const SignalRecord signal, queries_.find_signal(from, false));
        request.from = signal.id;
    }
    if (params.contains("version")) {
        HAL9_CO_TRY(std::string version, string_parameter(params, "version"));
        const bool whole = version.find('@') != std::string::npos;
        if (version != source.network && !whole) {
            version = source.network + "@" + version;
        }
        HAL9_CO_TRY(const NumberedVersion found, queries_.networks().find_version(version));
        request.version = found.version.id;
    }
    HAL9_CO_TRY(const RunRecord fork, co_await node_.fork(std::move(request)));
    co_return json::object{
        {"id", queries_.public_id(fork)},
        {"network", fork.network},
        {"origin", queries_.public_id(source)},
    };
}

Task<Result<json::value>> Commands::signal_cancel(json::object params) {
    HAL9_CO_TRY(const std::string id, string_parameter(params, "signal"));
    HAL9_CO_TRY(const SignalRecord signal, queries_.find_signal(id, false));
    HAL9_CO_TRY_VOID(co_await node_.cancel_signal(signal.id));
    co_return json::object{{"id", id}, {"status", to_string(SignalStatus::cancelled)}};
}

Task<Result<json::value>> Commands::schedule_add(json::object params) {
    Schedule schedule;
    schedule.organization = default_organization;
    HAL9_CO_TRY(schedule.network, string_parameter(params, "network"));
    HAL9_CO_TRY_VOID(queries_.networks().find_version(schedule.network));
    HAL9_CO_TRY(schedule.cron, string_parameter(params, "cron"));
    HAL9_CO_TRY(const std::string zone, string_parameter_or(params, "time_zone", ""));
    if (!zone.empty() && schedule.cron.starts_with(Cron::zone_prefix)) {
        co_return fail(
            ErrorCode::invalid_argument,
            "the time zone is given twice; give it as \"time_zone\", or before the cron expression"
        );
    }
    if (!zone.empty()) {
        schedule.cron = str(Cron::zone_prefix, zone, " ", schedule.cron);
    }
    const NameRule rule{"the name of a schedule", limits_.tag_bytes_max, "tag_bytes_max"};
    HAL9_CO_TRY(schedule.name, name_parameter(params, "name", schedule.network, rule));
    HAL9_CO_TRY(schedule.principal, who_parameter(params, "principal", "local"));
    schedule.input = json::serialize(input_parameter(params));
    HAL9_CO_TRY(schedule.grants, grants_parameter(params));
    HAL9_CO_TRY(schedule.tags, tags_parameter(params, limits_));
    HAL9_CO_TRY(const std::string missed_word, string_parameter_or(params, "missed", "once"));
    const auto missed = missed_times_from(missed_word);
    if (!missed) {
        co_return fail(
            ErrorCode::invalid_argument,
            str("the parameter \"missed\" is \"", missed_word, "\"; it must be skip, once or all")
        );
    }
    schedule.missed = *missed;
    HAL9_CO_TRY(schedule, co_await node_.add_schedule(std::move(schedule)));
    co_return queries_.schedule_view(schedule);
}

Task<Result<json::value>> Commands::schedule_remove(json::object params) {
    HAL9_CO_TRY(const std::string name, string_parameter(params, "schedule"));
    HAL9_CO_TRY_VOID(co_await node_.remove_schedule(default_organization, name));
    co_return json::object{{"id", name}, {"removed", true}};
}

}  // namespace hal9::services
