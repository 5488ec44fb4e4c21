// The part of MemoryStore that operators look at: what waits, messages and schedules.
#include "hal9/adapters/memory/detail/memory_inside.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace hal9::memory {

Result<std::optional<SignalId>> MemoryStore::find_receiver(RunId run, std::string_view message) {
    const auto& rows = inside_->tables.signals.rows();
    for (auto at = rows.lower_bound(root_of(run)); at != rows.end() && run_of(at->first) == run;
         ++at) {
        const auto& [record, asks, interim] = at->second;
        if (record.status == SignalStatus::waiting && record.waits_for == WaitsFor::message &&
            asks == message) {
            return at->first;
        }
    }
    return std::nullopt;
}

Result<std::vector<MessageRecord>> MemoryStore::list_messages(RunId run) {
    std::vector<MessageRecord> found;
    const auto& rows = inside_->tables.messages.rows();
    for (auto at = rows.lower_bound({run, 0}); at != rows.end() && at->first.first == run; ++at) {
        found.push_back(at->second.record);
    }
    return found;
}

Result<std::vector<SignalRecord>> MemoryStore::list_asking(
    OrganizationId organization,
    WaitsFor what,
    SignalId after,
    std::uint32_t rows_max
) {
    std::vector<SignalRecord> found;
    const auto& rows = inside_->tables.signals.rows();
    for (auto at = rows.upper_bound(after); at != rows.end() && found.size() < rows_max; ++at) {
        const SignalRecord& record = at->second.record;
        const RunRecord* const run = inside_->tables.runs.find(run_of(at->first));
        if (record.status == SignalStatus::waiting && record.waits_for == what &&
            run->organization == organization && !has_ended(run->state)) {
            found.push_back(record);
            found.back().payload.reset();
        }
    }
    return found;
}

Result<std::vector<SignalReader::OpenCount>> MemoryStore::count_open(RunId run) {
    std::map<std::tuple<SignalStatus, WaitsFor, bool>, OpenCount> counts;
    const auto& rows = inside_->tables.signals.rows();
    for (auto at = rows.lower_bound(root_of(run)); at != rows.end() && run_of(at->first) == run;
         ++at) {
        const SignalRecord& record = at->second.record;
        if (!record.opened) {
            continue;
        }
        const bool timed = record.not_before.us != 0;
        OpenCount& count = counts[{record.status, record.waits_for, timed}];
        const bool first = count.count++ == 0;
        count.status = record.status;
        count.waits_for = record.waits_for;
        count.timed = timed;
        count.earliest = first ? record.not_before : std::min(count.earliest, record.not_before);
    }
    std::vector<OpenCount> found;
    found.reserve(counts.size());
    for (const auto& [group, count] : counts) {
        found.push_back(count);
    }
    return found;
}

Result<std::optional<WallTime>> MemoryStore::next_schedule_time() {
    std::optional<WallTime> next;
    for (const auto& [key, schedule] : inside_->tables.schedules.rows()) {
        if (schedule.next.us > 0) {
            next = next ? std::min(*next, schedule.next) : schedule.next;
        }
    }
    return next;
}

Result<std::vector<Schedule>> MemoryStore::due_schedules(WallTime until, std::uint32_t rows_max) {
    std::vector<Schedule> found;
    for (const auto& [key, schedule] : inside_->tables.schedules.rows()) {
        if (schedule.next.us > 0 && schedule.next <= until) {
            found.push_back(schedule);
        }
    }
    std::ranges::sort(found, {}, [](const Schedule& schedule) {
        return std::tuple(schedule.next, schedule.organization, schedule.name);
    });
    found.resize(std::min<std::size_t>(found.size(), rows_max));
    return found;
}

Result<std::vector<Schedule>> MemoryStore::list_schedules(
    OrganizationId organization,
    std::string_view after,
    std::uint32_t rows_max
) {
    std::vector<Schedule> found;
    const auto& rows = inside_->tables.schedules.rows();
    for (auto at = rows.upper_bound({organization, std::string(after)});
         at != rows.end() && at->first.first == organization && found.size() < rows_max;
         ++at) {
        found.push_back(at->second);
    }
    return found;
}

Result<std::optional<Schedule>>
MemoryStore::find_schedule(OrganizationId organization, std::string_view name) {
    const Schedule* const found = inside_->tables.schedules.find({organization, std::string(name)});
    return found == nullptr ? std::nullopt : std::optional(*found);
}

}  // namespace hal9::memory
