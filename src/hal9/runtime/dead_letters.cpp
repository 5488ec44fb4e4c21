#include "hal9/runtime/dead_letters.hpp"

#include <utility>

namespace hal9::runtime {
namespace {

/// Every signal above waits, for one of the phase that the signal below it is of.
Result<bool> all_above_wait(SignalReader& reader, const SignalRecord& letter) {
    SignalId below = letter.id;
    SignalId above = letter.parent;
    while (above.value != 0) {
        HAL9_TRY(const auto record, reader.find_signal(above, false));
        if (!record || has_ended(record->status) || number_of(below) < record->children_from) {
            return false;
        }
        below = above;
        above = record->parent;
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
            HAL9_TRY(const bool alive, all_above_wait(reader, record));
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
