#include "hal9/adapters/memory/detail/chunks.hpp"

#include <algorithm>
#include <vector>

namespace hal9::memory::detail {
namespace {

std::vector<ChunkKey> chunks_of(const Tables& tables, const Place& parent) {
    std::vector<ChunkKey> keys;
    const auto& rows = tables.chunks.rows();
    for (auto at = rows.lower_bound(ChunkKey{parent, 0, 0, 0, 0});
         at != rows.end() && at->first.parent == parent;
         ++at) {
        keys.push_back(at->first);
    }
    return keys;
}

void drop_signals(Tables& tables, const Chunk& chunk) {
    for (std::uint32_t i = 0; i < chunk.count; ++i) {
        tables.signals.erase({chunk.first.value + i});
    }
}

/// A chunk that nobody will wait for any more.
void retire(Tables& tables, const ChunkKey& key, bool all_ended) {
    const Chunk chunk = *tables.chunks.find(key);
    if (chunk.state == ChunkState::held) {
        drop_signals(tables, chunk);
        tables.chunks.erase(key);
    } else if (all_ended && chunk.state == ChunkState::released) {
        tables.chunks.erase(key);
    } else {
        tables.chunks.edit(key)->state = ChunkState::lost;
    }
}

void cancel(Tables& tables, SignalId signal, WallTime at) {
    SignalRow* row = tables.signals.edit(signal);
    row->record.status = SignalStatus::cancelled;
    row->record.not_before = {};
    row->record.pending = 0;
    row->record.waits_for = WaitsFor::children;
    row->record.children_from = 0;
    row->record.counted.clear();
    row->record.finished = at;
    row->record.opened = false;
}

bool belongs(const Place& place, const SweepRun& command) {
    return place.organization == command.organization && run_of(place.signal) == command.run;
}

std::uint32_t sweep_open(Tables& tables, const SweepRun& command) {
    std::vector<Place> places;
    for (const auto& [place, nothing] : tables.open.rows()) {
        if (places.size() == command.rows_max) {
            break;
        }
        if (belongs(place, command)) {
            places.push_back(place);
        }
    }
    for (const Place& place : places) {
        const WallTime timer = tables.signals.find(place.signal)->record.not_before;
        tables.timers.erase({place.organization, timer, place.signal});
        cancel(tables, place.signal, command.at);
        tables.open.erase(place);
    }
    return static_cast<std::uint32_t>(places.size());
}

/// Cancels what never ran of one chunk, at most `rows_max`; returns how many.
std::uint32_t
cancel_untouched(Tables& tables, const Chunk& chunk, std::uint32_t rows_max, WallTime at) {
    std::uint32_t cancelled = 0;
    for (std::uint32_t i = 0; i < chunk.count && cancelled < rows_max; ++i) {
        const SignalId id{chunk.first.value + i};
        const SignalRow* row = tables.signals.find(id);
        if (row != nullptr && row->record.status == SignalStatus::ready && !row->record.opened) {
            cancel(tables, id, at);
            ++cancelled;
        }
    }
    return cancelled;
}

}  // namespace

bool release_chunks(Tables& tables, const Await& command) {
    const std::uint64_t epoch = tables.current_owner().epoch;
    bool any = false;
    for (const ChunkKey& key : chunks_of(tables, place_of(command.signal))) {
        if (key.phase == command.phase && key.epoch == epoch && key.attempt == command.attempt &&
            tables.chunks.find(key)->state == ChunkState::held) {
            Chunk* const chunk = tables.chunks.edit(key);
            chunk->state = ChunkState::released;
            chunk->released = command.released;
            any = true;
        }
    }
    return any;
}

void drop_stale_chunks(
    Tables& tables,
    const OpenKey& parent,
    std::uint16_t phase,
    std::uint16_t attempt
) {
    const std::uint64_t epoch = tables.current_owner().epoch;
    for (const ChunkKey& key : chunks_of(tables, place_of(parent))) {
        if (key.phase == phase && (key.epoch != epoch || key.attempt != attempt)) {
            retire(tables, key, false);
        }
    }
}

void retire_chunks(Tables& tables, const OpenKey& parent, bool all_ended) {
    for (const ChunkKey& key : chunks_of(tables, place_of(parent))) {
        retire(tables, key, all_ended);
    }
}

std::uint32_t sweep(Tables& tables, const SweepRun& command) {
    std::uint32_t swept = sweep_open(tables, command);
    std::vector<ChunkKey> keys;
    for (const auto& [key, chunk] : tables.chunks.rows()) {
        if (belongs(key.parent, command)) {
            keys.push_back(key);
        }
    }
    for (const ChunkKey& key : keys) {
        if (swept == command.rows_max) {
            break;
        }
        const Chunk chunk = *tables.chunks.find(key);
        const std::uint32_t room = command.rows_max - swept;
        if (chunk.state == ChunkState::held) {
            drop_signals(tables, chunk);
            tables.chunks.erase(key);
            swept += std::min(room, chunk.count);
            continue;
        }
        const std::uint32_t cancelled = cancel_untouched(tables, chunk, room, command.at);
        swept += cancelled;
        if (cancelled < room) {
            tables.chunks.erase(key);
        }
    }
    return swept;
}

bool is_held(const Tables& tables, OrganizationId organization, const SignalRow& row) {
    const SignalRecord& record = row.record;
    if (record.parent.value == 0 || record.status != SignalStatus::ready || row.record.opened) {
        return false;
    }
    const SignalRow* above = tables.signals.find(record.parent);
    if (above == nullptr) {
        return false;
    }
    const Place parent =
        place_of({organization, above->record.priority, above->record.depth, record.parent});
    const auto& rows = tables.chunks.rows();
    for (auto at = rows.lower_bound(ChunkKey{parent, 0, 0, 0, 0});
         at != rows.end() && at->first.parent == parent;
         ++at) {
        const std::int64_t offset = record.id.value - at->second.first.value;
        if (offset >= 0 && offset < static_cast<std::int64_t>(at->second.count)) {
            return at->second.state == ChunkState::held;
        }
    }
    return false;
}

}  // namespace hal9::memory::detail
