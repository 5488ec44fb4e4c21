#include "hal9/adapters/system/detail/files_fixture.hpp"
#include "hal9/adapters/system/system_files.hpp"
#include "hal9/base/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <latch>
#include <string>

#include <sys/stat.h>
#include <unistd.h>

namespace hal9::adapters {
namespace {

using testing::HasSubstr;

/// "hello\n", packed by gzip -n9.
const std::string hello_gz(
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xcb\x48\xcd\xc9\xc9\xe7\x02\x00\x20\x30\x3a\x36\x06"
    "\x00\x00\x00",
    26
);

/// A thousand times "x", packed likewise.
const std::string thousand_gz(
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xab\xa8\x18\x05\xa3\x60\x14\x0c\x77\x00\x00\xe6\xc9"
    "\x41\x3b\xe8\x03\x00\x00",
    29
);

class SystemFilesRead : public testing::Test {
protected:
    [[nodiscard]] ReadRequest request(std::string_view path) const {
        return {
            .granted = {scratch / "granted"},
            .path = scratch / path,
            .decompress = true,
            .bytes_max = 1'000
        };
    }

    Result<std::string> read(ReadRequest wanted) {
        return running.strand.run(running.files.read(std::move(wanted)));
    }

    Result<std::string> read(std::string_view path) { return read(request(path)); }

    ErrorCode refusal(std::string_view path) {
        const auto content = read(path);
        EXPECT_FALSE(content.has_value()) << path;
        return content ? ErrorCode::internal : content.error().code;
    }

