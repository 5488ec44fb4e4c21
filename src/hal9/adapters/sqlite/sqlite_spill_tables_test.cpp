#include "hal9/adapters/sqlite/sqlite_spill_tables.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>

namespace hal9::sqlite {
namespace {

class SpillTablesTest : public testing::Test {
protected:
    SpillTablesTest() {
        std::string pattern = std::filesystem::temp_directory_path() / "hal9-spill-XXXXXX";
        directory_ = ::mkdtemp(pattern.data());
    }

    ~SpillTablesTest() override { std::filesystem::remove_all(directory_); }

    std::string directory_;
};

std::string contents(SpillTable& table) {
    std::string all;
    const Result<void> done =
        table.for_each([&all](std::string_view key, std::string_view value) -> Result<bool> {
            all.append(key).append("=").append(value).append(" ");
            return true;
        });
    EXPECT_TRUE(done.has_value());
    return all;
}

TEST_F(SpillTablesTest, RowsComeInByteOrderAndAreReplaced) {
    SqliteSpillTables tables(directory_);
    auto table = tables.create().value();
    ASSERT_TRUE(table->put("b", "1").has_value());
    ASSERT_TRUE(table->put("\xff", "2").has_value());
    ASSERT_TRUE(table->put("a", "").has_value());
    ASSERT_TRUE(table->put("", "empty").has_value());
    ASSERT_TRUE(table->put(std::string("a\0", 2), "nul").has_value());
    ASSERT_TRUE(table->put("b", "3").has_value());
    EXPECT_EQ(contents(*table), std::string("=empty a= a\0=nul b=3 \xff=2 ", 25));
    EXPECT_EQ(table->find("a").value(), "");
    EXPECT_EQ(table->find("b").value(), "3");
    EXPECT_FALSE(table->find("c").value().has_value());
}

TEST_F(SpillTablesTest, TablesAreApartAndLeaveNoFile) {
    SqliteSpillTables tables(directory_);
    auto one = tables.create().value();
    auto two = tables.create().value();
    const std::string large(100'000, 'x');
    for (int i = 0; i < 100; ++i) {
        ASSERT_TRUE(one->put(std::to_string(i), large).has_value());
    }
    EXPECT_EQ(contents(*two), "");
    EXPECT_EQ(one->find("99").value(), large);
    EXPECT_TRUE(std::filesystem::is_empty(directory_));
}

TEST_F(SpillTablesTest, AVisitStopsWhereItsVisitorSaysOrFails) {
    SqliteSpillTables tables(directory_);
    auto table = tables.create().value();
    for (const char* key : {"1", "2", "3"}) {
        ASSERT_TRUE(table->put(key, "x").has_value());
    }
    int seen = 0;
    const auto stop = [&seen](std::string_view, std::string_view) -> Result<bool> {
        return ++seen < 2;
    };
    ASSERT_TRUE(table->for_each(stop).has_value());
    EXPECT_EQ(seen, 2);
    const auto broken = [](std::string_view, std::string_view) -> Result<bool> {
        return fail(ErrorCode::cancelled, "enough");
    };
    EXPECT_EQ(table->for_each(broken).error().message, "enough");
    EXPECT_EQ(contents(*table), "1=x 2=x 3=x ");
}

TEST_F(SpillTablesTest, ADirectoryThatIsNotThereIsNamed) {
    SqliteSpillTables tables(directory_ + "/none");
    const auto table = tables.create();
    ASSERT_FALSE(table.has_value());
    EXPECT_NE(table.error().message.find("/none"), std::string::npos);
}

}  // namespace
}  // namespace hal9::sqlite
