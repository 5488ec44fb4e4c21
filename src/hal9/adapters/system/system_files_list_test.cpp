#include "hal9/adapters/system/detail/files_fixture.hpp"
#include "hal9/adapters/system/detail/walk.hpp"
#include "hal9/adapters/system/system_files.hpp"
#include "hal9/base/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hal9::adapters {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class SystemFilesList : public testing::Test {
protected:
    Result<std::vector<FileEntry>> list(ListRequest request) {
        return running.strand.run(running.files.list(std::move(request)));
    }

    /// Paths below the scratch directory, which is granted and listed.
    std::vector<std::string> names(const std::string& match, LinkRule links = LinkRule::skip) {
        return names_in("granted", match, links);
    }

    std::vector<std::string>
    names_in(std::string_view directory, const std::string& match, LinkRule links) {
        const auto listed = list(request(directory, match, links));
        EXPECT_TRUE(listed) << listed.error().message;
        std::vector<std::string> found;
        for (const FileEntry& entry : listed.value_or(std::vector<FileEntry>())) {
            found.push_back(entry.path.substr((scratch / directory).size() + 1));
        }
        return found;
    }

    [[nodiscard]] ListRequest request(
        std::string_view directory,
        const std::string& match = "**",
        LinkRule links = LinkRule::skip
    ) const {
        return {
            .granted = {scratch / "granted"},
            .directory = scratch / directory,
            .match = match,
            .links = links,
            .entries_max = 1'000
        };
    }

    ErrorCode refusal(ListRequest wanted) {
        const auto listed = list(std::move(wanted));
        EXPECT_FALSE(listed.has_value());
        return listed ? ErrorCode::internal : listed.error().code;
    }

    detail::ScratchDirectory scratch;
    detail::RunningFiles running;
};

TEST_F(SystemFilesList, TellsPathSizeAndTimeOfEachFile) {
    scratch.write("granted/a/changelog.gz", "12345");
    const std::string path = scratch / "granted/a/changelog.gz";
    const std::array<timespec, 2> times{
        {{.tv_sec = 5, .tv_nsec = 7'000}, {.tv_sec = 5, .tv_nsec = 7'000}}
    };
    ASSERT_EQ(::utimensat(AT_FDCWD, path.c_str(), times.data(), 0), 0);
    const auto listed = list(request("granted"));
    ASSERT_TRUE(listed);
    ASSERT_EQ(listed->size(), 1U);
    EXPECT_EQ(listed->at(0).path, path);
    EXPECT_EQ(listed->at(0).size, 5U);
    EXPECT_EQ(listed->at(0).modified, WallTime{5'000'007});
}

TEST_F(SystemFilesList, SortsByTheBytesOfThePathAndHiddenFilesAreLikeAnyOther) {
    for (const auto* name : {"b", "a/x", "a.x", "a-x", ".hidden", "\xC3\xA4", "B", "a/.y/z"}) {
        scratch.write(str("granted/", name), "");
    }
    EXPECT_THAT(
        names("**"),
        ElementsAre(".hidden", "B", "a-x", "a.x", "a/.y/z", "a/x", "b", "\xC3\xA4")
    );
}

TEST_F(SystemFilesList, MatchesByComponents) {
    for (const auto* name :
         {"a/changelog.gz",
          "a/changelog.Debian.gz",
          "a/copyright",
          "changelog.gz",
          "a/b/changelog.gz"}) {
        scratch.write(str("granted/", name), "");
    }
    EXPECT_THAT(names("*/changelog*.gz"), ElementsAre("a/changelog.Debian.gz", "a/changelog.gz"));
    EXPECT_THAT(
        names("**/changelog.gz"),
        ElementsAre("a/b/changelog.gz", "a/changelog.gz", "changelog.gz")
    );
    EXPECT_THAT(names("nothing/*"), IsEmpty());
}

TEST_F(SystemFilesList, ADirectoryBelowTheGrantMayBeListed) {
    scratch.write("granted/a/b/x", "");
    EXPECT_THAT(names_in("granted/a", "**", LinkRule::skip), ElementsAre("b/x"));
    EXPECT_THAT(names_in("granted/a/", "**", LinkRule::skip), testing::SizeIs(1));
}

TEST_F(SystemFilesList, OnlyRegularFilesAreListed) {
    scratch.write("granted/a", "");
    ASSERT_EQ(::mkfifo((scratch / "granted/pipe").c_str(), 0600), 0);
    std::filesystem::create_directories(scratch / "granted/empty");
    EXPECT_THAT(names("**", LinkRule::follow), ElementsAre("a"));
}

TEST_F(SystemFilesList, LinksAreSkippedUnlessFollowingIsAskedFor) {
    scratch.write("granted/a/x", "");
    scratch.link("granted/file", "a/x");
    scratch.link("granted/dir", "a");
    EXPECT_THAT(names("**"), ElementsAre("a/x"));
    EXPECT_THAT(names("**", LinkRule::follow), ElementsAre("a/x", "dir/x", "file"));
}

TEST_F(SystemFilesList, NoLinkIsFollowedOutOfTheGrant) {
    scratch.write("outside/secret", "");
    scratch.write("granted/a", "");
    scratch.link("granted/up", "../outside/secret");
    scratch.link("granted/updir", "../outside");
    scratch.link("granted/absolute", scratch / "outside/secret");
    scratch.link("granted/proc", "/proc/self/root");
    scratch.link("granted/broken", "nowhere");
    EXPECT_THAT(names("**", LinkRule::follow), ElementsAre("a"));
}

