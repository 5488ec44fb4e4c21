// Schedules: networks that are started by the clock of the machine.
//
// Only who works on everything in the store starts them. What is due is read from the store, and
// each start is one transaction with the move to the next time.
#include "hal9/base/cron.hpp"
#include "hal9/base/planted_bug.hpp"
#include "hal9/base/text.hpp"
#include "hal9/runtime/detail/node_impl.hpp"
#include "hal9/runtime/schedule_times.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace hal9::runtime {
namespace {

/// The machine's clock may jump: it is looked at as often as this at least.
constexpr Duration look_at_least = std::chrono::seconds(30);
constexpr Duration look_after_refusal = std::chrono::seconds(1);
/// A zone that is not there may be installed.
constexpr Duration look_for_zone = std::chrono::hours(1);

Result<TimeZonePtr> zone_of(const Cron& cron, TimeZones* zones) {
    if (cron.time_zone().empty()) {
        return nullptr;
    }
    if (zones == nullptr) {
        return fail(ErrorCode::invalid_argument, "there are no time zones here; use UTC");
    }
    return zones->find(cron.time_zone());
}

}  // namespace

Task<Result<Schedule>> Node::Impl::add_schedule(Schedule schedule) {
    HAL9_CO_TRY(const Cron cron, Cron::parse(schedule.cron));
    HAL9_CO_TRY(const TimeZonePtr zone, zone_of(cron, ports_.time_zones));
    HAL9_CO_TRY_VOID(check_tags(schedule.tags));
    if (schedule.name.empty() || schedule.name.size() > options_.limits.tag_bytes_max) {
        co_return fail(
            ErrorCode::limit_exceeded,
            str("the name of a schedule has 1 to ",
                options_.limits.tag_bytes_max,
                " bytes (tag_bytes_max)")
        );
    }
    // What would not start is not scheduled.
    HAL9_CO_TRY([[maybe_unused]] const NewRun sample, prepare_scheduled(schedule));
    if (ports_.store.is_full()) {
        co_return disk_is_full();
    }
    HAL9_CO_TRY(
        const auto known,
        ports_.reader.list_schedules(schedule.organization, {}, options_.limits.schedules_max)
    );
    if (known.size() >= options_.limits.schedules_max) {
        co_return fail(
            ErrorCode::limit_exceeded,
            str("there are ", known.size(), " schedules, which is schedules_max")
        );
    }
    schedule.created = record_time_;
    schedule.next = cron.next_after(record_time_, zone.get()).value_or(WallTime{});
    outbox_.add(PutSchedule{schedule});
    const Receipt receipt = co_await outbox_.decided(outbox_.submit_request());
    if (receipt.error && receipt.error->code == ErrorCode::conflict) {
        co_return fail(
            ErrorCode::conflict,
            str("there is a schedule \"",
                schedule.name,
                "\" already; give another --name, or remove it first")
        );
    }
    if (receipt.error) {
        co_return fail(*receipt.error);
    }
    look_at_schedules_ = now_.steady;
    co_return schedule;
}

Task<Result<void>> Node::Impl::remove_schedule(OrganizationId organization, std::string name) {
    outbox_.add(RemoveSchedule{organization, name});
    const Receipt receipt = co_await outbox_.decided(outbox_.submit_request());
    if (receipt.error && receipt.error->code == ErrorCode::conflict) {
        co_return fail(
            ErrorCode::not_found,
            str("there is no schedule \"", name, "\"; `hal9 schedule list` shows those there are")
        );
    }
    if (receipt.error) {
        co_return fail(*receipt.error);
    }
    co_return Result<void>{};
}

bool Node::Impl::may_look_at_schedules() const {
    return options_.take_up_all && !draining_ && !starting_schedules_ && !ports_.store.is_full();
}

/// Begins to start what is due, when it is time to look.
bool Node::Impl::look_at_schedules() {
    if (schedules_looked_at_) {
        schedules_looked_at_ = false;
        starting_schedules_.reset();
    }
    if (!may_look_at_schedules() || now_.steady < look_at_schedules_) {
        return false;
    }
    starting_schedules_ =
        StartedTask::start<Result<void>>(start_due_schedules(), [this](const Result<void>& done) {
            if (!done) {
                fatal_ = Error(done.error().code, "schedules cannot be started", done.error());
            }
            schedules_looked_at_ = true;
        });
    return true;
}

