#include "hal9/adapters/memory/memory_spill_tables.hpp"

#include <map>
#include <string>

namespace hal9::memory {
namespace {

class MemorySpillTable final : public SpillTable {
public:
    Result<void> put(std::string_view key, std::string_view value) override {
        rows_.insert_or_assign(std::string(key), std::string(value));
        return {};
    }

    Result<std::optional<std::string>> find(std::string_view key) override {
        const auto at = rows_.find(key);
        return at == rows_.end() ? std::nullopt : std::optional(at->second);
    }

    Result<void> for_each(
        const std::function<Result<bool>(std::string_view key, std::string_view value)>& visit
    ) override {
        for (const auto& [key, value] : rows_) {
            HAL9_TRY(const bool more, visit(key, value));
            if (!more) {
                break;
            }
        }
        return {};
    }

private:
    // std::string compares by std::char_traits<char>, which orders char as unsigned char.
    std::map<std::string, std::string, std::less<>> rows_;
};

}  // namespace

Result<std::unique_ptr<SpillTable>> MemorySpillTables::create() {
    if (full_) {
        return fail(ErrorCode::resource_exhausted, "no room for temporary files");
    }
    return std::make_unique<MemorySpillTable>();
}

}  // namespace hal9::memory
