// SpillTables for tests of folds: over a std::map, counted, and one that has no room.
#pragma once

#include "hal9/base/spill_table.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace hal9::definition {

class MapSpillTable final : public SpillTable {
public:
    [[nodiscard]] Result<void> put(std::string_view key, std::string_view value) override {
        rows_.insert_or_assign(std::string(key), std::string(value));
        return {};
    }

    [[nodiscard]] Result<std::optional<std::string>> find(std::string_view key) override {
        const auto row = rows_.find(key);
        return row == rows_.end() ? std::nullopt : std::optional(row->second);
    }

    [[nodiscard]] Result<void> for_each(
        const std::function<Result<bool>(std::string_view key, std::string_view value)>& visit
    ) override {
        for (const auto& [key, value] : rows_) {
            HAL9_TRY(const bool go_on, visit(key, value));
            if (!go_on) {
                break;
            }
        }
        return {};
    }

private:
    std::map<std::string, std::string, std::less<>> rows_;
};

class MapSpillTables final : public SpillTables {
public:
    [[nodiscard]] Result<std::unique_ptr<SpillTable>> create() override {
        ++created_;
        return std::make_unique<MapSpillTable>();
    }

    [[nodiscard]] std::size_t created() const { return created_; }

private:
    std::size_t created_ = 0;
};

class NoSpillTables final : public SpillTables {
public:
    [[nodiscard]] Result<std::unique_ptr<SpillTable>> create() override {
        return fail(ErrorCode::resource_exhausted, "no room for temporary files; free some");
    }
};

}  // namespace hal9::definition
