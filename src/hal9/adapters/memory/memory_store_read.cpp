// The reading half of MemoryStore.
#include "hal9/adapters/memory/detail/chunks.hpp"
#include "hal9/adapters/memory/detail/memory_inside.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace hal9::memory {
namespace {

using detail::ChunkKey;
using detail::ChunkState;
using detail::Place;
using detail::place_of;
using detail::SignalRow;
using detail::Tables;

OpenRow open_row(const Tables& tables, const Place& place) {
    const SignalRecord& record = tables.signals.find(place.signal)->record;
    return {
        detail::key_of(place),
        record.status,
        record.not_before,
        record.pending,
        record.waits_for,
        !record.counted.empty(),
        record.released
    };
}

ChunkRow chunk_row(const ChunkKey& key, const detail::Chunk& chunk) {
    return {
        detail::key_of(key.parent),
        key.phase,
        key.first_ordinal,
        chunk.first,
        chunk.count,
        chunk.released
    };
}

SignalRecord without_bodies(SignalRecord record) {
    record.payload.reset();
    record.result.reset();
    return record;
}

bool is_visible(const Tables& tables, const SignalRow& row) {
    const RunRecord* run = tables.runs.find(run_of(row.record.id));
    return run != nullptr && !detail::is_held(tables, run->organization, row);
}

bool fits(const RunRecord& run, const SignalReader::RunFilter& filter) {
    return run.organization == filter.organization &&
           (!filter.state || run.state == *filter.state) &&
           (!filter.network || run.network == *filter.network) &&
           (!filter.tag || std::ranges::find(run.tags, *filter.tag) != run.tags.end()) &&
           run.created >= filter.from && (filter.until.us == 0 || run.created < filter.until);
}

/// Appends the ended children of one chunk from that ordinal on.
void append_results(
    const Tables& tables,
    const detail::Chunk& chunk,
    std::uint32_t first_ordinal,
    std::vector<ChildResult>& results,
    std::uint32_t rows_max
) {
    const auto& rows = tables.signals.rows();
    for (auto at = rows.lower_bound(chunk.first);
         at != rows.end() && at->first.value < chunk.first.value + chunk.count &&
         results.size() < rows_max;
         ++at) {
        const SignalRecord& record = at->second.record;
        if (record.ordinal >= first_ordinal && has_ended(record.status)) {
            results.push_back(
                {record.id,
                 record.ordinal,
                 record.neuron,
                 record.status,
                 record.result,
                 record.error}
            );
        }
    }
}

}  // namespace

Result<std::vector<OpenRow>> MemoryStore::open_rows(
    OrganizationId organization,
    std::optional<OpenKey> after,
    std::uint32_t rows_max
) {
    std::vector<OpenRow> found;
    const auto& rows = inside_->tables.open.rows();
    auto at =
        after ? rows.upper_bound(place_of(*after)) : rows.lower_bound({organization, 0, 0, {}});
    for (; at != rows.end() && at->first.organization == organization && found.size() < rows_max;
         ++at) {
        found.push_back(open_row(inside_->tables, at->first));
    }
    return found;
}

Result<std::vector<ChunkRow>> MemoryStore::released_chunks(
    OrganizationId organization,
    std::optional<ChunkRow> after,
    std::uint32_t rows_max
) {
    std::vector<ChunkRow> found;
    const auto& rows = inside_->tables.chunks.rows();
    const ChunkKey start =
        after ? ChunkKey{place_of(after->parent), after->phase, after->first_ordinal + 1, 0, 0}
              : ChunkKey{{organization, 0, 0, {}}, 0, 0, 0, 0};
    for (auto at = rows.lower_bound(start);
         at != rows.end() && at->first.parent.organization == organization &&
         found.size() < rows_max;
         ++at) {
        if (at->second.state == ChunkState::released) {
            found.push_back(chunk_row(at->first, at->second));
        }
    }
    return found;
}

