#include "hal9/adapters/sqlite/detail/database.hpp"
#include "hal9/adapters/sqlite/detail/schema.hpp"
#include "hal9/adapters/sqlite/detail/testing.hpp"
#include "hal9/adapters/sqlite/sqlite_reader.hpp"
#include "hal9/adapters/sqlite/sqlite_store.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

// Opening: by the next owner, by a second one, over damage, over other versions, by readers.
namespace hal9::sqlite {
namespace {

using detail::accept_run;
using detail::TemporaryDirectory;

Result<std::unique_ptr<SqliteStore>>
open_store(const std::string& directory, Waker* waker = nullptr) {
    static const detail::FixedClock clock;
    SeededRandom random(1);
    return SqliteStore::open(directory, {clock, random}, waker);
}

/// Leaves a closed store with run 1 in it.
void make_store(const TemporaryDirectory& directory) {
    auto store = open_store(directory.path());
    ASSERT_TRUE(store.has_value()) << store.error().full_message();
    (*store)->submit(accept_run(1));
    ASSERT_TRUE((*store)->close().has_value());
}

void expect_error(const auto& result, ErrorCode code, const std::string& words) {
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().code, code) << result.error().full_message();
    EXPECT_NE(result.error().message.find(words), std::string::npos) << result.error().message;
}

std::set<std::string> files_in(const TemporaryDirectory& directory) {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(directory.path())) {
        names.insert(entry.path().filename());
    }
    return names;
}

void execute(const TemporaryDirectory& directory, const std::string& sql) {
    auto database = detail::Database::open(directory.file(), SQLITE_OPEN_READWRITE);
    ASSERT_TRUE(database->execute(sql).has_value());
}

TEST(SqliteStoreOpen, TheCommitLogLooksBackOnItsLimitOfGroups) {
    const TemporaryDirectory directory;
    const detail::FixedClock clock;
    SeededRandom random(1);
    detail::WaitingWaker waker;
    auto store = SqliteStore::open(
        directory.path(),
        {clock, random, Limits{.commit_log_rows_max = 3}},
        &waker
    );
    ASSERT_TRUE(store.has_value()) << store.error().full_message();
    for (std::uint64_t run = 1; run <= 8; ++run) {
        (*store)->submit(accept_run(run));
        ASSERT_TRUE(waker.wait([&] { return (*store)->queued_transactions() == 0; }));
    }
    ASSERT_TRUE((*store)->close().has_value());

    auto database = detail::Database::open(directory.file(), SQLITE_OPEN_READONLY);
    auto rows = database->prepare("select count(*), max(seq) - min(seq) from commit_log");
    ASSERT_TRUE(rows->query().value());
    EXPECT_EQ(rows->integer(0), 3);
    EXPECT_EQ(rows->integer(1), 2);
}

