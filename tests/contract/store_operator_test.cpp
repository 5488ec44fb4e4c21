#include "tests/contract/store_contract.hpp"

#include <algorithm>

// What operators do: tags and filters, priorities, messages, schedules.
namespace hal9::contract {
namespace {

class StoreOperator : public StoreContract {
protected:
    [[nodiscard]] std::vector<std::int64_t> runs(SignalReader::RunFilter filter) {
        filter.organization = organization;
        std::vector<std::int64_t> found;
        for (const RunRecord& run : reader().list_runs(filter).value()) {
            found.push_back(run.id.value);
        }
        return found;
    }

    [[nodiscard]] Schedule schedule(const std::string& name) {
        return reader().find_schedule(organization, name).value().value();
    }
};

AcceptRun tagged(std::int64_t run, std::vector<std::string> tags) {
    AcceptRun command = accept(run);
    command.run.tags = std::move(tags);
    return command;
}

PutMessage message(std::uint32_t number, const std::string& name) {
    return {{{1}, number, name, "somebody", early}, make_body("body of " + name)};
}

/// The root of run 1 waits for a message.
Await receive(const std::string& name) {
    Await command = await(root(1), 0);
    command.waits_for = WaitsFor::message;
    command.asks = name;
    command.interim = make_body("asked");
    return command;
}

Reopen received(std::uint32_t number) {
    Reopen command;
    command.signal = root(1);
    command.from = SignalStatus::waiting;
    command.opened = true;
    command.phase = 1;
    command.message = number;
    return command;
}

PutSchedule put_schedule(const std::string& name, WallTime next) {
    Schedule schedule;
    schedule.organization = organization;
    schedule.name = name;
    schedule.network = "network";
    schedule.cron = "0 3 * * *";
    schedule.missed = MissedTimes::all;
    schedule.input = R"({"a":1})";
    schedule.grants = {{"files.read", {"/a"}}};
    schedule.tags = {"nightly"};
    schedule.principal = "somebody";
    schedule.created = early;
    schedule.next = next;
    return {schedule};
}

TEST_P(StoreOperator, RunsAreFoundByWhatAFilterSays) {
    AcceptRun other = tagged(3, {"b"});
    other.run.network = "other";
    other.run.created = late;
    expect_done({tagged(1, {"a", "b"}), accept(2), other});
    EXPECT_EQ(run(1).tags, (std::vector<std::string>{"a", "b"}));
    EXPECT_TRUE(run(2).tags.empty());
    EXPECT_EQ(runs({.tag = "b"}), (std::vector<std::int64_t>{3, 1}));
    EXPECT_EQ(runs({.tag = "b", .before = RunId{3}}), (std::vector<std::int64_t>{1}));
    EXPECT_EQ(runs({.network = "other"}), (std::vector<std::int64_t>{3}));
    EXPECT_EQ(runs({.network = "other", .tag = "a"}), (std::vector<std::int64_t>{}));
    EXPECT_EQ(runs({.from = late}), (std::vector<std::int64_t>{3}));
    EXPECT_EQ(runs({.until = late}), (std::vector<std::int64_t>{2, 1}));
    EXPECT_EQ(runs({.state = RunState::failed}), (std::vector<std::int64_t>{}));
    EXPECT_EQ(
        runs({.state = RunState::running, .tag = "b", .rows_max = 1}),
        (std::vector<std::int64_t>{3})
    );
}

TEST_P(StoreOperator, ThePriorityOfARunChangesAndItsRowsStayWhereTheyStand) {
    expect_done({accept(1), SetRunPriority{{1}, 9}});
    EXPECT_EQ(run(1).priority, 9U);
    ASSERT_EQ(open_rows().size(), 1U);
    EXPECT_EQ(open_rows().front().key.priority, 5U);
    expect_conflict({SetRunPriority{{2}, 9}}, "found none");
}

TEST_P(StoreOperator, AMessageIsReceivedOnceAndItsBodyIsTheAnswer) {
    expect_done({accept(1), message(1, "go"), receive("go")});
    ASSERT_EQ(reader().list_messages({1}).value().size(), 1U);
    EXPECT_EQ(reader().list_messages({1}).value().front().name, "go");
    EXPECT_EQ(reader().list_messages({1}).value().front().sender, "somebody");
    EXPECT_EQ(reader().find_receiver({1}, "go").value(), root_of({1}));
    EXPECT_EQ(reader().find_receiver({1}, "stop").value(), std::nullopt);
    EXPECT_TRUE(reader().list_asking(organization, WaitsFor::person, {}, 10).value().empty());

    expect_done({received(1)});
    EXPECT_EQ(*signal(root_of({1})).result, "body of go");
    EXPECT_TRUE(reader().list_messages({1}).value().empty());
    EXPECT_EQ(reader().find_receiver({1}, "go").value(), std::nullopt);
}

TEST_P(StoreOperator, AMessageThatIsNotThereIsNotReceived) {
    expect_done({accept(1), message(1, "go"), receive("go")});
    expect_conflict({received(2)}, "expected message 2");
    expect_conflict({message(1, "again")}, "found a message");
    EXPECT_EQ(signal(root_of({1})).status, SignalStatus::waiting);
}

TEST_P(StoreOperator, MessagesEndWithTheirRun) {
    expect_done({accept(1), accept(2), message(1, "go")});
    expect_done({SetRunState{.run = {2}, .to = RunState::completed}});
    EXPECT_EQ(reader().list_messages({1}).value().size(), 1U);
    expect_done({SetRunState{.run = {1}, .to = RunState::completed}});
    EXPECT_TRUE(reader().list_messages({1}).value().empty());
}

TEST_P(StoreOperator, WhatIsOpenIsCountedByWhatItWaitsFor) {
    start_family(1, 2);
    Await ask = await(child(1, 1), 0);
    ask.opened = false;
    ask.waits_for = WaitsFor::person;
    ask.not_before = late;
    expect_done({ask, retry(child(1, 2), early)});
    auto counts = reader().count_open({1}).value();
    std::ranges::sort(counts, {}, &SignalReader::OpenCount::waits_for);
    ASSERT_EQ(counts.size(), 3U);
    EXPECT_EQ(counts.back().waits_for, WaitsFor::person);
    EXPECT_TRUE(counts.back().timed);
    EXPECT_EQ(counts.back().earliest, late);
    EXPECT_TRUE(std::ranges::all_of(counts, [](const auto& each) { return each.count == 1; }));
    EXPECT_TRUE(reader().count_open({2}).value().empty());
}

TEST_P(StoreOperator, AScheduleIsKeptAsItWasMade) {
    const PutSchedule command = put_schedule("nightly", late);
    expect_done({command});
    harness().restart();
    const Schedule found = schedule("nightly");
    EXPECT_EQ(found.network, "network");
    EXPECT_EQ(found.cron, "0 3 * * *");
    EXPECT_EQ(found.missed, MissedTimes::all);
    EXPECT_EQ(found.input, R"({"a":1})");
    EXPECT_EQ(found.grants, command.schedule.grants);
    EXPECT_EQ(found.tags, command.schedule.tags);
    EXPECT_EQ(found.principal, "somebody");
    EXPECT_EQ(found.created, early);
    EXPECT_EQ(found.next, late);
    EXPECT_EQ(found.last.us, 0);
    EXPECT_EQ(found.last_run, std::nullopt);
    expect_conflict({command}, "found a schedule");
}

TEST_P(StoreOperator, SchedulesAreDueInTheOrderOfTheirTimes) {
    EXPECT_EQ(reader().next_schedule_time().value(), std::nullopt);
    expect_done({put_schedule("a", late), put_schedule("b", early), put_schedule("c", {})});
    EXPECT_EQ(reader().next_schedule_time().value(), early);
    EXPECT_EQ(reader().due_schedules(early, 10).value().size(), 1U);
    const auto due = reader().due_schedules(late, 10).value();
    ASSERT_EQ(due.size(), 2U);
    EXPECT_EQ(due.front().name, "b");
    EXPECT_EQ(reader().list_schedules(organization, "", 2).value().size(), 2U);
    EXPECT_EQ(reader().list_schedules(organization, "b", 10).value().front().name, "c");
}

TEST_P(StoreOperator, SchedulesOfAllOrganizationsAreDueTogether) {
    PutSchedule others = put_schedule("a", early);
    others.schedule.organization = {7};
    expect_done({put_schedule("b", early), others, put_schedule("c", late)});
    const auto due = reader().due_schedules(late, 10).value();
    ASSERT_EQ(due.size(), 3U);
    EXPECT_EQ(due[0].organization, organization);
    EXPECT_EQ(due[1].organization, OrganizationId{7});
    EXPECT_EQ(due[2].name, "c");
    EXPECT_EQ(reader().list_schedules(organization, "", 10).value().size(), 2U);
}

TEST_P(StoreOperator, ATimeOfAScheduleIsStartedOnce) {
    expect_done({put_schedule("a", early)});
    const AdvanceSchedule advance{organization, "a", early, late, RunId{1}, {}};
    expect_done({accept(1), advance});
    EXPECT_EQ(schedule("a").next, late);
    EXPECT_EQ(schedule("a").last, early);
    EXPECT_EQ(schedule("a").last_run, RunId{1});
    expect_conflict({accept(2), advance}, "found another");
    EXPECT_EQ(reader().find_run({2}).value(), std::nullopt);

    const Error why(ErrorCode::not_found, "there is no network");
    expect_done({AdvanceSchedule{organization, "a", late, {}, {}, why}});
    EXPECT_EQ(schedule("a").next.us, 0);
    ASSERT_TRUE(schedule("a").error);
    EXPECT_EQ(schedule("a").error->message, "there is no network");
    EXPECT_EQ(schedule("a").last, early);
    expect_done({RemoveSchedule{organization, "a"}});
    EXPECT_EQ(reader().find_schedule(organization, "a").value(), std::nullopt);
    expect_conflict({RemoveSchedule{organization, "a"}}, "found none");
}

}  // namespace

HAL9_FOR_EVERY_STORE(StoreOperator);

}  // namespace hal9::contract
