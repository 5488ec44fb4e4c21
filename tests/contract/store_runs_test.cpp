#include "tests/contract/store_contract.hpp"

#include <algorithm>

// Runs, networks, and the start of an owner.
namespace hal9::contract {
namespace {

class StoreRuns : public StoreContract {};

NetworkVersion version(std::uint32_t id, std::string name, std::string hash) {
    return {{id}, organization, std::move(name), std::move(hash), "{}", early};
}

std::vector<std::int64_t> ids(const std::vector<RunRecord>& runs) {
    std::vector<std::int64_t> out(runs.size());
    std::ranges::transform(runs, out.begin(), [](const RunRecord& run) { return run.id.value; });
    return out;
}

SetRunState ended(std::int64_t run, RunState from, RunState to) {
    return {.run = {run}, .from = from, .to = to, .decided = RunState::running, .at = late};
}

TEST_P(StoreRuns, AnAcceptedRunReadsBackWithAllItSays) {
    AcceptRun command = accept(1);
    command.run.priority = 8;
    command.run.grants = {{"files.read", {"/a", "/b \"c\""}}, {"http", {}}};
    command.run.idempotency = {"the key", "the digest"};
    command.deadline = late;
    expect_done({command});

    const RunRecord record = run(1);
    EXPECT_EQ(record.organization, organization);
    EXPECT_EQ(record.version, NetworkVersionId{1});
    EXPECT_EQ(record.network, "demo");
    EXPECT_EQ(record.principal, "somebody");
    EXPECT_EQ(record.state, RunState::running);
    EXPECT_EQ(record.priority, 8);
    EXPECT_EQ(record.created, early);
    EXPECT_EQ(record.finished, WallTime{});
    EXPECT_EQ(record.grants, command.run.grants);
    ASSERT_TRUE(record.idempotency.has_value());
    EXPECT_EQ(record.idempotency->key, "the key");
    EXPECT_EQ(record.idempotency->digest, "the digest");

    const SignalRecord root_signal = signal(root_of({1}));
    EXPECT_EQ(root_signal.status, SignalStatus::ready);
    EXPECT_EQ(root_signal.parent, SignalId{0});
    EXPECT_EQ(root_signal.neuron, NeuronIndex{3});
    EXPECT_EQ(root_signal.priority, 8);
    EXPECT_EQ(root_signal.created, early);
    EXPECT_EQ(root_signal.deadline, late);
    EXPECT_EQ(*root_signal.payload, "root of 1");
    EXPECT_EQ(root_signal.result, nullptr);
    ASSERT_EQ(open_rows().size(), 1U);
    EXPECT_EQ(open_rows()[0].key.signal, root_of({1}));
    EXPECT_EQ(open_rows()[0].key.priority, 8);
}

TEST_P(StoreRuns, WhatWasNeverStoredIsNotFound) {
    EXPECT_FALSE(reader().find_run({1}).value().has_value());
    EXPECT_FALSE(exists(root_of({1})));
    EXPECT_FALSE(reader().find_run_by_key(organization, "x").value().has_value());
    EXPECT_FALSE(reader().find_network_version({1}).value().has_value());
    EXPECT_FALSE(reader().find_network(organization, "x", std::nullopt).value().has_value());
    EXPECT_FALSE(reader().find_network_summary(organization, "x").value().has_value());
    EXPECT_TRUE(reader().list_networks({.organization = organization}).value().empty());
    EXPECT_TRUE(reader().list_network_versions(organization, "x", {0}, 10).value().empty());
    EXPECT_TRUE(reader().list_runs({.organization = organization}).value().empty());
    EXPECT_TRUE(reader().list_signals({1}, {0}, 10).value().empty());
    EXPECT_TRUE(reader().count_signals({1}).value().empty());
    EXPECT_EQ(reader().last_number({1}).value(), 0U);
}

TEST_P(StoreRuns, ATakenKeyNamesTheFirstRunWhateverWasAsked) {
    AcceptRun first = accept(1);
    first.run.idempotency = {"k", "same"};
    expect_done({first});
    for (const char* digest : {"same", "other"}) {
        AcceptRun second = accept(2);
        second.run.idempotency = {"k", digest};
        const Receipt receipt = transact({second});
        ASSERT_TRUE(receipt.error.has_value());
        EXPECT_EQ(receipt.error->code, ErrorCode::conflict);
        EXPECT_NE(receipt.error->message.find(digest), std::string::npos) << receipt.error->message;
        EXPECT_EQ(receipt.existing, RunId{1});
        EXPECT_FALSE(exists(root_of({2})));
    }
    EXPECT_EQ(reader().find_run_by_key(organization, "k").value()->id, RunId{1});
}

TEST_P(StoreRuns, AKeyIsTakenWithinItsGroupAndForgottenWithARefusedTransaction) {
    AcceptRun first = accept(1);
    first.run.idempotency = {"k", "d"};
    AcceptRun second = accept(2);
    second.run.idempotency = {"k", "d"};
    submit({first});
    const Receipt receipt = transact({second});
    EXPECT_EQ(receipt.existing, RunId{1});

    AcceptRun third = accept(3);
    third.run.idempotency = {"other", "d"};
    expect_conflict({third, finish(child(1, 9))}, "signal 9 of run 1");
    EXPECT_FALSE(reader().find_run_by_key(organization, "other").value().has_value());
    expect_done({third});
}

TEST_P(StoreRuns, AKeyBelongsToItsOrganization) {
    AcceptRun first = accept(1);
    first.run.idempotency = {"k", "d"};
    AcceptRun second = accept(2);
    second.run.organization = {2};
    second.run.idempotency = {"k", "d"};
    expect_done({first});
    expect_done({second});
    EXPECT_EQ(reader().find_run_by_key({2}, "k").value()->id, RunId{2});
    EXPECT_EQ(reader().open_rows({2}, std::nullopt, 10).value().size(), 1U);
    EXPECT_EQ(
        ids(reader().list_runs({.organization = {2}}).value()),
        (std::vector<std::int64_t>{2})
    );
}

TEST_P(StoreRuns, ANumberIsUsedOnce) {
    expect_done({accept(1)});
    expect_conflict({accept(1)}, "run 1: expected a new number");
}

TEST_P(StoreRuns, ARunGoesThroughItsStatesAndOnlyFromTheOneItIsIn) {
    expect_done({accept(1)});
    expect_conflict(
        {ended(1, RunState::draining, RunState::completed)},
        "expected draining, found running"
    );
    SetRunState draining = ended(1, RunState::running, RunState::draining);
    draining.decided = RunState::cancelled;
    expect_done({draining});
    EXPECT_EQ(run(1).state, RunState::draining);
    EXPECT_EQ(run(1).decided, RunState::cancelled);
    EXPECT_EQ(run(1).finished, WallTime{});

    expect_done({ended(1, RunState::draining, RunState::cancelled)});
    EXPECT_EQ(run(1).state, RunState::cancelled);
    EXPECT_EQ(run(1).finished, late);
    expect_conflict(
        {ended(1, RunState::running, RunState::completed)},
        "expected running, found cancelled"
    );
    expect_conflict({ended(9, RunState::running, RunState::completed)}, "run 9");
}

TEST_P(StoreRuns, RunsAreListedNewestFirstPageByPageAndByState) {
    for (std::int64_t number = 1; number <= 5; ++number) {
        expect_done({accept(number)});
    }
    expect_done({ended(2, RunState::running, RunState::failed)});
    SetRunState draining = ended(4, RunState::running, RunState::draining);
    expect_done({draining});

    const auto page = reader().list_runs({.organization = organization, .rows_max = 2}).value();
    EXPECT_EQ(ids(page), (std::vector<std::int64_t>{5, 4}));
    EXPECT_EQ(
        ids(reader().list_runs({.organization = organization, .before = page[1].id}).value()),
        (std::vector<std::int64_t>{3, 2, 1})
    );
    EXPECT_EQ(
        ids(reader().list_runs({.organization = organization, .state = RunState::running}).value()),
        (std::vector<std::int64_t>{5, 3, 1})
    );
    EXPECT_EQ(
        ids(reader().unfinished_runs(organization).value()),
        (std::vector<std::int64_t>{1, 3, 4, 5})
    );
}

TEST_P(StoreRuns, NetworksAreFoundByNumberNameAndHash) {
    expect_done({PutNetworkVersion{version(1, "a", "h1")}});
    expect_done({PutNetworkVersion{version(2, "a", "h2")}});
    expect_done({PutNetworkVersion{version(3, "b", "h1")}});

    const auto find = [this](std::string_view name, std::optional<std::string_view> hash) {
        return reader().find_network(organization, name, hash).value();
    };
    EXPECT_EQ(find("a", std::nullopt)->id, NetworkVersionId{2});
    EXPECT_EQ(find("a", "h1")->id, NetworkVersionId{1});
    EXPECT_EQ(find("b", "h1")->id, NetworkVersionId{3});
    EXPECT_FALSE(find("b", "h2").has_value());
    EXPECT_FALSE(reader().find_network({2}, "a", std::nullopt).value().has_value());
    const NetworkVersion found = reader().find_network_version({2}).value().value();
    EXPECT_EQ(found.name, "a");
    EXPECT_EQ(found.hash, "h2");
    EXPECT_EQ(found.definition, "{}");
    EXPECT_EQ(found.created, early);
}

TEST_P(StoreRuns, ANetworkVersionIsNeverReplaced) {
    expect_done({PutNetworkVersion{version(1, "a", "h1")}});
    expect_conflict({PutNetworkVersion{version(1, "b", "h2")}}, "network version 1");
    expect_conflict({PutNetworkVersion{version(2, "a", "h1")}}, "network version 2");
}

TEST_P(StoreRuns, AnOwnerLearnsWhereTheLastOneStopped) {
    Recovery recovery = harness().recovery();
    EXPECT_EQ(recovery.unclean_starts, 0U);
    EXPECT_EQ(recovery.next_run, RunId{1});
    EXPECT_EQ(recovery.next_version, NetworkVersionId{1});
    const std::uint64_t epoch = recovery.epoch;
    const std::uint64_t secret = recovery.secret;

    expect_done({PutNetworkVersion{version(4, "a", "h")}, accept(7)});
    harness().crash();
    recovery = harness().recovery();
    EXPECT_EQ(recovery.epoch, epoch + 1);
    EXPECT_EQ(recovery.unclean_starts, 1U);
    EXPECT_EQ(recovery.next_run, RunId{8});
    EXPECT_EQ(recovery.next_version, NetworkVersionId{5});
    EXPECT_EQ(recovery.secret, secret);
    EXPECT_FALSE(recovery.was_processing.has_value());
    EXPECT_EQ(run(7).state, RunState::running);

    harness().crash();
    EXPECT_EQ(harness().recovery().unclean_starts, 2U);
    harness().restart();
    EXPECT_EQ(harness().recovery().unclean_starts, 0U);
    EXPECT_EQ(harness().recovery().epoch, epoch + 3);
}

TEST_P(StoreRuns, AHealthyNodeBeginsTheCountAnew) {
    harness().crash();
    harness().crash();
    expect_done({MarkProcessing{root_of({1}), 1}, MarkHealthy{}});
    harness().crash();
    EXPECT_EQ(harness().recovery().unclean_starts, 1U);
    EXPECT_FALSE(harness().recovery().was_processing.has_value());
}

TEST_P(StoreRuns, TheSignalThatWasBeingProcessedIsKnownAfterACrashOnly) {
    expect_done({MarkProcessing{make_signal_id({3}, 4), 2}});
    harness().crash();
    EXPECT_EQ(harness().recovery().was_processing, make_signal_id({3}, 4));
    EXPECT_EQ(harness().recovery().processing_deaths, 2);

    expect_done({MarkProcessing{}});
    harness().crash();
    EXPECT_FALSE(harness().recovery().was_processing.has_value());

    expect_done({MarkProcessing{make_signal_id({3}, 4), 2}});
    harness().restart();
    EXPECT_FALSE(harness().recovery().was_processing.has_value());
    EXPECT_EQ(harness().recovery().processing_deaths, 0);
}

HAL9_FOR_EVERY_STORE(StoreRuns);

}  // namespace
}  // namespace hal9::contract