    detail::ScratchDirectory scratch;
    detail::RunningFiles running;
};

TEST_F(SystemFilesRead, GivesTheWholeContent) {
    const std::string content("a\0b\xFF\n", 5);
    scratch.write("granted/a", content);
    scratch.write("granted/empty", "");
    EXPECT_EQ(read("granted/a"), content);
    EXPECT_EQ(read("granted/empty"), "");
    EXPECT_EQ(read("granted//./a"), content);
}

TEST_F(SystemFilesRead, GzipIsUnpackedByContentWhateverTheName) {
    scratch.write("granted/named.txt", hello_gz);
    scratch.write("granted/twice.gz", hello_gz + hello_gz);
    scratch.write("granted/plain.gz", "not packed");
    EXPECT_EQ(read("granted/named.txt"), "hello\n");
    EXPECT_EQ(read("granted/twice.gz"), "hello\nhello\n");
    EXPECT_EQ(read("granted/plain.gz"), "not packed");
    ReadRequest as_it_is = request("granted/named.txt");
    as_it_is.decompress = false;
    EXPECT_EQ(read(as_it_is), hello_gz);
}

TEST_F(SystemFilesRead, DamagedGzipIsDataLossWithThePath) {
    scratch.write("granted/cut.gz", std::string_view(hello_gz).substr(0, 20));
    const auto content = read("granted/cut.gz");
    ASSERT_FALSE(content);
    EXPECT_EQ(content.error().code, ErrorCode::data_loss);
    EXPECT_THAT(content.error().message, HasSubstr("cut.gz"));
}

TEST_F(SystemFilesRead, TheLimitHoldsForTheFileAndForWhatItExpandsTo) {
    scratch.write("granted/fits", std::string(1'000, 'x'));
    scratch.write("granted/long", std::string(1'001, 'x'));
    EXPECT_TRUE(read("granted/fits"));
    const auto content = read("granted/long");
    ASSERT_FALSE(content);
    EXPECT_EQ(content.error().code, ErrorCode::limit_exceeded);
    EXPECT_THAT(content.error().message, HasSubstr("file_bytes_max"));
}

TEST_F(SystemFilesRead, ABombIsRefusedByWhatItExpandsTo) {
    scratch.write("granted/bomb.gz", thousand_gz);
    EXPECT_EQ(read("granted/bomb.gz"), std::string(1'000, 'x'));
    ReadRequest tight = request("granted/bomb.gz");
    tight.bytes_max = 999;
    const auto content = read(tight);
    ASSERT_FALSE(content);
    EXPECT_EQ(content.error().code, ErrorCode::limit_exceeded);
    EXPECT_THAT(content.error().message, HasSubstr("bomb.gz"));
}

TEST_F(SystemFilesRead, FilesWhoseSizeIsNotKnownBeforehandAreReadToTheirEnd) {
    // Files of /proc say that they have no bytes.
    ReadRequest wanted{
        .granted = {"/proc"},
        .path = "/proc/cpuinfo",
        .decompress = true,
        .bytes_max = 1U << 20U
    };
    const auto content = read(wanted);
    ASSERT_TRUE(content) << content.error().message;
    EXPECT_GT(content->size(), 100U);
}

TEST_F(SystemFilesRead, WhatIsMissingOrHasVanishedIsNotFound) {
    scratch.write("granted/file", "");
    EXPECT_EQ(refusal("granted/none"), ErrorCode::not_found);
    EXPECT_EQ(refusal("granted/file/none"), ErrorCode::not_found);
    std::filesystem::remove(scratch / "granted/file");
    EXPECT_EQ(refusal("granted/file"), ErrorCode::not_found);
}

TEST_F(SystemFilesRead, LinksAreFollowedBeneathTheGrantOnly) {
    scratch.write("granted/a/x", "inside");
    scratch.write("outside/secret", "secret");
    scratch.link("granted/b/link", "../a/x");
    scratch.link("granted/out", "../outside/secret");
    scratch.link("granted/outdir", "../outside");
    scratch.link("granted/absolute", scratch / "outside/secret");
    scratch.link("granted/magic", "/proc/self/root/etc/passwd");
    scratch.link("granted/loop", "loop");
    scratch.link("granted/broken", "none");
    EXPECT_EQ(read("granted/b/link"), "inside");
    for (const auto* path :
         {"granted/out",
          "granted/outdir/secret",
          "granted/absolute",
          "granted/magic",
          "granted/loop"}) {
        EXPECT_EQ(refusal(path), ErrorCode::permission_denied) << path;
    }
    EXPECT_EQ(refusal("granted/broken"), ErrorCode::not_found);
    const auto content = read("granted/out");
    ASSERT_FALSE(content);
    EXPECT_THAT(content.error().message, HasSubstr(scratch / "granted/out"));
    EXPECT_THAT(content.error().message, HasSubstr("leads out of the granted directory"));
}

TEST_F(SystemFilesRead, DotDotDoesNotLeaveTheGrant) {
    scratch.write("outside/secret", "secret");
    scratch.write("granted/a/x", "inside");
    EXPECT_EQ(refusal("granted/../outside/secret"), ErrorCode::permission_denied);
    EXPECT_EQ(refusal("granted/a/../../outside/secret"), ErrorCode::permission_denied);
    EXPECT_EQ(refusal("outside/secret"), ErrorCode::permission_denied);
    EXPECT_EQ(read("granted/a/../a/x"), "inside");
}

TEST_F(SystemFilesRead, DirectoriesPipesAndDevicesAreRefusedWithoutWaiting) {
    std::filesystem::create_directories(scratch / "granted/dir");
    ASSERT_EQ(::mkfifo((scratch / "granted/pipe").c_str(), 0600), 0);
    EXPECT_EQ(refusal("granted/dir"), ErrorCode::invalid_argument);
    EXPECT_EQ(refusal("granted/pipe"), ErrorCode::invalid_argument);  // nobody writes to it
    const ReadRequest device{
        .granted = {"/dev"},
        .path = "/dev/zero",
        .decompress = true,
        .bytes_max = 10
    };
    EXPECT_EQ(read(device).error().code, ErrorCode::invalid_argument);
}

TEST_F(SystemFilesRead, AFileThatMayNotBeReadIsPermissionDenied) {
    if (::geteuid() == 0) {
        GTEST_SKIP() << "root may read every file";
    }
    scratch.write("granted/closed", "x");
    ASSERT_EQ(::chmod((scratch / "granted/closed").c_str(), 0), 0);
    EXPECT_EQ(refusal("granted/closed"), ErrorCode::permission_denied);
}

TEST_F(SystemFilesRead, ATaskDestroyedWhileThePoolWorksIsNotResumed) {
    scratch.write("granted/a", "x");
    std::latch begun(2);
    std::latch go_on(1);
    for (int i = 0; i < 2; ++i) {  // both threads of the pool are held
        running.pool.post([&] {
            begun.count_down();
            go_on.wait();
        });
    }
    begun.wait();
    bool finished = false;
    {
        const StartedTask abandoned = StartedTask::start<Result<std::string>>(
            running.files.read(request("granted/a")),
            [&finished](const Result<std::string>&) { finished = true; }
        );
    }
    go_on.count_down();
    EXPECT_EQ(read("granted/a"), "x");
    EXPECT_FALSE(finished);
    running.pool.stop();  // before the latches go
}

TEST_F(SystemFilesRead, ATaskDestroyedWhenItsResultWaitsOnTheStrandIsNotResumed) {
    scratch.write("granted/a", "x");
    bool finished = false;
    std::optional<StartedTask> abandoned = StartedTask::start<Result<std::string>>(
        running.files.read(request("granted/a")),
        [&finished](const Result<std::string>&) { finished = true; }
    );
    running.pool.stop();  // the work has run or was destroyed with the queue
    abandoned.reset();
    running.strand.post([] {});
    running.strand.run_one();
    EXPECT_FALSE(finished);
}

TEST_F(SystemFilesRead, ManyReadsAtOnceEachGetTheirOwn) {
    std::vector<StartedTask> tasks;
    int finished = 0;
    for (int i = 0; i < 200; ++i) {
        scratch.write(str("granted/", i), str("content of ", i));
        tasks.push_back(StartedTask::start<Result<std::string>>(
            running.files.read(request(str("granted/", i))),
            [&finished, i](const Result<std::string>& content) {
                EXPECT_EQ(content, str("content of ", i));
                ++finished;
            }
        ));
    }
    while (finished < 200) {
        running.strand.run_one();
    }
}

}  // namespace
}  // namespace hal9::adapters
