#include "hal9/runtime/dead_letters.hpp"

#include <utility>

namespace hal9::runtime {
namespace {

Result<bool> all_above_wait(SignalReader& reader, SignalId signal) {
    while (signal.value != 0) {
        HAL9_TRY(const auto record, reader.find_signal(signal, false));
        if (!record || has_ended(record->status)) {
            return false;
        }
        signal = record->parent;
    }
    return true;
}

}  // namespace

Result<std::vector<SignalRecord>> list_dead_letters(
    SignalReader& reader,
    OrganizationId organization,
    SignalId after,
    std::uint32_t rows_max
) {
    std::vector<SignalRecord> letters;
    while (letters.size() < rows_max) {
        HAL9_TRY(auto parked, reader.list_parked(organization, after, rows_max));
        for (SignalRecord& record : parked) {
            after = record.id;
            HAL9_TRY(const bool alive, all_above_wait(reader, record.parent));
            if (alive && letters.size() < rows_max) {
                letters.push_back(std::move(record));
            }
        }
        if (parked.size() < rows_max) {
            break;
        }
    }
    return letters;
}

}  // namespace hal9::runtime
