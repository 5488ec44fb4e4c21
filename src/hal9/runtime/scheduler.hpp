// Scheduler: which ready signal runs next, decided purely (signals.md section 6).
//
// Between organisations deficit round robin (Shreedhar and Varghese 1995) on the time that steps
// really took, debt carried: an organisation waits at most one quantum plus one longest step of
// each other one, and, where its own last step took more than it had, until each of these has had
// as much. Inside an organisation the higher priority first, with ageing so that nothing
// starves; then the deeper signal, so that open work stays small; then the older one.
#pragma once

#include "hal9/base/clock.hpp"
#include "hal9/model/ids.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

namespace hal9::runtime {

struct ReadySignal {
    SignalId signal;
    std::uint8_t priority = 5;
    std::uint8_t depth = 0;
    SteadyTime since;  ///< when it became ready, for ageing
};

struct SchedulerOptions {
    Duration quantum = std::chrono::milliseconds(2);
    /// Waiting this long is worth one step of priority.
    Duration ageing = std::chrono::seconds(10);
};

class Scheduler {
public:
    explicit Scheduler(SchedulerOptions options = {}) : options_(options) {}

    void add(OrganizationId organization, const ReadySignal& ready);

    /// Removes and returns the next signal of the organisation whose turn it is.
    struct Pick {
        OrganizationId organization;
        ReadySignal ready;
    };

    [[nodiscard]] std::optional<Pick> pick(SteadyTime now);
    /// What a picked step really cost; may be told later, for steps that wait for the outside.
    void charge(OrganizationId organization, Duration cost);

    /// What it took beyond its turns.
    [[nodiscard]] Duration debt(OrganizationId organization) const;

    [[nodiscard]] std::size_t size() const { return size_; }

    [[nodiscard]] std::size_t size(OrganizationId organization) const;

private:
    struct Level {
        std::uint8_t priority = 0;
        std::uint8_t depth = 0;
        friend bool operator==(const Level&, const Level&) = default;

        /// Higher priority first, then deeper first.
        friend bool operator<(const Level& a, const Level& b) {
            return a.priority != b.priority ? a.priority > b.priority : a.depth > b.depth;
        }
    };

    struct Queue {
        std::map<Level, std::deque<ReadySignal>> levels;  ///< empty ones are kept: they fill again
        std::size_t size = 0;
        std::int64_t deficit_us = 0;
        bool in_ring = false;
        bool has_turn = false;  ///< and got its quantum
    };

    /// Of the front of the ring.
    void end_turn(Queue& queue);
    [[nodiscard]] ReadySignal take(Queue& queue, SteadyTime now) const;
    [[nodiscard]] std::uint8_t effective_priority(const ReadySignal& ready, SteadyTime now) const;

    SchedulerOptions options_;
    std::map<OrganizationId, Queue> queues_;
    std::deque<OrganizationId> ring_;  ///< organisations with ready signals, whose turn first
    std::size_t size_ = 0;
};

}  // namespace hal9::runtime
