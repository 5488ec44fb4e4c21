// What a fold remembers: tables of bytes that lie in memory until the fold's budget is used up, and
// in a SpillTable from then on. Results do not depend on where they lie.
//
// FoldMemory counts the bytes of all tables of one fold and moves the largest to disk when they
// are too many. Thread: one at a time.
#pragma once

#include "hal9/base/result.hpp"
#include "hal9/base/spill_table.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace hal9::definition::detail {

class Spillable {
public:
    virtual ~Spillable() = default;
    /// What moving it to disk would free.
    [[nodiscard]] virtual std::size_t movable_bytes() const = 0;
    [[nodiscard]] virtual Result<void> move_to(std::unique_ptr<SpillTable> table) = 0;
};

class FoldMemory {
public:
    FoldMemory(std::size_t bytes_max, SpillTables& spill) : bytes_max_(bytes_max), spill_(&spill) {}

    /// `table` must stay where it is.
    void add_table(Spillable& table) { tables_.push_back(&table); }

    void take(std::size_t bytes) { used_ += bytes; }

    void give_back(std::size_t bytes) { used_ -= bytes; }

    [[nodiscard]] std::size_t used() const { return used_; }

    /// Moves tables to disk while too much is used. Called after every change of a table.
    [[nodiscard]] Result<void> settle() {
        return used_ > bytes_max_ ? spill_largest() : Result<void>{};
    }

private:
    [[nodiscard]] Result<void> spill_largest();

    std::size_t bytes_max_;
    std::size_t used_ = 0;
    SpillTables* spill_;
    std::vector<Spillable*> tables_;
};

using VisitRow = std::function<Result<bool>(std::string_view key, std::string_view value)>;

/// Rows by key, looked up often.
class FoldTable final : public Spillable {
public:
    explicit FoldTable(FoldMemory& memory);

    /// Calls change(value, is_new) with the row of the key (empty when new), which returns whether
    /// it changed the value.
    template <class Change>
    [[nodiscard]] Result<void> update(std::string_view key, Change&& change) {
        if (spilled_) {
            return update_spilled(key, std::forward<Change>(change));
        }
        auto at = rows_.find(key);
        const bool is_new = at == rows_.end();
        if (is_new) {
            at = rows_.emplace(std::string(key), std::string()).first;
        }
        const std::size_t before = is_new ? 0 : size_of(at->first, at->second);
        change(at->second, is_new);
        const std::size_t after = size_of(at->first, at->second);
        bytes_ += after - before;
        memory_->take(after - before);
        return memory_->settle();
    }

    /// True when the key was not there.
    [[nodiscard]] Result<bool> insert(std::string_view key);

    /// Each row once, in any order; the table is empty afterwards.
    [[nodiscard]] Result<void> drain(const VisitRow& visit);

    [[nodiscard]] std::size_t movable_bytes() const override { return draining_ ? 0 : bytes_; }

    [[nodiscard]] Result<void> move_to(std::unique_ptr<SpillTable> table) override;

private:
    struct Hash {
        using is_transparent = void;

        std::size_t operator()(std::string_view key) const noexcept {
            return std::hash<std::string_view>{}(key);
        }
    };

    static std::size_t size_of(const std::string& key, const std::string& value);
    [[nodiscard]] Result<void>
    update_spilled(std::string_view key, const std::function<bool(std::string&, bool)>& change);

    FoldMemory* memory_;
    std::unordered_map<std::string, std::string, Hash, std::equal_to<>> rows_;
    std::size_t bytes_ = 0;
    bool draining_ = false;
    std::unique_ptr<SpillTable> spilled_;
};

/// Rows that are only added, each under a key of its own, and read once in key order.
class FoldList final : public Spillable {
public:
    /// With `keep`, only so many of the first rows (in key order) will be read: others may be
    /// forgotten.
    FoldList(FoldMemory& memory, std::optional<std::size_t> keep);

    [[nodiscard]] Result<void> append(std::string key, std::string value);

    /// In key order, until `visit` returns false or fails; the list is empty afterwards.
    [[nodiscard]] Result<void> drain(const VisitRow& visit);

    [[nodiscard]] std::size_t movable_bytes() const override { return draining_ ? 0 : bytes_; }

    [[nodiscard]] Result<void> move_to(std::unique_ptr<SpillTable> table) override;

private:
    using Row = std::pair<std::string, std::string>;

    static std::size_t size_of(const Row& row);
    void prune();

    FoldMemory* memory_;
    std::optional<std::size_t> keep_;
    std::vector<Row> rows_;
    std::size_t bytes_ = 0;
    bool draining_ = false;
    std::unique_ptr<SpillTable> spilled_;
};

}  // namespace hal9::definition::detail
