// Tree: the signals in memory, found by id, linked to their parents and children.
#pragma once

#include "hal9/runtime/detail/live.hpp"

#include <cstddef>
#include <memory>
#include <unordered_map>

namespace hal9::runtime::detail {

class Tree {
public:
    /// `parent` is null for a root. The id must be new.
    Live& insert(SignalId id, LiveRun& run, Live* parent);
    [[nodiscard]] Live* find(SignalId id) const;
    /// It must have no children in memory.
    void erase(Live& live);

    LiveRun& insert_run(std::unique_ptr<LiveRun> run);
    [[nodiscard]] LiveRun* find_run(RunId id) const;
    void erase_run(RunId id);

    /// Calls `visit` with each signal of the run that is in memory; parents first.
    template <class Visit>
    void visit(const LiveRun& run, const Visit& visit) const {
        std::vector<Live*> found;
        if (Live* const root = find(root_of(run.record.id))) {
            found.push_back(root);
        }
        while (!found.empty()) {
            Live* const live = found.back();
            found.pop_back();
            for (Live* child = live->first_child; child != nullptr; child = child->next) {
                found.push_back(child);
            }
            visit(*live);
        }
    }

    [[nodiscard]] const std::unordered_map<RunId, std::unique_ptr<LiveRun>>& runs() const {
        return runs_;
    }

    [[nodiscard]] std::size_t size() const { return lives_.size(); }

    /// Signals in memory that wait neither for children nor for a time: what the window counts.
    [[nodiscard]] std::size_t active() const { return active_; }

    [[nodiscard]] std::size_t active(OrganizationId organization) const;
    /// From now on the signal waits for children, until it is erased.
    void begin_waiting(Live& live);
    /// It is ready, and active again.
    void end_waiting(Live& live);

    /// Payloads held by signals in memory, in bytes; kept up to date by hold/release.
    [[nodiscard]] std::size_t payload_bytes() const { return payload_bytes_; }

    /// Signals in memory that wait for a time; none of them is active.
    [[nodiscard]] std::size_t timed(OrganizationId organization) const;
    void begin_timed(Live& live);
    /// It is ready, and active again.
    void end_timed(Live& live);

    /// Signals in memory whose network is paused; none of them is active.
    [[nodiscard]] std::size_t held() const { return held_; }

    void begin_held(Live& live);
    /// It is ready, and active again.
    void end_held(Live& live);

    void hold(Live& live, Body payload, Value value);
    void release_payload(Live& live);

private:
    void enter_active(const Live& live);
    void leave_active(const Live& live);

    std::unordered_map<SignalId, std::unique_ptr<Live>> lives_;
    std::unordered_map<RunId, std::unique_ptr<LiveRun>> runs_;
    std::unordered_map<OrganizationId, std::size_t> active_of_;
    std::unordered_map<OrganizationId, std::size_t> timed_of_;
    std::size_t active_ = 0;
    std::size_t held_ = 0;
    std::size_t payload_bytes_ = 0;
};

}  // namespace hal9::runtime::detail
