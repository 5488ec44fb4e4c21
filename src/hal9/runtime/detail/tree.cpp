#include "hal9/runtime/detail/tree.hpp"

#include "hal9/base/check.hpp"

#include <utility>

namespace hal9::runtime::detail {

Live& Tree::insert(SignalId id, LiveRun& run, Live* parent) {
    auto [place, inserted] = lives_.try_emplace(id, std::make_unique<Live>());
    HAL9_ASSERT(inserted);
    Live& live = *place->second;
    live.id = id;
    live.run = &run;
    live.parent = parent;
    if (parent != nullptr) {
        live.next = parent->first_child;
        if (live.next != nullptr) {
            live.next->previous = &live;
        }
        parent->first_child = &live;
    }
    ++run.lives;
    enter_active(live);
    return live;
}

Live* Tree::find(SignalId id) const {
    const auto found = lives_.find(id);
    return found == lives_.end() ? nullptr : found->second.get();
}

void Tree::erase(Live& live) {
    HAL9_ASSERT(live.first_child == nullptr);
    release_payload(live);
    if (live.next != nullptr) {
        live.next->previous = live.previous;
    }
    if (live.previous != nullptr) {
        live.previous->next = live.next;
    } else if (live.parent != nullptr) {
        live.parent->first_child = live.next;
    }
    --live.run->lives;
    if (live.stage == Stage::waiting || live.stage == Stage::folding) {
        --live.run->waiting;
    } else if (live.stage == Stage::held) {
        --held_;
    } else if (live.stage == Stage::timed) {
        --timed_of_[live.run->record.organization];
    } else {
        leave_active(live);
    }
    lives_.erase(live.id);
}

LiveRun& Tree::insert_run(std::unique_ptr<LiveRun> run) {
    const RunId id = run->record.id;
    auto [place, inserted] = runs_.try_emplace(id, std::move(run));
    HAL9_ASSERT(inserted);
    return *place->second;
}

LiveRun* Tree::find_run(RunId id) const {
    const auto found = runs_.find(id);
    return found == runs_.end() ? nullptr : found->second.get();
}

void Tree::erase_run(RunId id) {
    const auto found = runs_.find(id);
    HAL9_ASSERT(found != runs_.end() && found->second->lives == 0);
    runs_.erase(found);
}

void Tree::hold(Live& live, Body payload, Value value) {
    release_payload(live);
    live.payload = std::move(payload);
    live.value = std::move(value);
    payload_bytes_ += size_of(live.payload);
}

void Tree::release_payload(Live& live) {
    payload_bytes_ -= size_of(live.payload);
    live.payload.reset();
    live.value.reset();
}

std::size_t Tree::active(OrganizationId organization) const {
    const auto found = active_of_.find(organization);
    return found == active_of_.end() ? 0 : found->second;
}

void Tree::begin_waiting(Live& live) {
    live.stage = Stage::waiting;
    ++live.run->waiting;
    leave_active(live);
}

void Tree::end_waiting(Live& live) {
    live.stage = Stage::ready;
    --live.run->waiting;
    enter_active(live);
}

std::size_t Tree::timed(OrganizationId organization) const {
    const auto found = timed_of_.find(organization);
    return found == timed_of_.end() ? 0 : found->second;
}

void Tree::begin_timed(Live& live) {
    live.stage = Stage::timed;
    leave_active(live);
    ++timed_of_[live.run->record.organization];
}

void Tree::end_timed(Live& live) {
    live.stage = Stage::ready;
    --timed_of_[live.run->record.organization];
    enter_active(live);
}

void Tree::begin_held(Live& live) {
    live.stage = Stage::held;
    leave_active(live);
    ++held_;
}

void Tree::end_held(Live& live) {
    live.stage = Stage::ready;
    --held_;
    enter_active(live);
}

void Tree::enter_active(const Live& live) {
    ++active_;
    ++active_of_[live.run->record.organization];
}

void Tree::leave_active(const Live& live) {
    --active_;
    --active_of_[live.run->record.organization];
}

}  // namespace hal9::runtime::detail