Task<Result<void>> Node::Impl::start_due_schedules() {
    constexpr std::uint32_t rows_max = 100;
    while (!draining_) {
        HAL9_CO_TRY(const auto due, ports_.reader.due_schedules(record_time_, rows_max));
        for (const Schedule& schedule : due) {
            HAL9_CO_TRY(const bool dealt_with, co_await start_due(schedule));
            if (!dealt_with) {
                look_at_schedules_ = now_.steady + look_after_refusal;
                co_return Result<void>{};
            }
        }
        if (due.empty()) {
            break;
        }
    }
    HAL9_CO_TRY(const auto next, ports_.reader.next_schedule_time());
    look_at_schedules_ =
        next ? now_.steady + std::clamp(*next - record_time_, Duration(1'000), look_at_least)
             : SteadyTime{INT64_MAX};
    co_return Result<void>{};
}

/// False: the store takes nothing new just now.
Task<Result<bool>> Node::Impl::start_due(Schedule schedule) {
    const auto cron = Cron::parse(schedule.cron);
    if (!cron) {
        co_return fail(ErrorCode::data_loss, cron.error().message);
    }
    AdvanceSchedule step{
        .organization = schedule.organization,
        .name = schedule.name,
        .from = schedule.next,
        .to = record_time_ + look_for_zone,
        .run = std::nullopt,
        .error = std::nullopt,
    };
    const auto zone = zone_of(*cron, ports_.time_zones);
    if (!zone) {
        not_started(schedule, step, zone.error());
        co_return co_await move_schedule(schedule, step, false);
    }
    const ScheduleTimes times = times_to_start(
        schedule,
        {.cron = *cron, .zone = zone->get()},
        record_time_,
        options_.limits.missed_starts_max
    );
    step.to = times.next;
    if (times.dropped > 0) {
        ports_.log.write(
            LogLevel::warning,
            "schedule_times_dropped",
            {{"schedule", schedule.name},
             {"network", schedule.network},
             {times.dropped < dropped_counted_max ? "dropped" : "dropped_at_least",
              std::to_string(times.dropped)},
             {"since", format_time(schedule.next)},
             {"until", format_time(times.starts.front())},
             {"limit", "missed_starts_max"}}
        );
    }
    if (!times.starts.empty() && times.starts.front() != schedule.next) {
        step.to = times.starts.front();
        HAL9_CO_TRY(const bool moved, co_await move_schedule(schedule, step, false));
        if (!moved) {
            co_return false;
        }
    }
    for (std::size_t i = 0; i < times.starts.size(); ++i) {
        step.from = times.starts[i];
        step.to = i + 1 < times.starts.size() ? times.starts[i + 1] : times.next;
        HAL9_CO_TRY(const bool moved, co_await move_schedule(schedule, step, true));
        if (!moved) {
            co_return false;
        }
    }
    if (times.starts.empty()) {
        co_return co_await move_schedule(schedule, step, false);
    }
    co_return true;
}

Result<Node::Impl::NewRun> Node::Impl::prepare_scheduled(const Schedule& schedule) {
    auto found = ports_.reader.find_network(schedule.organization, schedule.network, std::nullopt);
    if (!found) {
        return unreadable(found.error());
    }
    std::optional<NetworkVersion>& version = *found;
    if (!version) {
        return fail(ErrorCode::not_found, str("there is no network \"", schedule.network, "\""));
    }
    HAL9_TRY(json::value input, parse_json(schedule.input));
    AcceptRequest request{
        .organization = schedule.organization,
        .version = *std::move(version),
        .payload = std::move(input),
        .principal = schedule.principal,
        .grants = schedule.grants,
        .idempotency = std::nullopt,
        .deadline = std::nullopt,
        .tags = schedule.tags,
    };
    return prepare_run(std::move(request));
}

void Node::Impl::not_started(const Schedule& schedule, AdvanceSchedule& step, Error error) {
    ports_.log.write(
        LogLevel::error,
        "schedule_not_started",
        {{"schedule", schedule.name},
         {"network", schedule.network},
         {"time", format_time(step.from)},
         {"error", error.full_message()}}
    );
    step.error = std::move(error);
}

/// Moves to the next time, and starts the one that has come.
Task<Result<bool>> Node::Impl::move_schedule(Schedule schedule, AdvanceSchedule step, bool start) {
    std::optional<NewRun> run;
    std::uint64_t released = 0;
    if (start) {
        auto prepared = prepare_scheduled(schedule);
        if (fatal_) {
            co_return fail(*fatal_);
        }
        if (prepared) {
            run = *std::move(prepared);
            ++next_run_.value;
            released = next_release();
            step.run = run->record.id;
            outbox_.add(accept_command(*run, released));
        } else {
            not_started(schedule, step, std::move(prepared).error());
        }
    }
    if (!HAL9_PLANTED(schedule_not_advanced)) {
        outbox_.add(std::move(step));
    }
    const Receipt receipt = co_await outbox_.decided(outbox_.submit_request());
    if (receipt.error) {
        // It was removed a moment ago, or the disk is full.
        co_return receipt.error->code != ErrorCode::resource_exhausted;
    }
    if (run) {
        begin_run(run->record, run->loaded, run->deadline, std::move(run->input), released);
    }
    co_return true;
}

}  // namespace hal9::runtime
