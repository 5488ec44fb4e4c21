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

json::object run_view(const RunRecord& run, const PublicIds& ids) {
    return {
        {"id", ids.of(run.id, run.created)},
        {"network", run.network},
        {"status", to_string(run.state)},
        {"durable", true},
        {"created", time_view(run.created)},
        {"finished", time_view(run.finished)},
        {"principal", run.principal},
        {"priority", run.priority},
        {"tags", json::array(run.tags.begin(), run.tags.end())},
        {"grants", json::value_from(run.grants)},
    };
}

SignalStatus shown_status(const SignalRecord& signal, const RunRecord& run) {
    const bool ended_with_run = has_ended(run.state) && !has_ended(signal.status);
    return ended_with_run ? SignalStatus::cancelled : signal.status;
}

namespace {

/// Redrives that there must have been: each round of attempts ends with one, and takes at most
/// `attempts` failures.
std::uint32_t redrives_of(const SignalRecord& signal, std::uint32_t attempts) {
    if (signal.attempts_allowed <= attempts) {
        return 0;
    }
    const std::uint32_t at_last_redrive = signal.attempts_allowed - attempts;
    return std::min<std::uint32_t>(signal.attempt, (at_last_redrive + attempts) / (attempts + 1));
}

/// Whether the record's last attempt is one that `attempt` does not count: it ended well, or it was
/// the last one and failed for good.
bool has_uncounted_attempt(const SignalRecord& signal) {
    switch (signal.status) {
        case SignalStatus::completed:
        case SignalStatus::waiting:
            return true;
        case SignalStatus::failed:
            // By an operator or by time: of a parked signal, or of one that waited for its turn.
            return signal.error && signal.error->code != ErrorCode::cancelled &&
                   signal.error->code != ErrorCode::deadline_exceeded;
        default:
            return false;
    }
}

}  // namespace

std::uint32_t retries_of(const SignalRecord& signal, std::uint16_t attempts) {
    const std::uint32_t failures = signal.attempt - redrives_of(signal, attempts);
    const std::uint32_t begun = failures + (has_uncounted_attempt(signal) ? 1 : 0);
    return begun == 0 ? 0 : begun - 1;
}

void NeuronSummary::add(const SignalRecord& signal, SignalStatus shown) {
    ++by_status_[static_cast<std::size_t>(shown)];
    ++total_;
    retries_ += retries_of(signal, attempts_.value_or(signal.attempts_allowed));
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

void NeuronSummary::add_to(json::object& view) const {
    json::object counts;
    for (std::size_t i = 0; i < by_status_.size(); ++i) {
        if (by_status_[i] > 0) {
            counts[to_string(static_cast<SignalStatus>(i))] = by_status_[i];
        }
    }
    json::array errors;
    for (const SeenError& seen : errors_) {
        json::object error = error_view(seen.error).as_object();
        error["count"] = seen.count;
        errors.push_back(std::move(error));
    }
    view["signals"] = total_;
    view["statuses"] = std::move(counts);
    view["retries"] = retries_;
    view["skipped_children"] = skipped_;
    view["wall_us"] = usage_.wall_us;
    view["cpu_us"] = usage_.cpu_us;
    view["p50_us"] = durations_.quantile(0.5).count();
    view["p99_us"] = durations_.quantile(0.99).count();
    view["errors"] = std::move(errors);
}

}  // namespace hal9::services
