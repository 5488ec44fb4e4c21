// UndoMap: an ordered table that can take back what was done to it since the last keep().
//
// It is what lets a transaction of the in-memory store fail alone. Every change first remembers the
// row as it was; undo() puts those rows back, newest first.
#pragma once

#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace hal9::memory::detail {

template <class Key, class Value>
class UndoMap {
public:
    [[nodiscard]] const std::map<Key, Value>& rows() const { return rows_; }

    [[nodiscard]] const Value* find(const Key& key) const {
        const auto at = rows_.find(key);
        return at == rows_.end() ? nullptr : &at->second;
    }

    /// The row, to be changed in place; null where there is none. Valid until the row is erased.
    [[nodiscard]] Value* edit(const Key& key) {
        const auto at = rows_.find(key);
        if (at == rows_.end()) {
            return nullptr;
        }
        before_.emplace_back(key, at->second);
        return &at->second;
    }

    /// False, and nothing done, where the key is taken.
    bool insert(const Key& key, Value&& value) {
        if (!rows_.try_emplace(key, std::move(value)).second) {
            return false;
        }
        before_.emplace_back(key, std::nullopt);
        return true;
    }

    bool insert(const Key& key, const Value& value) { return insert(key, Value(value)); }

    /// False where there is none.
    bool erase(const Key& key) {
        const auto at = rows_.find(key);
        if (at == rows_.end()) {
            return false;
        }
        before_.emplace_back(key, std::move(at->second));
        rows_.erase(at);
        return true;
    }

    void keep() { before_.clear(); }

    void undo() {
        for (auto row = before_.rbegin(); row != before_.rend(); ++row) {
            if (row->second) {
                rows_.insert_or_assign(row->first, *std::move(row->second));
            } else {
                rows_.erase(row->first);
            }
        }
        before_.clear();
    }

private:
    std::map<Key, Value> rows_;
    std::vector<std::pair<Key, std::optional<Value>>> before_;
};

}  // namespace hal9::memory::detail