Result<std::vector<SignalRecord>> MemoryStore::untouched_children(
    SignalId first,
    std::uint32_t count,
    std::uint32_t rows_max,
    std::size_t body_bytes_max
) {
    std::vector<SignalRecord> found;
    std::size_t bytes = 0;
    const auto& rows = inside_->tables.signals.rows();
    for (auto at = rows.lower_bound(first);
         at != rows.end() && at->first.value < first.value + count && found.size() < rows_max;
         ++at) {
        if (at->second.record.status != SignalStatus::ready || at->second.record.opened) {
            continue;
        }
        found.push_back(at->second.record);
        if (bytes >= body_bytes_max) {
            found.back().payload.reset();
        }
        bytes += size_of(found.back().payload);
    }
    return found;
}

Result<std::vector<ChildResult>> MemoryStore::child_results(
    OpenKey parent,
    std::uint16_t phase,
    std::uint32_t first_ordinal,
    std::uint32_t rows_max,
    std::size_t body_bytes_max
) {
    std::vector<ChildResult> results;
    const Place place = place_of(parent);
    const auto& rows = inside_->tables.chunks.rows();
    for (auto at = rows.lower_bound(ChunkKey{place, phase, 0, 0, 0});
         at != rows.end() && at->first.parent == place && at->first.phase == phase &&
         results.size() < rows_max;
         ++at) {
        if (at->second.state == ChunkState::released &&
            at->first.first_ordinal + at->second.count > first_ordinal) {
            append_results(inside_->tables, at->second, first_ordinal, results, rows_max);
        }
    }
    if (body_bytes_max == 0) {
        for (ChildResult& result : results) {
            result.result.reset();
        }
        return results;
    }
    std::size_t bytes = 0;
    const auto last = std::ranges::find_if(results, [&](const ChildResult& result) {
        bytes += size_of(result.result);
        return bytes >= body_bytes_max;
    });
    if (last != results.end()) {
        results.erase(std::next(last), results.end());
    }
    return results;
}

Result<std::vector<OpenRow>> MemoryStore::due_rows(
    OrganizationId organization,
    WallTime until,
    std::optional<OpenRow> after,
    std::uint32_t rows_max
) {
    std::vector<OpenRow> found;
    const auto& rows = inside_->tables.timers.rows();
    auto at = after ? rows.upper_bound({organization, after->not_before, after->key.signal})
                    : rows.lower_bound({organization, WallTime{1}, {}});
    for (; at != rows.end() && at->first.organization == organization &&
           at->first.not_before <= until && found.size() < rows_max;
         ++at) {
        found.push_back(open_row(inside_->tables, at->second));
    }
    return found;
}

Result<std::optional<KeyState>> MemoryStore::find_key_state(const KeyName& name) {
    const KeyState* const found = inside_->tables.key_states.find(name);
    return found == nullptr ? std::nullopt : std::optional(*found);
}

Result<std::uint32_t> MemoryStore::last_number(RunId run) {
    const auto& rows = inside_->tables.signals.rows();
    auto at = rows.lower_bound(root_of({run.value + 1}));
    if (at == rows.begin() || run_of((--at)->first) != run) {
        return 0;
    }
    return number_of(at->first);
}

Result<std::optional<RunRecord>> MemoryStore::find_run(RunId run) {
    const RunRecord* found = inside_->tables.runs.find(run);
    return found == nullptr ? std::nullopt : std::optional(*found);
}

Result<std::optional<RunRecord>>
MemoryStore::find_run_by_key(OrganizationId organization, std::string_view idempotency_key) {
    const detail::IdempotentRun* first =
        inside_->tables.idempotency.find({organization, std::string(idempotency_key)});
    return first == nullptr ? std::nullopt : find_run(first->run).value();
}

Result<std::vector<RunRecord>> MemoryStore::list_runs(const RunFilter& filter) {
    std::vector<RunRecord> found;
    const auto& rows = inside_->tables.runs.rows();
    auto at = filter.before ? rows.lower_bound(*filter.before) : rows.end();
    while (at != rows.begin() && found.size() < filter.rows_max) {
        --at;
        if (fits(at->second, filter)) {
            found.push_back(at->second);
        }
    }
    return found;
}

