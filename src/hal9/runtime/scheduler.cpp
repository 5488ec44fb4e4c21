#include "hal9/runtime/scheduler.hpp"

#include "hal9/base/check.hpp"
#include "hal9/model/limits.hpp"

#include <algorithm>
#include <utility>

namespace hal9::runtime {

void Scheduler::add(OrganizationId organization, const ReadySignal& ready) {
    Queue& queue = queues_[organization];
    queue.levels[{ready.priority, ready.depth}].push_back(ready);
    ++queue.size;
    ++size_;
    if (!queue.in_ring) {
        queue.in_ring = true;
        ring_.push_back(organization);
    }
}

std::optional<Scheduler::Pick> Scheduler::pick(SteadyTime now) {
    while (!ring_.empty()) {
        const OrganizationId organization = ring_.front();
        Queue& queue = queues_[organization];
        if (queue.size == 0) {
            // Nothing left: it leaves the ring, without saved-up credit but with its debt.
            end_turn(queue);
            queue.in_ring = false;
            queue.deficit_us = std::min<std::int64_t>(queue.deficit_us, 0);
            continue;
        }
        if (!std::exchange(queue.has_turn, true)) {
            queue.deficit_us += options_.quantum.count();
        }
        if (queue.deficit_us <= 0 && ring_.size() == 1) {
            queue.deficit_us = 1;  // whom it owes has nothing to do
        }
        if (queue.deficit_us <= 0) {
            end_turn(queue);
            ring_.push_back(organization);
            continue;
        }
        --size_;
        return Pick{organization, take(queue, now)};
    }
    return std::nullopt;
}

void Scheduler::end_turn(Queue& queue) {
    queue.has_turn = false;
    ring_.pop_front();
}

void Scheduler::charge(OrganizationId organization, Duration cost) {
    queues_[organization].deficit_us -= cost.count();
}

Duration Scheduler::debt(OrganizationId organization) const {
    const auto found = queues_.find(organization);
    return Duration(
        found == queues_.end() ? 0 : std::max<std::int64_t>(0, -found->second.deficit_us)
    );
}

std::size_t Scheduler::size(OrganizationId organization) const {
    const auto found = queues_.find(organization);
    return found == queues_.end() ? 0 : found->second.size;
}

std::uint8_t Scheduler::effective_priority(const ReadySignal& ready, SteadyTime now) const {
    const std::int64_t aged = (now - ready.since) / options_.ageing;
    return static_cast<std::uint8_t>(
        std::min<std::int64_t>(priority_max, ready.priority + std::max<std::int64_t>(0, aged))
    );
}

ReadySignal Scheduler::take(Queue& queue, SteadyTime now) const {
    auto best = queue.levels.end();
    std::uint8_t best_priority = 0;
    for (auto level = queue.levels.begin(); level != queue.levels.end(); ++level) {
        if (level->second.empty()) {
            continue;
        }
        const std::uint8_t priority = effective_priority(level->second.front(), now);
        const bool better = best == queue.levels.end() || priority > best_priority ||
                            (priority == best_priority && level->first.depth > best->first.depth);
        if (better) {
            best = level;
            best_priority = priority;
        }
    }
    HAL9_ASSERT(best != queue.levels.end());
    const ReadySignal ready = best->second.front();
    best->second.pop_front();
    --queue.size;
    return ready;
}

}  // namespace hal9::runtime
