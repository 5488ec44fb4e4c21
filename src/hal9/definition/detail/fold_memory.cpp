#include "hal9/definition/detail/fold_memory.hpp"

#include <algorithm>

namespace hal9::definition::detail {
namespace {

/// What a string keeps outside itself (libstdc++ holds 15 bytes inside).
std::size_t heap_bytes(const std::string& text) {
    return text.capacity() > 15 ? text.capacity() + 1 : 0;
}

}  // namespace

Result<void> FoldMemory::spill_largest() {
    while (used_ > bytes_max_) {
        const auto largest = std::ranges::max_element(tables_, {}, &Spillable::movable_bytes);
        if (largest == tables_.end() || (*largest)->movable_bytes() == 0) {
            return {};
        }
        HAL9_TRY(std::unique_ptr<SpillTable> table, spill_->create());
        HAL9_TRY_VOID((*largest)->move_to(std::move(table)));
    }
    return {};
}

FoldTable::FoldTable(FoldMemory& memory) : memory_(&memory) {
    memory.add_table(*this);
}

std::size_t FoldTable::size_of(const std::string& key, const std::string& value) {
    constexpr std::size_t node_bytes = 2 * sizeof(std::string) + 4 * sizeof(void*);
    return node_bytes + heap_bytes(key) + heap_bytes(value);
}

Result<bool> FoldTable::insert(std::string_view key) {
    bool added = false;
    HAL9_TRY_VOID(update(key, [&added](std::string&, bool is_new) {
        added = is_new;
        return is_new;
    }));
    return added;
}

Result<void> FoldTable::update_spilled(
    std::string_view key,
    const std::function<bool(std::string&, bool)>& change
) {
    HAL9_TRY(std::optional<std::string> found, spilled_->find(key));
    const bool is_new = !found;
    std::string value = is_new ? std::string() : *std::move(found);
    if (change(value, is_new)) {
        return spilled_->put(key, value);
    }
    return {};
}

Result<void> FoldTable::drain(const VisitRow& visit) {
    if (spilled_) {
        return spilled_->for_each(visit);
    }
    draining_ = true;
    while (!rows_.empty()) {
        const auto row = rows_.extract(rows_.begin());
        const std::size_t size = size_of(row.key(), row.mapped());
        HAL9_TRY(const bool go_on, visit(row.key(), row.mapped()));
        memory_->give_back(size);
        bytes_ -= size;
        if (!go_on) {
            break;
        }
    }
    return {};
}

Result<void> FoldTable::move_to(std::unique_ptr<SpillTable> table) {
    for (const auto& [key, value] : rows_) {
        HAL9_TRY_VOID(table->put(key, value));
    }
    rows_ = {};
    memory_->give_back(bytes_);
    bytes_ = 0;
    spilled_ = std::move(table);
    return {};
}

FoldList::FoldList(FoldMemory& memory, std::optional<std::size_t> keep)
    : memory_(&memory), keep_(keep) {
    memory.add_table(*this);
}

std::size_t FoldList::size_of(const Row& row) {
    return sizeof(Row) + heap_bytes(row.first) + heap_bytes(row.second);
}

Result<void> FoldList::append(std::string key, std::string value) {
    if (spilled_) {
        return spilled_->put(key, value);
    }
    rows_.emplace_back(std::move(key), std::move(value));
    const std::size_t size = size_of(rows_.back());
    bytes_ += size;
    memory_->take(size);
    if (keep_ && rows_.size() / 2 > *keep_ + 128) {
        prune();
    }
    return memory_->settle();
}

void FoldList::prune() {
    const auto end = rows_.begin() + static_cast<std::ptrdiff_t>(*keep_);
    std::ranges::nth_element(rows_, end, {}, &Row::first);
    std::size_t freed = 0;
    for (auto row = end; row != rows_.end(); ++row) {
        freed += size_of(*row);
    }
    rows_.erase(end, rows_.end());
    bytes_ -= freed;
    memory_->give_back(freed);
}

Result<void> FoldList::drain(const VisitRow& visit) {
    if (spilled_) {
        return spilled_->for_each(visit);
    }
    draining_ = true;
    std::ranges::sort(rows_, {}, &Row::first);
    for (Row& row : rows_) {
        const std::size_t size = size_of(row);
        const Row taken = std::exchange(row, {});
        HAL9_TRY(const bool go_on, visit(taken.first, taken.second));
        memory_->give_back(size);
        bytes_ -= size;
        if (!go_on) {
            break;
        }
    }
    return {};
}

Result<void> FoldList::move_to(std::unique_ptr<SpillTable> table) {
    for (const auto& [key, value] : rows_) {
        HAL9_TRY_VOID(table->put(key, value));
    }
    rows_ = {};
    memory_->give_back(bytes_);
    bytes_ = 0;
    spilled_ = std::move(table);
    return {};
}

}  // namespace hal9::definition::detail
