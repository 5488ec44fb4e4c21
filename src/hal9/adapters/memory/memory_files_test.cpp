#include "hal9/adapters/memory/memory_files.hpp"

#include "hal9/base/manual_executor.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace hal9::memory {
namespace {

/// What the port does not say; the rest is in tests/contract/files_test.cpp.
class MemoryFilesTest : public testing::Test {
protected:
    template <class T>
    Result<T> run(Task<Result<T>> task) {
        std::optional<Result<T>> result;
        const StartedTask started =
            StartedTask::start<Result<T>>(std::move(task), [&result](Result<T> value) {
                result = std::move(value);
            });
        EXPECT_FALSE(result) << "answered at once";
        queue.run_all();
        return *std::move(result);
    }

    Result<std::string> read(std::string path) {
        return run(files.read(
            {.granted = {"/doc"}, .path = std::move(path), .decompress = true, .bytes_max = 100}
        ));
    }

    Result<std::vector<FileEntry>> list(std::string directory) {
        return run(files.list(
            {.granted = {"/doc"},
             .directory = std::move(directory),
             .match = "**",
             .links = LinkRule::skip,
             .entries_max = 100}
        ));
    }

    static ErrorCode code(const auto& result) {
        EXPECT_FALSE(result.has_value());
        return result ? ErrorCode::internal : result.error().code;
    }

    ManualExecutor queue;
    MemoryFiles files{queue};
};

TEST_F(MemoryFilesTest, AFileThatIsPutAgainIsReplacedWithItsTime) {
    files.put("/doc/a", "one", {6});
    files.put("/doc/a", "two", {7});
    EXPECT_EQ(read("/doc/a"), "two");
    EXPECT_EQ(list("/doc").value().at(0).modified, WallTime{7});
}

TEST_F(MemoryFilesTest, FaultsAreThoseThatWereSet) {
    files.put("/doc/a", "x");
    files.set_fault("/doc/a", Error(ErrorCode::unavailable, "away"));
    EXPECT_EQ(code(read("/doc/a")), ErrorCode::unavailable);
    files.set_fault("/doc/a", std::nullopt);
    EXPECT_EQ(read("/doc/a"), "x");
    files.fail_next(2, Error(ErrorCode::timeout, "late"));
    EXPECT_EQ(code(read("/doc/a")), ErrorCode::timeout);
    EXPECT_EQ(code(list("/doc")), ErrorCode::timeout);
    EXPECT_EQ(read("/doc/a"), "x");
}

TEST_F(MemoryFilesTest, ATaskThatIsDestroyedIsNotResumed) {
    files.put("/doc/a", "x");
    bool finished = false;
    {
        const StartedTask abandoned = StartedTask::start<Result<std::string>>(
            files.read({.granted = {"/doc"}, .path = "/doc/a", .decompress = true, .bytes_max = 9}),
            [&finished](const Result<std::string>&) { finished = true; }
        );
    }
    queue.run_all();
    EXPECT_FALSE(finished);
}

}  // namespace
}  // namespace hal9::memory
