#include "hal9/adapters/memory/memory_files.hpp"
#include "hal9/adapters/system/system_files.hpp"
#include "hal9/base/check.hpp"
#include "hal9/base/manual_executor.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <stdlib.h>

// Files: what every adapter does the same. Links, gzip and what a kernel refuses are tested beside
// the adapter that has them.
namespace hal9::contract {
namespace {

/// Files with a root that nothing else uses.
class FilesHarness {
public:
    virtual ~FilesHarness() = default;
    [[nodiscard]] virtual Files& files() = 0;
    [[nodiscard]] virtual std::string root() const = 0;
    /// `path` begins with the root.
    virtual void put(const std::string& path, const std::string& content) = 0;
    virtual void remove(const std::string& path) = 0;

    ManualExecutor queue;
};

class MemoryFilesHarness final : public FilesHarness {
public:
    Files& files() override { return files_; }

    std::string root() const override { return "/root"; }

    void put(const std::string& path, const std::string& content) override {
        files_.put(path, content);
    }

    void remove(const std::string& path) override { files_.remove(path); }

private:
    memory::MemoryFiles files_{queue};
};

class SystemFilesHarness final : public FilesHarness {
public:
    SystemFilesHarness() {
        std::string pattern = std::filesystem::temp_directory_path() / "hal9-files-XXXXXX";
        const char* const made = ::mkdtemp(pattern.data());
        HAL9_ASSERT(made != nullptr);
        root_ = std::filesystem::canonical(pattern);
    }

    SystemFilesHarness(const SystemFilesHarness&) = delete;
    SystemFilesHarness& operator=(const SystemFilesHarness&) = delete;

    ~SystemFilesHarness() override { std::filesystem::remove_all(root_); }

    Files& files() override { return files_; }

    std::string root() const override { return root_; }

    void put(const std::string& path, const std::string& content) override {
        std::filesystem::create_directories(std::filesystem::path(path).parent_path());
        std::ofstream(path, std::ios::binary) << content;
    }

    void remove(const std::string& path) override { std::filesystem::remove(path); }

private:
    std::string root_;
    adapters::SystemFiles files_{queue, queue};
};

struct FilesHarnessKind {
    std::string name;
    std::unique_ptr<FilesHarness> (*make)();
};

class FilesContract : public testing::TestWithParam<FilesHarnessKind> {
protected:
    void put(const std::string& below, const std::string& content) {
        harness_->put(path(below), content);
    }

    void remove(const std::string& below) { harness_->remove(path(below)); }

    [[nodiscard]] std::string path(const std::string& below) const {
        return harness_->root() + "/" + below;
    }

    Result<std::string> read(const std::string& below, std::size_t bytes_max = 100) {
        return read_as_is(path(below), bytes_max);
    }

    Result<std::string> read_as_is(std::string path_of_file, std::size_t bytes_max = 100) {
        return run(harness_->files().read(
            {.granted = {path("doc")},
             .path = std::move(path_of_file),
             .decompress = true,
             .bytes_max = bytes_max}
        ));
    }

    Result<std::vector<FileEntry>>
    list(const std::string& below, const std::string& match = "**", std::size_t entries_max = 100) {
        return run(harness_->files().list(
            {.granted = {path("doc")},
             .directory = path(below),
             .match = match,
             .links = LinkRule::skip,
             .entries_max = entries_max}
        ));
    }

    /// What is listed, below the root.
    std::vector<std::string> names(const std::string& below, const std::string& match = "**") {
        std::vector<std::string> names;
        for (const FileEntry& entry : list(below, match).value()) {
            EXPECT_TRUE(entry.path.starts_with(harness_->root() + "/")) << entry.path;
            names.push_back(entry.path.substr(harness_->root().size() + 1));
        }
        return names;
    }

    static ErrorCode code(const auto& result) {
        EXPECT_FALSE(result.has_value());
        return result ? ErrorCode::internal : result.error().code;
    }

private:
    template <class T>
    Result<T> run(Task<Result<T>> task) {
        std::optional<Result<T>> result;
        const StartedTask started =
            StartedTask::start<Result<T>>(std::move(task), [&result](Result<T> value) {
                result = std::move(value);
            });
        EXPECT_FALSE(result) << "answered at once";
        harness_->queue.run_all();
        return *std::move(result);
    }

