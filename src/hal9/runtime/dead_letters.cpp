#include "hal9/runtime/dead_letters.hpp"

#include <utility>

namespace hal9::runtime {
Result<bool> is_awaited(SignalReader& reader, const SignalRecord& signal) {
    SignalId below = signal.id;
    SignalId above = signal.parent;
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

namespace {

/// Pages of what `list` reads, but for those that nothing waits for.
template <class List>
Result<std::vector<SignalRecord>>
list_awaited(SignalReader& reader, SignalId after, std::uint32_t rows_max, const List& list) {
    std::vector<SignalRecord> found;
    while (found.size() < rows_max) {
        HAL9_TRY(auto page, list(after));
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

}  // namespace

Result<std::vector<SignalRecord>> list_dead_letters(
    SignalReader& reader,
    OrganizationId organization,
    SignalId after,
    std::uint32_t rows_max
) {
    return list_awaited(reader, after, rows_max, [&](SignalId from) {
        return reader.list_parked(organization, from, rows_max);
    });
}

Result<std::vector<SignalRecord>> list_questions(
    SignalReader& reader,
    OrganizationId organization,
    SignalId after,
    std::uint32_t rows_max
) {
    return list_awaited(reader, after, rows_max, [&](SignalId from) {
        return reader.list_asking(organization, WaitsFor::person, from, rows_max);
    });
}

}  // namespace hal9::runtime