TEST_F(SystemFilesList, LinksThatLeadUpInACircleEnd) {
    scratch.write("granted/a/x", "");
    scratch.link("granted/a/self", ".");
    scratch.link("granted/a/up", "..");
    scratch.link("granted/a/loop", "loop");
    EXPECT_THAT(names("**", LinkRule::follow), ElementsAre("a/x"));
}

TEST_F(SystemFilesList, LinksThatMultiplyPathsMeetTheLimit) {
    // Each level holds two ways into the next: 2^20 paths to one file.
    std::string level = "granted/";
    for (int i = 0; i < 20; ++i) {
        std::filesystem::create_directories(scratch / (level + "d"));
        scratch.link(level + "e", "d");
        level += "d/";
    }
    scratch.write(level + "x", "");
    EXPECT_EQ(refusal(request("granted", "**", LinkRule::follow)), ErrorCode::limit_exceeded);
    EXPECT_THAT(names("**/x"), testing::SizeIs(1));
}

TEST_F(SystemFilesList, OutsideOfTheGrantIsRefusedWithPathAndGrant) {
    std::filesystem::create_directories(scratch / "granted/sub");
    std::filesystem::create_directories(scratch / "granted-not");
    for (const auto* directory :
         {"", "granted-not", "granted/..", "granted/sub/../../granted-not"}) {
        const auto listed = list(request(directory));
        ASSERT_FALSE(listed) << directory;
        EXPECT_EQ(listed.error().code, ErrorCode::permission_denied);
        EXPECT_THAT(listed.error().message, HasSubstr(scratch / directory));
        EXPECT_THAT(listed.error().message, HasSubstr(scratch / "granted"));
    }
    ListRequest nothing = request("granted");
    nothing.granted.clear();
    EXPECT_EQ(refusal(nothing), ErrorCode::permission_denied);
    scratch.link("granted/away", "../granted-not");
    EXPECT_EQ(refusal(request("granted/away")), ErrorCode::permission_denied);
}

TEST_F(SystemFilesList, AnyOfSeveralGrantsWillDo) {
    scratch.write("granted/a", "");
    scratch.write("other/sub/b", "");
    scratch.link("other/way", "sub");
    ListRequest wanted = request("other/way");
    wanted.granted = {scratch / "granted", scratch / "other/way/deeper", scratch / "other"};
    const auto listed = list(wanted);
    ASSERT_TRUE(listed) << listed.error().message;
    EXPECT_EQ(listed->size(), 1U);
    // Beneath the inner grant the link leads out; beneath the outer one it does not.
    scratch.link("other/sub/back", "..");
    wanted.directory = scratch / "other/sub/back";
    wanted.granted = {scratch / "other/sub", scratch / "other"};
    EXPECT_TRUE(list(wanted));
}

TEST_F(SystemFilesList, WhatIsNoDirectoryIsNotFound) {
    scratch.write("granted/file", "");
    EXPECT_EQ(refusal(request("granted/none")), ErrorCode::not_found);
    EXPECT_EQ(refusal(request("granted/file")), ErrorCode::not_found);
    ListRequest wanted = request("granted");
    wanted.granted = {scratch / "none"};
    wanted.directory = scratch / "none/x";
    EXPECT_EQ(refusal(wanted), ErrorCode::not_found);
}

TEST_F(SystemFilesList, FaultyRequestsAreRefused) {
    std::filesystem::create_directories(scratch / "granted");
    EXPECT_EQ(refusal(request("granted", "../*")), ErrorCode::invalid_argument);
    ListRequest relative = request("granted");
    relative.directory = "granted";
    EXPECT_EQ(refusal(relative), ErrorCode::invalid_argument);
    ListRequest zero = request("granted");
    zero.directory += std::string("/a\0b", 4);
    EXPECT_EQ(refusal(zero), ErrorCode::invalid_argument);
}

TEST_F(SystemFilesList, MoreFilesThanTheLimitAreRefusedByName) {
    for (int i = 0; i < 5; ++i) {
        scratch.write(str("granted/", i), "");
    }
    ListRequest wanted = request("granted");
    wanted.entries_max = 5;
    EXPECT_TRUE(list(wanted));
    wanted.entries_max = 4;
    const auto listed = list(wanted);
    ASSERT_FALSE(listed);
    EXPECT_EQ(listed.error().code, ErrorCode::limit_exceeded);
    EXPECT_THAT(listed.error().message, HasSubstr("files_listed_max"));
}

TEST_F(SystemFilesList, ATreeDeeperThanTheLimitIsRefused) {
    std::string path = "granted";
    for (std::size_t i = 1; i < detail::walk_depth_max; ++i) {
        path += "/d";
    }
    scratch.write(path + "/x", "");
    EXPECT_THAT(names("**/x"), testing::SizeIs(1));
    scratch.write(path + "/d/x", "");
    EXPECT_EQ(refusal(request("granted", "**/x")), ErrorCode::limit_exceeded);
    EXPECT_THAT(names("d/*"), IsEmpty());
}

TEST_F(SystemFilesList, ADirectoryThatMayNotBeReadIsAnErrorWithItsName) {
    if (::geteuid() == 0) {
        GTEST_SKIP() << "root may read every directory";
    }
    scratch.write("granted/closed/x", "");
    scratch.write("granted/open/x", "");
    ASSERT_EQ(::chmod((scratch / "granted/closed").c_str(), 0), 0);
    const auto listed = list(request("granted"));
    ::chmod((scratch / "granted/closed").c_str(), 0700);
    ASSERT_FALSE(listed);
    EXPECT_EQ(listed.error().code, ErrorCode::permission_denied);
    EXPECT_THAT(listed.error().message, HasSubstr("closed"));
}

}  // namespace
}  // namespace hal9::adapters
