#include "hal9/services/views.hpp"

#include "hal9/base/text.hpp"

#include <boost/json/value_from.hpp>

#include <algorithm>

namespace hal9::services {

json::value error_view(const Error& error) {
    return json::object{
        {"code", to_string(error.code)},
        {"message", error.full_message()},
    };
}

json::value time_view(WallTime time) {
    return time.us == 0 ? json::value(nullptr) : json::value(format_time(time));
}

json::value usage_view(const Usage& usage) {
    return {{"wall_us", usage.wall_us}, {"cpu_us", usage.cpu_us}};
}

Result<std::string> string_parameter(const json::object& params, std::string_view name) {
    const json::value* const value = params.if_contains(name);
    if (value == nullptr || !value->is_string()) {
        return fail(
            ErrorCode::invalid_argument,
            str("the parameter \"", name, "\" must be a string")
        );
    }
    return std::string(value->get_string());
}

Result<std::uint32_t> number_parameter(
    const json::object& params,
    std::string_view name,
    std::uint32_t fallback,
    std::uint32_t high
) {
    const json::value* const value = params.if_contains(name);
    if (value == nullptr) {
        return fallback;
    }
    boost::system::error_code wrong;
    const auto number = value->to_number<std::uint32_t>(wrong);
    if (wrong || number < 1 || number > high) {
        return fail(
            ErrorCode::invalid_argument,
            str("the parameter \"", name, "\" must be a whole number from 1 to ", high)
        );
    }
    return number;
}

json::object run_view(const RunRecord& run, const PublicIds& ids) {
    return {
        {"id", ids.of(run.id, run.created)},
        {"network", run.network},
        {"status", to_string(run.state)},
        {"durable", true},
        {"created", time_view(run.created)},
        {"finished", time_view(run.finished)},
        {"principal", run.principal},
        {"grants", json::value_from(run.grants)},
    };
}

SignalStatus shown_status(const SignalRecord& signal, const RunRecord& run) {
    const bool ended_with_run = has_ended(run.state) && !has_ended(signal.status);
    return ended_with_run ? SignalStatus::cancelled : signal.status;
}

void NeuronSummary::add(const SignalRecord& signal, SignalStatus shown) {
    ++by_status_[static_cast<std::size_t>(shown)];
    ++total_;
    attempts_ += signal.attempt;
    skipped_ += signal.skipped;
    usage_ += signal.usage;
    if (has_ended(shown)) {
        durations_.add(Duration(signal.usage.wall_us));
    }
    if (!signal.error) {
        return;
    }
    const auto seen = std::ranges::find(errors_, signal.error->code, [](const SeenError& each) {
        return each.error.code;
    });
    if (seen != errors_.end()) {
        ++seen->count;
    } else {
        errors_.push_back({*signal.error, 1});
    }
}

json::object NeuronSummary::view(const definition::Neuron& neuron) const {
    json::object counts;
    for (std::size_t i = 0; i < by_status_.size(); ++i) {
        if (by_status_[i] > 0) {
            counts[to_string(static_cast<SignalStatus>(i))] = by_status_[i];
        }
    }
    json::array errors;
    for (const SeenError& seen : errors_) {
        json::object view = error_view(seen.error).as_object();
        view["count"] = seen.count;
        errors.push_back(std::move(view));
    }
    return {
        {"neuron", neuron.name},
        {"layer", neuron.layer},
        {"kind", neuron.kind},
        {"signals", total_},
        {"statuses", std::move(counts)},
        {"retries", attempts_},
        {"skipped_children", skipped_},
        {"wall_us", usage_.wall_us},
        {"cpu_us", usage_.cpu_us},
        {"p50_us", durations_.quantile(0.5).count()},
        {"p99_us", durations_.quantile(0.99).count()},
        {"errors", std::move(errors)},
    };
}

}  // namespace hal9::services