Result<std::vector<RunRecord>> MemoryStore::unfinished_runs(OrganizationId organization) {
    std::vector<RunRecord> found;
    for (const auto& [id, run] : inside_->tables.runs.rows()) {
        if (run.organization == organization && !has_ended(run.state)) {
            found.push_back(run);
        }
    }
    return found;
}

Result<std::vector<RunRecord>> MemoryStore::unfinished_child_runs(RunId parent) {
    std::vector<RunRecord> found;
    for (const auto& [id, run] : inside_->tables.runs.rows()) {
        if (run.parent.value != 0 && run_of(run.parent) == parent && !has_ended(run.state)) {
            found.push_back(run);
        }
    }
    return found;
}

Result<std::optional<SignalRecord>> MemoryStore::find_signal(SignalId id, bool bodies) {
    const SignalRow* row = inside_->tables.signals.find(id);
    if (row == nullptr || !is_visible(inside_->tables, *row)) {
        return std::nullopt;
    }
    return bodies ? row->record : without_bodies(row->record);
}

Result<std::vector<SignalRecord>>
MemoryStore::list_signals(RunId run, SignalId first, std::uint32_t rows_max) {
    std::vector<SignalRecord> found;
    const auto& rows = inside_->tables.signals.rows();
    for (auto at = rows.lower_bound(std::max(first, root_of(run)));
         at != rows.end() && run_of(at->first) == run && found.size() < rows_max;
         ++at) {
        if (is_visible(inside_->tables, at->second)) {
            found.push_back(without_bodies(at->second.record));
        }
    }
    return found;
}

Result<std::vector<SignalReader::NeuronCount>> MemoryStore::count_signals(RunId run) {
    std::map<std::pair<NeuronIndex, SignalStatus>, NeuronCount> counts;
    const auto& rows = inside_->tables.signals.rows();
    for (auto at = rows.lower_bound(root_of(run)); at != rows.end() && run_of(at->first) == run;
         ++at) {
        if (is_visible(inside_->tables, at->second)) {
            const SignalRecord& record = at->second.record;
            NeuronCount& count = counts[{record.neuron, record.status}];
            count.neuron = record.neuron;
            count.status = record.status;
            ++count.count;
            count.usage += record.usage;
        }
    }
    std::vector<NeuronCount> found;
    found.reserve(counts.size());
    for (const auto& [group, count] : counts) {
        found.push_back(count);
    }
    return found;
}

Result<std::vector<SignalRecord>>
MemoryStore::list_parked(OrganizationId organization, SignalId after, std::uint32_t rows_max) {
    std::vector<SignalRecord> found;
    for (const auto& [place, nothing] : inside_->tables.open.rows()) {
        const SignalRecord& record = inside_->tables.signals.find(place.signal)->record;
        const RunRecord* run = inside_->tables.runs.find(run_of(place.signal));
        if (place.organization == organization && place.signal > after &&
            record.status == SignalStatus::parked && !has_ended(run->state)) {
            found.push_back(without_bodies(record));
        }
    }
    std::sort(found.begin(), found.end(), [](const SignalRecord& a, const SignalRecord& b) {
        return a.id < b.id;
    });
    if (found.size() > rows_max) {
        found.resize(rows_max);
    }
    return found;
}

Result<std::optional<NetworkVersion>> MemoryStore::find_network_version(NetworkVersionId id) {
    const NetworkVersion* found = inside_->tables.versions.find(id);
    return found == nullptr ? std::nullopt : std::optional(*found);
}

Result<std::optional<NetworkVersion>> MemoryStore::find_network(
    OrganizationId organization,
    std::string_view name,
    std::optional<std::string_view> hash
) {
    const auto& rows = inside_->tables.versions.rows();
    if (!hash && inside_->tables.network_state(organization, name) == NetworkState::deleted) {
        return std::nullopt;
    }
    for (auto at = rows.rbegin(); at != rows.rend(); ++at) {
        const NetworkVersion& version = at->second;
        if (version.organization == organization && version.name == name &&
            (!hash || version.hash == *hash)) {
            return version;
        }
    }
    return std::nullopt;
}

}  // namespace hal9::memory
