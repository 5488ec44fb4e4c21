#include "hal9/adapters/memory/memory_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace hal9::memory {
namespace {

using testing::ElementsAre;

class Queue final : public Executor {
public:
    void post(std::move_only_function<void()> work) override { work_.push_back(std::move(work)); }

    void run_all() {
        while (!work_.empty()) {
            auto work = std::move(work_.front());
            work_.pop_front();
            work();
        }
    }

private:
    std::deque<std::move_only_function<void()>> work_;
};

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

    Result<std::string> read(std::string path, std::size_t bytes_max = 100) {
        return run(files.read(
            {.granted = {"/doc"},
             .path = std::move(path),
             .decompress = true,
             .bytes_max = bytes_max}
        ));
    }

    Result<std::vector<FileEntry>>
    list(std::string directory, std::string match = "**", std::size_t entries_max = 100) {
        return run(files.list(
            {.granted = {"/doc"},
             .directory = std::move(directory),
             .match = std::move(match),
             .links = LinkRule::skip,
             .entries_max = entries_max}
        ));
    }

    static ErrorCode code(const auto& result) {
        EXPECT_FALSE(result.has_value());
        return result ? ErrorCode::internal : result.error().code;
    }

    Queue queue;
    MemoryFiles files{queue};
};

TEST_F(MemoryFilesTest, ListsInByteOrderWhatMatches) {
    files.put("/doc/a/x", "12", {7});
    files.put("/doc/a.x", "");
    files.put("/doc/b/y", "");
    files.put("/document/z", "");
    const auto all = list("/doc");
    ASSERT_TRUE(all);
    std::vector<std::string> paths;
    for (const FileEntry& entry : *all) {
        paths.push_back(entry.path);
    }
    EXPECT_THAT(paths, ElementsAre("/doc/a.x", "/doc/a/x", "/doc/b/y"));
    const auto some = list("/doc/", "*/x");
    ASSERT_TRUE(some);
    ASSERT_EQ(some->size(), 1U);
    EXPECT_EQ(some->at(0).size, 2U);
    EXPECT_EQ(some->at(0).modified, WallTime{7});
}

TEST_F(MemoryFilesTest, ReadsWhatWasPutUntilItIsRemoved) {
    files.put("/doc/a", "one");
    files.put("/doc/a", "two");
    EXPECT_EQ(read("/doc/a"), "two");
    files.remove("/doc/a");
    EXPECT_EQ(code(read("/doc/a")), ErrorCode::not_found);
    EXPECT_EQ(code(list("/doc")), ErrorCode::not_found);
}

TEST_F(MemoryFilesTest, OutsideOfTheGrantIsRefused) {
    files.put("/secret", "");
    EXPECT_EQ(code(read("/secret")), ErrorCode::permission_denied);
    EXPECT_EQ(code(read("/doc/../secret")), ErrorCode::permission_denied);
    EXPECT_EQ(code(list("/document")), ErrorCode::permission_denied);
    EXPECT_EQ(code(read("doc/a")), ErrorCode::invalid_argument);
    EXPECT_EQ(code(list("/doc", "../*")), ErrorCode::invalid_argument);
}

TEST_F(MemoryFilesTest, LimitsAreKept) {
    files.put("/doc/a", "12345");
    files.put("/doc/b", "");
    EXPECT_EQ(read("/doc/a", 5), "12345");
    EXPECT_EQ(code(read("/doc/a", 4)), ErrorCode::limit_exceeded);
    EXPECT_TRUE(list("/doc", "*", 2));
    EXPECT_EQ(code(list("/doc", "*", 1)), ErrorCode::limit_exceeded);
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