TEST(SqliteStoreOpen, MakesItsDirectoryForItsOwnerAlone) {
    const TemporaryDirectory directory;
    const std::string path = directory.path() + "/some/where";
    ASSERT_TRUE(open_store(path).has_value());
    struct stat found{};
    ASSERT_EQ(::stat(path.c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777U, 0700U);
}

TEST(SqliteStoreOpen, ADirectoryThatCannotBeMadeIsNamed) {
    const TemporaryDirectory directory;
    std::ofstream(directory.path() + "/file") << "x";
    const auto store = open_store(directory.path() + "/file/data");
    ASSERT_FALSE(store.has_value());
    EXPECT_NE(store.error().message.find("/file/data"), std::string::npos);
}

TEST(SqliteStoreOpen, ASecondOwnerIsRefusedWithTheNumberOfTheFirst) {
    const TemporaryDirectory directory;
    auto first = open_store(directory.path());
    ASSERT_TRUE(first.has_value());
    expect_error(
        open_store(directory.path()),
        ErrorCode::unavailable,
        "is held by another process (pid " + std::to_string(::getpid()) + ")"
    );
    first->reset();
    EXPECT_TRUE(open_store(directory.path()).has_value());
}

TEST(SqliteStoreOpen, ANewerSchemaIsRefusedByOwnersAndReaders) {
    const TemporaryDirectory directory;
    make_store(directory);
    const std::int64_t newer = detail::schema_version() + 1;
    execute(directory, "pragma user_version=" + std::to_string(newer));
    const std::string words = "has schema version " + std::to_string(newer);
    expect_error(open_store(directory.path()), ErrorCode::conflict, words);
    expect_error(SqliteReader::open(directory.path()), ErrorCode::conflict, words);
}

TEST(SqliteStoreOpen, AnotherProgramsDatabaseIsLeftAlone) {
    const TemporaryDirectory directory;
    {
        auto other =
            detail::Database::open(directory.file(), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
        ASSERT_TRUE(other->execute("create table t(x)").has_value());
    }
    const auto size = std::filesystem::file_size(directory.file());
    expect_error(open_store(directory.path()), ErrorCode::conflict, "another program");
    EXPECT_EQ(std::filesystem::file_size(directory.file()), size);
}

TEST(SqliteStoreOpen, AFileThatIsNoDatabaseIsNamedWithWhatToDo) {
    const TemporaryDirectory directory;
    make_store(directory);
    std::ofstream(directory.file()) << std::string(8'192, 'x');
    expect_error(open_store(directory.path()), ErrorCode::data_loss, directory.file());
    expect_error(open_store(directory.path()), ErrorCode::data_loss, ".recover");
    expect_error(SqliteReader::open(directory.path()), ErrorCode::data_loss, directory.file());
}

TEST(SqliteStoreOpen, DamageInsideIsFoundAfterAnUncleanEnd) {
    const TemporaryDirectory directory;
    make_store(directory);
    execute(directory, "update meta set value = 0 where key = 'clean'");
    {
        std::fstream file(directory.file(), std::ios::in | std::ios::out | std::ios::binary);
        for (std::streamoff page = 2; page < 8; ++page) {
            file.seekp(page * 4'096);
            file << std::string(1'000, '\x5a');
        }
    }
    expect_error(open_store(directory.path()), ErrorCode::data_loss, directory.file());
}

TEST(SqliteStoreOpen, DamageThatAReaderMeetsIsNamed) {
    const TemporaryDirectory directory;
    make_store(directory);
    auto reader = SqliteReader::open(directory.path());
    ASSERT_TRUE(reader.has_value());
    std::filesystem::resize_file(directory.file(), 4'096);
    expect_error((*reader)->find_run({1}), ErrorCode::data_loss, directory.file());
}

TEST(SqliteReaderOpen, ADirectoryWithoutAStoreIsNotFoundAndStaysEmpty) {
    const TemporaryDirectory directory;
    expect_error(SqliteReader::open(directory.path()), ErrorCode::not_found, directory.path());
    EXPECT_TRUE(files_in(directory).empty());
}

TEST(SqliteReaderOpen, ReadsAClosedStoreAndMakesNoFile) {
    const TemporaryDirectory directory;
    make_store(directory);
    const auto before = files_in(directory);
    EXPECT_EQ(before, (std::set<std::string>{"hal9.db", "lock"}));
    {
        auto reader = SqliteReader::open(directory.path());
        ASSERT_TRUE(reader.has_value()) << reader.error().full_message();
        EXPECT_TRUE((*reader)->find_run({1}).value().has_value());
        EXPECT_EQ(files_in(directory), before);
    }
    EXPECT_EQ(files_in(directory), before);
}

TEST(SqliteReaderOpen, ReadsADirectoryWithSignsThatMeanSomethingInAUri) {
    const TemporaryDirectory directory;
    const std::string path = directory.path() + "/50%? #1";
    {
        auto store = open_store(path);
        (*store)->submit(accept_run(1));
        ASSERT_TRUE((*store)->close().has_value());
    }
    auto reader = SqliteReader::open(path);
    ASSERT_TRUE(reader.has_value()) << reader.error().full_message();
    EXPECT_TRUE((*reader)->find_run({1}).value().has_value());
}

TEST(SqliteReaderOpen, SeesWhatTheOwnerCommitsMeanwhile) {
    const TemporaryDirectory directory;
    detail::WaitingWaker waker;
    auto store = open_store(directory.path(), &waker);
    auto reader = SqliteReader::open(directory.path());
    ASSERT_TRUE(reader.has_value());
    EXPECT_FALSE((*reader)->find_run({1}).value().has_value());
    (*store)->submit(accept_run(1));
    EXPECT_TRUE(waker.wait([&] { return (*store)->queued_transactions() == 0; }));
    EXPECT_TRUE((*reader)->find_run({1}).value().has_value());
    EXPECT_EQ((*reader)->secret().value(), (*store)->recovery().secret);
}

TEST(SqliteReaderOpen, AnOwnerWaitsForAReaderOfAClosedStoreOnly) {
    const TemporaryDirectory directory;
    make_store(directory);
    auto reader = SqliteReader::open(directory.path());
    expect_error(open_store(directory.path()), ErrorCode::unavailable, directory.path());
    reader->reset();
    EXPECT_TRUE(open_store(directory.path()).has_value());
}

/// The child: accepts runs for ever, one transaction each, and tells every committed ticket.
[[noreturn]] void accept_until_killed(const std::string& directory, int pipe) {
    detail::WaitingWaker waker;
    auto store = open_store(directory, &waker);
    if (!store) {
        ::_exit(1);
    }
    std::uint64_t ticket = static_cast<std::uint64_t>((*store)->recovery().next_run.value) - 1;
    std::uint64_t told = ticket;
    while (true) {
        for (int i = 0; i < 7; ++i) {
            (*store)->submit(accept_run(++ticket, std::string(3'000, 'x')));
        }
        waker.wait([&] { return (*store)->queued_transactions() < 50; });
        const std::uint64_t committed = (*store)->take_receipts().committed;
        if (committed > told) {
            told = committed;
            if (::write(pipe, &told, sizeof told) != sizeof told) {
                ::_exit(2);
            }
        }
    }
}

TEST(SqliteStoreCrash, WhatWasToldToBeDurableOutlivesKill) {
    const TemporaryDirectory directory;
    for (std::uint32_t round = 0; round < 5; ++round) {
        int ends[2];
        ASSERT_EQ(::pipe(ends), 0);
        const pid_t process = ::fork();
        if (process == 0) {
            ::close(ends[0]);
            accept_until_killed(directory.path(), ends[1]);
        }
        ::close(ends[1]);
        std::uint64_t told = 0;
        for (std::uint32_t acknowledged = 0; acknowledged < 3 + 11 * round; ++acknowledged) {
            ASSERT_EQ(::read(ends[0], &told, sizeof told), static_cast<ssize_t>(sizeof told));
        }
        ::kill(process, SIGKILL);
        int status = 0;
        ::waitpid(process, &status, 0);
        while (::read(ends[0], &told, sizeof told) == static_cast<ssize_t>(sizeof told)) {
        }
        ::close(ends[0]);

        // A reader first, over what the dead process left.
        auto reader = SqliteReader::open(directory.path());
        ASSERT_TRUE(reader.has_value()) << reader.error().full_message();
        const auto last = (*reader)->find_run({static_cast<std::int64_t>(told)});
        ASSERT_TRUE(last.has_value()) << last.error().full_message();
        EXPECT_TRUE(last->has_value());
        reader->reset();

        auto store = open_store(directory.path());
        ASSERT_TRUE(store.has_value()) << store.error().full_message();
        EXPECT_EQ((*store)->recovery().unclean_starts, 2 * round + 1);
        const std::int64_t next = (*store)->recovery().next_run.value;
        EXPECT_GT(next, static_cast<std::int64_t>(told));
        auto after = SqliteReader::open(directory.path());
        const auto rows =
            (*after)->open_rows(default_organization, std::nullopt, 1'000'000).value();
        EXPECT_EQ(static_cast<std::int64_t>(rows.size()), next - 1);
    }
}

}  // namespace
}  // namespace hal9::sqlite
