#include "hal9/runtime/dead_letters.hpp"

#include <utility>

namespace hal9::runtime {

Result<bool> is_awaited(const FindSignal& find, const SignalRecord& signal) {
    SignalId below = signal.id;
    SignalId above = signal.parent;
    while (above.value != 0) {
        HAL9_TRY(const auto record, find(above));
        if (!record || has_ended(record->status) || number_of(below) < record->children_from) {
            return false;
        }
        below = above;
        above = record->parent;
    }
    return true;
}

Result<bool> is_awaited(SignalReader& reader, const SignalRecord& signal) {
    return is_awaited([&reader](SignalId id) { return reader.find_signal(id, false); }, signal);
}

Result<std::vector<SignalRecord>> list_dead_letters(
    SignalReader& reader,
    OrganizationId organization,
    SignalId after,
    std::uint32_t rows_max
) {
    std::vector<SignalRecord> found;
    while (found.size() < rows_max) {
        HAL9_TRY(auto page, reader.list_parked(organization, after, rows_max));
        for (SignalRecord& record : page) {
            after = record.id;
            HAL9_TRY(const bool alive, is_awaited(reader, record));
            if (alive && found.size() < rows_max) {
                found.push_back(std::move(record));
            }
        }
        if (page.size() < rows_max) {
            break;
        }
    }
    return found;
}

}  // namespace hal9::runtime
