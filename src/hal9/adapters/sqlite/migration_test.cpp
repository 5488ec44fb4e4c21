#include "hal9/adapters/sqlite/detail/testing.hpp"
#include "hal9/adapters/sqlite/group_writer.hpp"
#include "hal9/adapters/sqlite/sqlite_reader.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

// tests/data/store-vN.db is the sample below as a build with schema N wrote it. Whoever adds a step
// to the schema writes it before, with HAL9_WRITE_SAMPLE=tests/data/store-vN.db and the test
// TodaysSampleReadsBack, and adds N + 1 here afterwards.
namespace hal9::sqlite {
namespace {

using detail::FixedClock;
using Directory = detail::TemporaryDirectory;

constexpr WallTime early{1'600'000'000'000'000};
constexpr WallTime late{1'600'000'000'500'000};

OpenKey key(std::int64_t run, std::uint32_t number) {
    return {
        default_organization,
        5,
        static_cast<std::uint8_t>(number == 0 ? 0 : 1),
        make_signal_id({run}, number)
    };
}

AcceptRun accept(std::int64_t run) {
    AcceptRun command;
    command.run.id = {run};
    command.run.organization = default_organization;
    command.run.version = {1};
    command.run.network = "demo";
    command.run.principal = "somebody";
    command.run.created = early;
    command.run.grants = {{"files.read", {"/usr/share/doc", "/srv/\"quoted\""}}};
    command.start = {2};
    command.payload = make_body("{\"run\":" + std::to_string(run) + "}");
    return command;
}

EmitChunk emit(std::int64_t run, std::uint32_t count) {
    EmitChunk command;
    command.parent = key(run, 0);
    command.first = make_signal_id({run}, 1);
    command.created = early;
    for (std::uint32_t i = 0; i < count; ++i) {
        command.children.push_back({{1}, 5, {}, make_body("child " + std::to_string(i))});
    }
    return command;
}

Await await(std::int64_t run, std::uint32_t pending) {
    Await command;
    command.signal = key(run, 0);
    command.opened = true;
    command.pending = pending;
    command.started = early;
    return command;
}

Finish finish(std::int64_t run, std::uint32_t number, std::string result) {
    Finish command;
    command.signal = key(run, number);
    command.opened = number == 0;
    command.had_children = number == 0;
    command.result = make_body(std::move(result));
    command.started = early;
    command.finished = late;
    command.usage = {500, 400};
    return command;
}

Reopen park_root(std::int64_t run) {
    Reopen command;
    command.signal = key(run, 0);
    command.opened = true;
    command.to = SignalStatus::parked;
    command.attempt = 1;
    command.error = Error(ErrorCode::timeout, "too slow", Error(ErrorCode::unavailable, "away"));
    return command;
}

Reopen retry_child(std::int64_t run, std::uint32_t number) {
    Reopen command;
    command.signal = key(run, number);
    command.attempt = 1;
    command.attempts_allowed = 4;
    command.not_before = late;
    command.error = Error(ErrorCode::rate_limited, "slowly");
    return command;
}

/// A run that completed, one under way with every kind of child, one that is parked.
void fill(GroupWriter& writer) {
    PutNetworkVersion version;
    version.version = {{1}, default_organization, "demo", "abc", "{\"name\":\"demo\"}", early};
    AcceptRun first = accept(1);
    first.run.idempotency = {"the key", "the digest"};
    const Transaction group[] = {
        {1, {version, first, emit(1, 2), await(1, 2)}},
        {2, {finish(1, 1, "one"), CountDown{key(1, 0), 1}}},
        {3, {finish(1, 2, "two"), CountDown{key(1, 0), 1}}},
        {4, {finish(1, 0, "all"), SetRunState{.run = {1}, .at = late}}},
        {5, {accept(2), emit(2, 3), await(2, 3)}},
        {6, {finish(2, 1, std::string(70'000, 'y')), CountDown{key(2, 0), 1}}},
        {7, {retry_child(2, 2)}},
        {8, {accept(3), park_root(3)}},
    };
    const Result<std::vector<Receipt>> receipts = writer.apply(group);
    ASSERT_TRUE(receipts.has_value()) << receipts.error().full_message();
    ASSERT_TRUE(receipts->empty());
}

void expect_runs(SqliteReader& reader) {
    const RunRecord done = reader.find_run({1}).value().value();
    EXPECT_EQ(done.state, RunState::completed);
    EXPECT_EQ(done.finished, late);
    EXPECT_EQ(done.principal, "somebody");
    EXPECT_EQ(done.grants, accept(1).run.grants);
    EXPECT_EQ(done.idempotency.value().digest, "the digest");
    EXPECT_EQ(reader.find_run_by_key(default_organization, "the key").value().value().id, RunId{1});
    EXPECT_EQ(reader.unfinished_runs(default_organization).value().size(), 2U);
    const auto version = reader.find_network(default_organization, "demo", std::nullopt).value();
    EXPECT_EQ(version.value().definition, "{\"name\":\"demo\"}");
    const auto network = reader.find_network_summary(default_organization, "demo").value();
    EXPECT_EQ(network.value().state, NetworkState::active);
    EXPECT_EQ(network->unfinished_runs, 2U);
}

void expect_signals(SqliteReader& reader) {
    const SignalRecord root = reader.find_signal(root_of({1}), true).value().value();
    EXPECT_EQ(root.status, SignalStatus::completed);
    EXPECT_EQ(*root.payload, "{\"run\":1}");
    EXPECT_EQ(*root.result, "all");
    EXPECT_EQ(root.usage, (Usage{500, 400}));
    const SignalRecord large = reader.find_signal(make_signal_id({2}, 1), true).value().value();
    EXPECT_EQ(*large.result, std::string(70'000, 'y'));
    const SignalRecord retried = reader.find_signal(make_signal_id({2}, 2), false).value().value();
    EXPECT_EQ(retried.attempts_allowed, 4U);
    EXPECT_EQ(retried.not_before, late);
    EXPECT_EQ(retried.error.value(), Error(ErrorCode::rate_limited, "slowly"));
    EXPECT_EQ(reader.find_signal(root_of({2}), false).value().value().pending, 2U);
    const auto parked = reader.list_parked(default_organization, {0}, 10).value();
    ASSERT_EQ(parked.size(), 1U);
    EXPECT_EQ(parked[0].error.value().full_message(), "too slow: away");
}

void expect_work(SqliteReader& reader) {
    EXPECT_EQ(reader.open_rows(default_organization, std::nullopt, 10).value().size(), 3U);
    EXPECT_EQ(reader.due_rows(default_organization, late, std::nullopt, 10).value().size(), 1U);
    const auto chunks = reader.released_chunks(default_organization, std::nullopt, 10).value();
    ASSERT_EQ(chunks.size(), 1U);
    const auto untouched =
        reader.untouched_children(chunks[0].first, chunks[0].count, 10, 1'000).value();
    ASSERT_EQ(untouched.size(), 1U);
    EXPECT_EQ(*untouched[0].payload, "child 2");
}

void expect_sample(SqliteReader& reader) {
    expect_runs(reader);
    expect_signals(reader);
    expect_work(reader);
}

std::unique_ptr<GroupWriter> open_writer(const std::string& directory) {
    static const FixedClock clock;
    SeededRandom random(42);
    auto writer = GroupWriter::open(directory, {clock, random});
    EXPECT_TRUE(writer.has_value()) << writer.error().full_message();
    return *std::move(writer);
}

void expect_sample_in(const std::string& directory) {
    auto reader = SqliteReader::open(directory);
    ASSERT_TRUE(reader.has_value()) << reader.error().full_message();
    expect_sample(**reader);
}

TEST(Migration, TodaysSampleReadsBack) {
    const Directory directory;
    auto writer = open_writer(directory.path());
    fill(*writer);
    expect_sample_in(directory.path());
    ASSERT_TRUE(writer->close().has_value());
    writer.reset();
    expect_sample_in(directory.path());
    if (const char* sample = std::getenv("HAL9_WRITE_SAMPLE")) {
        std::filesystem::copy_file(directory.path() + "/hal9.db", sample);
    }
}

class OldFile : public testing::TestWithParam<int> {
protected:
    void SetUp() override {
        std::filesystem::copy_file(
            std::string(HAL9_TEST_DATA "/store-v") + std::to_string(GetParam()) + ".db",
            directory_.path() + "/hal9.db"
        );
        std::ofstream(directory_.path() + "/lock");
    }

    Directory directory_;
};

TEST_P(OldFile, IsReadAsItIs) {
    expect_sample_in(directory_.path());
}

TEST_P(OldFile, IsTakenForwardWithAllThatIsInIt) {
    auto writer = open_writer(directory_.path());
    EXPECT_EQ(writer->recovery().epoch, 2U);
    EXPECT_EQ(writer->recovery().unclean_starts, 0U);
    EXPECT_EQ(writer->recovery().next_run, RunId{4});
    expect_sample_in(directory_.path());

    SetNetworkState pause{.organization = default_organization, .name = "demo"};
    pause.to = NetworkState::paused;
    const Transaction more[] = {{1, {accept(4), emit(4, 1), await(4, 1), pause}}};
    const auto receipts = writer->apply(more);
    ASSERT_TRUE(receipts.has_value()) << receipts.error().full_message();
    EXPECT_TRUE(receipts->empty());
    ASSERT_TRUE(writer->close().has_value());
    writer.reset();
    auto reader = SqliteReader::open(directory_.path());
    ASSERT_TRUE(reader.has_value()) << reader.error().full_message();
    const auto paused = (*reader)->find_network_summary(default_organization, "demo").value();
    EXPECT_EQ(paused.value().state, NetworkState::paused);
    reader->reset();
    EXPECT_EQ(open_writer(directory_.path())->recovery().next_run, RunId{5});
}

INSTANTIATE_TEST_SUITE_P(Migration, OldFile, testing::Values(1, 2, 3));

}  // namespace
}  // namespace hal9::sqlite