    std::unique_ptr<FilesHarness> harness_ = GetParam().make();
};

using Names = std::vector<std::string>;

TEST_P(FilesContract, ListsEachFileBelowInByteOrderOfItsPath) {
    put("doc/b", "bb");
    put("doc/a/z", "z");
    put("doc/a.txt", "text");
    put("doc/B", "");
    EXPECT_EQ(names("doc"), (Names{"doc/B", "doc/a.txt", "doc/a/z", "doc/b"}));
    EXPECT_EQ(names("doc/a"), (Names{"doc/a/z"}));
    const auto entries = list("doc", "b").value();
    ASSERT_EQ(entries.size(), 1U);
    EXPECT_EQ(entries[0].size, 2U);
}

TEST_P(FilesContract, APatternMatchesWithinComponentsAndTwoStarsAcrossThem) {
    for (const char* name : {"doc/one.gz", "doc/a/two.gz", "doc/a/b/three.gz", "doc/a/four"}) {
        put(name, "x");
    }
    EXPECT_EQ(names("doc", "*.gz"), (Names{"doc/one.gz"}));
    EXPECT_EQ(names("doc", "*/*.gz"), (Names{"doc/a/two.gz"}));
    EXPECT_EQ(names("doc", "**/*.gz"), (Names{"doc/a/b/three.gz", "doc/a/two.gz", "doc/one.gz"}));
    EXPECT_EQ(names("doc", "nothing"), Names{});
}

TEST_P(FilesContract, ReadsWhatIsThereToTheByte) {
    const std::string content("a\0b\xFF\n", 5);
    put("doc/a", content);
    put("doc/empty", "");
    EXPECT_EQ(read("doc/a").value(), content);
    EXPECT_EQ(read("doc/empty").value(), "");
}

TEST_P(FilesContract, WhatIsMissingOrHasVanishedIsNotFound) {
    put("doc/a", "x");
    EXPECT_EQ(code(read("doc/b")), ErrorCode::not_found);
    EXPECT_EQ(code(list("doc/none")), ErrorCode::not_found);
    remove("doc/a");
    EXPECT_EQ(code(read("doc/a")), ErrorCode::not_found);
}

TEST_P(FilesContract, OutsideOfTheGrantIsRefused) {
    put("doc/a", "x");
    put("other/a", "x");
    put("documents/a", "x");
    EXPECT_EQ(code(read("other/a")), ErrorCode::permission_denied);
    EXPECT_EQ(code(read("documents/a")), ErrorCode::permission_denied);
    EXPECT_EQ(code(read("doc/../other/a")), ErrorCode::permission_denied);
    EXPECT_EQ(code(list("other")), ErrorCode::permission_denied);
}

TEST_P(FilesContract, FaultyRequestsAreRefused) {
    put("doc/a", "x");
    EXPECT_EQ(code(read_as_is("doc/a")), ErrorCode::invalid_argument);
    EXPECT_EQ(code(list("doc", "../*")), ErrorCode::invalid_argument);
}

TEST_P(FilesContract, LimitsAreKept) {
    put("doc/a", "12345");
    put("doc/b", "12345");
    EXPECT_EQ(read("doc/a", 5).value(), "12345");
    EXPECT_EQ(code(read("doc/a", 4)), ErrorCode::limit_exceeded);
    EXPECT_EQ(list("doc", "**", 2).value().size(), 2U);
    EXPECT_EQ(code(list("doc", "**", 1)), ErrorCode::limit_exceeded);
}

INSTANTIATE_TEST_SUITE_P(
    Every,
    FilesContract,
    testing::Values(
        FilesHarnessKind{
            "Memory",
            []() -> std::unique_ptr<FilesHarness> { return std::make_unique<MemoryFilesHarness>(); }
        },
        FilesHarnessKind{
            "System",
            []() -> std::unique_ptr<FilesHarness> { return std::make_unique<SystemFilesHarness>(); }
        }
    ),
    [](const auto& tested) { return tested.param.name; }
);

}  // namespace
}  // namespace hal9::contract
