#include "hal9/services/detail/services_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

// What operators decide: people's answers, messages, priorities, subtrees, networks, forks,
// schedules.
namespace hal9::services {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

/// `ask` asks a person about each item of `split`.
constexpr std::string_view asking_network = R"(
hal9: 1
name: asking
start: split
neurons:
  split: {layer: L2, kind: test.split, forward: [ask], combine: {all: {collect: /answer}}}
  ask: {layer: L1, kind: test.ask}
)";

constexpr std::string_view receiving_network = R"(
hal9: 1
name: receiving
start: split
neurons:
  split: {layer: L2, kind: test.split, forward: [receive], combine: {all: {collect: ""}}}
  receive: {layer: L1, kind: test.receive}
)";

/// `split` hands its items to `work`; what is collected goes on to `last`.
constexpr std::string_view chained_network = R"(
hal9: 1
name: chained
start: split
neurons:
  split:
    layer: L2
    kind: test.split
    forward: [work]
    combine: {all: {collect: ""}}
    then: {to: last, as: seen}
  work: {layer: L1, kind: test.work, retry: {attempts: 1}}
  last: {layer: L1, kind: test.work, retry: {attempts: 1}}
)";

/// A question, and what fails beside it when it is cancelled: their parent fails, too.
constexpr std::string_view losing_network = R"(
hal9: 1
name: lost
start: both
neurons:
  both:
    layer: L4
    kind: test.split
    forward: [part, parks]
    on_child_error: skip
    combine: {n: {count: children}}
  part: {layer: L3, kind: test.work, forward: [ask, fails]}
  ask: {layer: L2, kind: test.ask}
  fails: {layer: L2, kind: test.receive}
  parks: {layer: L3, kind: test.receive}
)";

json::value items(std::initializer_list<json::value> list) {
    return json::object{{"items", json::array(list.begin(), list.end())}};
}

class OperatorCommandsTest : public ::testing::Test {
protected:
    json::value answer(std::string method, json::object params) {
        auto found = services_.ask(method, std::move(params));
        EXPECT_TRUE(found.has_value()) << method << ": " << found.error().full_message();
        return found ? *std::move(found) : json::object{};
    }

    void expect_fault(
        std::string method,
        json::object params,
        ErrorCode code,
        const std::string& words
    ) {
        const auto found = services_.ask(std::move(method), std::move(params));
        ASSERT_FALSE(found.has_value()) << json::serialize(*found);
        EXPECT_EQ(found.error().code, code);
        EXPECT_THAT(found.error().message, HasSubstr(words));
    }

    void settle() {
        services_.until([] { return false; });
        EXPECT_TRUE(services_.started.has_value()) << services_.started.error().full_message();
    }

    json::value run_of(const std::string& id) { return answer("run.get", {{"run", id}}); }

    std::string status_of(const std::string& id) {
        return std::string(run_of(id).at("status").as_string());
    }

    json::array questions() { return answer("question.list", {}).at("items").as_array(); }

    /// Signals of a run by the name of their neuron, from their tree.
    std::uint64_t signals_of(const std::string& run, std::string_view neuron) {
        const json::value tree = answer("run.tree", {{"run", run}});
        for (const json::value& each : tree.at("neurons").as_array()) {
            if (each.at("neuron").as_string() == neuron) {
                return each.at("signals").to_number<std::uint64_t>();
            }
        }
        return 0;
    }

    /// The public id of a signal by its number in the run.
    std::string signal(const std::string& run, std::uint32_t number) {
        const RunRecord record = services_.queries->find_run(run).value();
        return services_.ids().of(make_signal_id(record.id, number), record.created);
    }

    Services services_;
};

TEST_F(OperatorCommandsTest, AQuestionIsListedUntilItIsAnswered) {
    const std::string run = services_.run(asking_network, items({"a", "b"}));
    ASSERT_THAT(questions(), SizeIs(2));
    EXPECT_EQ(questions()[0].at("question"), json::value("a"));
    EXPECT_EQ(questions()[0].at("neuron"), json::value("ask"));
    EXPECT_EQ(run_of(run).at("waits").at("person").at("signals"), json::value(2U));
    const json::value first = questions()[0].at("id");
    answer("signal.answer", {{"signal", first}, {"answer", 1}, {"by", "somebody"}});
    expect_fault(
        "signal.answer",
        {{"signal", first}, {"answer", 2}},
        ErrorCode::conflict,
        "does not wait for a person"
    );
    ASSERT_THAT(questions(), SizeIs(1));
    EXPECT_EQ(answer("question.list", {{"after", first}}).at("items").as_array().size(), 1U);
    answer("signal.answer", {{"signal", questions()[0].at("id")}, {"answer", 2}});
    settle();
    EXPECT_EQ(run_of(run).at("result").at("all"), (json::array{1, 2}));
    EXPECT_THAT(questions(), SizeIs(0));
}

TEST_F(OperatorCommandsTest, WhoAnswersAtTheSameMomentIsToldSo) {
    const std::string run = services_.run(asking_network, items({"a"}));
    const std::string id(questions()[0].at("id").as_string());
    const auto answers = services_.ask_together({
        {"signal.answer", {{"signal", id}, {"answer", 1}}},
        {"signal.answer", {{"signal", id}, {"answer", 2}}},
    });
    EXPECT_TRUE(answers[0].has_value());
    ASSERT_FALSE(answers[1].has_value());
    EXPECT_THAT(
        answers[1].error().message,
        HasSubstr(str("another request decides about signal ", id, " at this moment; look with"))
    );
    settle();
    EXPECT_EQ(run_of(run).at("result").at("all"), (json::array{1}));
    expect_fault(
        "signal.answer",
        {{"signal", id}, {"answer", 3}},
        ErrorCode::conflict,
        str("signal ", id, " does not wait for a person (it is completed); `hal9 answer` lists")
    );
}

TEST_F(OperatorCommandsTest, AQuestionBelowASignalThatEndedIsAskedNoMore) {
    const std::string run = services_.run(losing_network, items({"go"}));
    const std::string id(questions()[0].at("id").as_string());
    answer("signal.cancel", {{"signal", signal(run, 4)}});
    settle();
    expect_fault(
        "signal.answer",
        {{"signal", id}, {"answer", 1}},
        ErrorCode::conflict,
        str("signal ", id, " is decided: its run, or a signal above it, has ended")
    );
}

TEST_F(OperatorCommandsTest, AMessageIsReceivedByWhoWaitsFirstOrKeptForWhoComes) {
    const std::string run = services_.run(receiving_network, items({"a", "a"}));
    EXPECT_EQ(run_of(run).at("waits").at("message").at("signals"), json::value(2U));
    json::object params{{"run", run}, {"name", "b"}, {"message", 0}};
    EXPECT_EQ(answer("run.message", params).at("received"), json::value(false));
    params["name"] = "a";
    params["message"] = 1;
    EXPECT_EQ(answer("run.message", params).at("received"), json::value(true));
    params["message"] = 2;
    EXPECT_EQ(answer("run.message", params).at("received"), json::value(true));
    settle();
    EXPECT_EQ(run_of(run).at("result").at("all"), (json::array{1, 2}));
    expect_fault("run.message", params, ErrorCode::conflict, "has ended already");
}

TEST_F(OperatorCommandsTest, AMessageThatCameFirstIsReceivedAtOnce) {
    answer("network.apply", {{"definition", receiving_network}});
    answer("network.pause", {{"network", "receiving"}});
    const std::string run = services_.run(receiving_network, items({"a", "a"}));
    for (const int message : {1, 2}) {
        const json::object params{{"run", run}, {"name", "a"}, {"message", message}};
        EXPECT_EQ(answer("run.message", params).at("received"), json::value(false));
    }
    answer("network.resume", {{"network", "receiving"}});
    settle();
    EXPECT_EQ(run_of(run).at("result").at("all"), (json::array{1, 2}));
}

TEST_F(OperatorCommandsTest, NoStepOfAPausedNetworkStarts) {
    answer("network.apply", {{"definition", chained_network}});
    answer("network.pause", {{"network", "chained"}});
    answer("network.pause", {{"network", "chained"}});  // it is already
    const std::string run = services_.run(chained_network, items({1, 2}));
    EXPECT_EQ(signals_of(run, "split"), 1U);
    EXPECT_EQ(run_of(run).at("signals").at("ready"), json::value(1U));
    EXPECT_EQ(answer("run.progress", {{"run", run}}).at("paused"), json::value(true));
    EXPECT_EQ(answer("run.progress", {{"run", run}}).at("stalled"), json::value(false));
    EXPECT_EQ(answer("network.list", {}).as_array()[0].at("state"), json::value("paused"));
    answer("network.resume", {{"network", "chained"}});
    settle();
    EXPECT_EQ(status_of(run), "completed");
    expect_fault("network.pause", {{"network", "none"}}, ErrorCode::not_found, "\"none\"");
}

TEST_F(OperatorCommandsTest, ANetworkWithUnfinishedRunsIsNotDeleted) {
    const std::string run = services_.run(asking_network, items({"a"}));
    const json::object network{{"network", "asking"}};
    expect_fault("network.delete", network, ErrorCode::conflict, "has unfinished runs");
    answer("run.cancel", {{"run", run}});
    settle();
    EXPECT_EQ(answer("network.delete", network).at("state"), json::value("deleted"));
    EXPECT_THAT(answer("network.list", {}).as_array(), SizeIs(0));
    expect_fault("network.delete", network, ErrorCode::not_found, "there is no network");
    expect_fault("run.fork", {{"run", run}}, ErrorCode::conflict, "was deleted");
    EXPECT_EQ(status_of(run), "cancelled");
    // Applying it again brings it back.
    const json::value applied = answer("network.apply", {{"definition", asking_network}});
    EXPECT_EQ(applied.at("changed"), json::value(false));
    EXPECT_THAT(answer("network.list", {}).as_array(), SizeIs(1));
}

TEST_F(OperatorCommandsTest, ACancelledSubtreeIsAFailedChild) {
    std::string definition(asking_network);
    definition
        .replace(definition.find("kind: test.split"), 16, "kind: test.split, on_child_error: skip");
    const std::string run = services_.run(definition, items({"a", "b"}));
    const json::value first = questions()[0].at("id");
    answer("signal.cancel", {{"signal", first}});
    expect_fault("signal.cancel", {{"signal", first}}, ErrorCode::conflict, "has ended already");
    EXPECT_EQ(
        answer("signal.get", {{"signal", first}}).at("error").at("code"),
        json::value("cancelled")
    );
    answer("signal.answer", {{"signal", questions()[0].at("id")}, {"answer", 2}});
    settle();
    EXPECT_EQ(run_of(run).at("result").at("all"), (json::array{2}));
}

TEST_F(OperatorCommandsTest, QuestionsBelowAFailedSignalKeepNoRunWaiting) {
    const std::string run = services_.run(losing_network, items({"go"}));
    ASSERT_THAT(questions(), SizeIs(1));
    // The sibling of the question fails, and with it what waits for both.
    answer("signal.cancel", {{"signal", signal(run, 4)}});
    settle();
    EXPECT_THAT(questions(), SizeIs(0));
    EXPECT_EQ(answer("run.progress", {{"run", run}}).at("asking"), json::value(1U));
}

TEST_F(OperatorCommandsTest, WhatStandsBelowASignalThatEndedIsShownAsCancelled) {
    const std::string run = services_.run(losing_network, items({"go"}));
    const json::value before = run_of(run);
    EXPECT_EQ(before.at("waits").at("person").at("signals"), json::value(1U));
    EXPECT_EQ(before.at("waits").at("message").at("signals"), json::value(2U));
    EXPECT_EQ(before.at("waits").at("children").at("signals"), json::value(2U));
    const std::string question(questions()[0].at("id").as_string());

    answer("signal.cancel", {{"signal", signal(run, 4)}});
    settle();
    const json::value after = run_of(run);
    EXPECT_EQ(
        after.at("waits"),
        (json::value{
            {"children", {{"signals", 1U}, {"earliest", nullptr}}},
            {"message", {{"signals", 1U}, {"earliest", nullptr}}},
        })
    );
    EXPECT_EQ(after.at("signals").at("waiting"), json::value(2U));
    EXPECT_EQ(after.at("signals").at("cancelled"), json::value(1U));
    const json::value asked = answer("signal.get", {{"signal", question}});
    EXPECT_EQ(asked.at("status"), json::value("cancelled"));
    EXPECT_TRUE(asked.at("waits_for").is_null());
    const json::object waiting{{"run", run}, {"neuron", "ask"}, {"status", "waiting"}};
    EXPECT_THAT(answer("signal.list", waiting).at("items").as_array(), SizeIs(0));
    const json::value tree = answer("run.tree", {{"run", run}});
    for (const json::value& neuron : tree.at("neurons").as_array()) {
        if (neuron.at("neuron").as_string() == "ask") {
            EXPECT_EQ(neuron.at("statuses"), (json::value{{"cancelled", 1U}}));
        }
    }
}

TEST(OperatorLimits, WhereTooMuchWaitsToLookAtTheStoreIsBelieved) {
    Services services(Limits{.answer_rows_max = 3});
    const auto waits = [&services](std::initializer_list<json::value> list) {
        const std::string run = services.run(asking_network, items(list));
        return services.ask("run.get", {{"run", run}})->at("waits");
    };
    const json::value one{{"signals", 1U}, {"earliest", nullptr}};
    const json::value two{{"signals", 2U}, {"earliest", nullptr}};
    EXPECT_EQ(waits({"a", "b"}), (json::value{{"children", one}, {"person", two}}));
    const json::value many = waits({"a", "b", "c"});
    EXPECT_EQ(many.at("person").at("signals"), json::value(3U));
    EXPECT_EQ(many.at("person").at("at_most"), json::value(true));
}

TEST_F(OperatorCommandsTest, CancellingTheRootCancelsTheRun) {
    const std::string run = services_.run(asking_network, items({"a"}));
    answer("signal.cancel", {{"signal", run}});
    settle();
    EXPECT_EQ(status_of(run), "cancelled");
}

TEST_F(OperatorCommandsTest, APriorityIsThatOfTheWholeRun) {
    const std::string run = services_.run(asking_network, items({"a"}));
    EXPECT_EQ(
        answer("run.priority", {{"run", run}, {"priority", 9}}).at("priority"),
        json::value(9U)
    );
    EXPECT_EQ(
        answer("signal.get", {{"signal", questions()[0].at("id")}}).at("priority"),
        json::value(9U)
    );
    expect_fault(
        "run.priority",
        {{"run", run}, {"priority", 10}},
        ErrorCode::invalid_argument,
        "from 0 to 9"
    );
    answer("signal.answer", {{"signal", questions()[0].at("id")}, {"answer", 1}});
    settle();
    expect_fault("run.priority", {{"run", run}, {"priority", 1}}, ErrorCode::conflict, "has ended");
}

TEST_F(OperatorCommandsTest, RunsAreFoundByTagNetworkAndTime) {
    json::object params{
        {"definition", asking_network},
        {"input", items({"a"})},
        {"tags", {"b", "a", "b"}},
    };
    answer("run.start", params);
    services_.run(receiving_network, items({"a"}));
    const json::array tagged = answer("run.list", {{"tag", "a"}}).as_array();
    ASSERT_THAT(tagged, SizeIs(1));
    EXPECT_EQ(tagged[0].at("tags"), (json::array{"a", "b"}));
    EXPECT_THAT(answer("run.list", {{"network", "receiving"}}).as_array(), SizeIs(1));
    EXPECT_THAT(answer("run.list", {{"from", "2023-11-14T22:13:20Z"}}).as_array(), SizeIs(2));
    EXPECT_THAT(answer("run.list", {{"until", "2023-11-14T22:13:20Z"}}).as_array(), SizeIs(0));
    expect_fault("run.list", {{"from", "yesterday"}}, ErrorCode::invalid_argument, "is no time");
    json::array many;
    for (int i = 0; i < 17; ++i) {
        many.push_back(json::value(str("t", i)));
    }
    params["tags"] = many;
    expect_fault("run.start", params, ErrorCode::limit_exceeded, "tags_per_run_max");
    params["tags"] = json::array{std::string(129, 't')};
    expect_fault("run.start", params, ErrorCode::limit_exceeded, "tag_bytes_max");
}

TEST_F(OperatorCommandsTest, LettersAreDecidedByAFilter) {
    const std::string first = services_.run(parking_network, failing_items(3));
    services_.run(parking_network, failing_items(2));
    const json::object of_first{{"where", {{"run", first}}}};
    EXPECT_THAT(answer("dead.list", of_first).at("items").as_array(), SizeIs(3));
    EXPECT_THAT(
        answer("dead.list", {{"where", {{"code", "timeout"}}}}).at("items").as_array(),
        SizeIs(0)
    );
    EXPECT_THAT(
        answer("dead.list", {{"where", {{"neuron", "work"}}}}).at("items").as_array(),
        SizeIs(5)
    );
    EXPECT_EQ(answer("dead.discard", of_first).at("count"), json::value(3U));
    EXPECT_THAT(answer("dead.list", {}).at("items").as_array(), SizeIs(2));
    expect_fault(
        "dead.list",
        {{"where", {{"age", "3"}}}},
        ErrorCode::invalid_argument,
        "allowed: run, network, neuron, code"
    );
}

TEST_F(OperatorCommandsTest, AForkKeepsWhatEndedAndRunsTheRestAnew) {
    const json::value broken = json::object{{"fails", "invalid_argument"}};
    const std::string run = services_.run(chained_network, items({1, 2, broken}));
    ASSERT_EQ(status_of(run), "failed");
    services_.broken = false;
    const json::value forked =
        answer("run.fork", {{"run", run}, {"signal", signal(run, 3)}, {"tags", {"again"}}});
    const std::string fork(forked.at("id").as_string());
    settle();
    const json::value ended = run_of(fork);
    EXPECT_EQ(ended.at("status"), json::value("completed"));
    EXPECT_EQ(ended.at("origin"), json::value(run));
    EXPECT_EQ(ended.at("tags"), (json::array{"again"}));
    EXPECT_EQ(ended.at("result").at("all"), (json::array{1, 2, broken}));
    EXPECT_EQ(ended.at("result").at("seen").at("all"), (json::array{1, 2, broken}));
    EXPECT_EQ(answer("signal.get", {{"signal", signal(fork, 1)}}).at("copied"), json::value(true));
    EXPECT_EQ(answer("signal.get", {{"signal", signal(fork, 3)}}).at("copied"), json::value(false));
    EXPECT_EQ(status_of(run), "failed");
}

TEST_F(OperatorCommandsTest, RedrivingTheRootOfAFailedRunForksIt) {
    const json::value broken = json::object{{"fails", "invalid_argument"}};
    const std::string run = services_.run(chained_network, items({1, broken}));
    ASSERT_EQ(status_of(run), "failed");
    services_.broken = false;
    const json::value forked = answer("dead.redrive", {{"signals", {run}}});
    settle();
    EXPECT_EQ(status_of(std::string(forked.at("fork").as_string())), "completed");
    EXPECT_EQ(status_of(run), "failed");
}

TEST_F(OperatorCommandsTest, AForkFromWhatThenGoesOnToKeepsWhatItGoesOnFrom) {
    services_.broken = false;
    const std::string run = services_.run(chained_network, items({1, 2}));
    ASSERT_EQ(status_of(run), "completed");
    const json::value forked = answer("run.fork", {{"run", run}, {"signal", signal(run, 3)}});
    settle();
    const json::value ended = run_of(std::string(forked.at("id").as_string()));
    EXPECT_EQ(ended.at("result"), run_of(run).at("result"));
    EXPECT_EQ(answer("signal.get", {{"signal", signal(run, 3)}}).at("neuron"), json::value("last"));
}

TEST_F(OperatorCommandsTest, AForkOfTheRootStartsAgainUnderAnotherVersion) {
    const std::string run = services_.run(asking_network, items({"a"}));
    std::string next(asking_network);
    next.replace(next.find("all:"), 4, "every:");
    answer("network.apply", {{"definition", next}});
    const json::value forked = answer("run.fork", {{"run", run}, {"version", "2"}});
    settle();
    ASSERT_THAT(questions(), SizeIs(2));
    answer("signal.answer", {{"signal", questions()[1].at("id")}, {"answer", 7}});
    settle();
    const json::value ended = run_of(std::string(forked.at("id").as_string()));
    EXPECT_EQ(ended.at("result").at("every"), (json::array{7}));
    expect_fault(
        "run.fork",
        {{"run", run}, {"signal", forked.at("id")}},
        ErrorCode::invalid_argument,
        "not of that run"
    );
}

TEST_F(OperatorCommandsTest, WhatTheNewVersionChangedRunsAnewInAFork) {
    const json::value broken = json::object{{"fails", "invalid_argument"}};
    const std::string run = services_.run(chained_network, items({1, 2, broken}));
    services_.broken = false;
    std::string next(chained_network);
    next.replace(next.find("{attempts: 1}"), 13, "{attempts: 2}");
    answer("network.apply", {{"definition", next}});
    const json::value forked =
        answer("run.fork", {{"run", run}, {"signal", signal(run, 3)}, {"version", "2"}});
    const std::string fork(forked.at("id").as_string());
    settle();
    EXPECT_EQ(status_of(fork), "completed");
    EXPECT_EQ(answer("signal.get", {{"signal", signal(fork, 1)}}).at("copied"), json::value(false));
}

TEST_F(OperatorCommandsTest, NamesAreTextsOfOneLine) {
    answer("network.apply", {{"definition", asking_network}});
    const std::string run = services_.run(asking_network, items({"a"}));
    const json::value question = questions()[0].at("id");
    const json::object start{{"definition", asking_network}, {"input", items({})}};

    struct Case {
        const char* method;
        json::object params;
        const char* parameter;
        const char* what;
    };

    const Case cases[] = {
        {"run.start", start, "key", "the idempotency key"},
        {"run.start", start, "tags", "a tag"},
        {"run.start", start, "principal", "the parameter \"principal\""},
        {"run.fork", {{"run", run}}, "tags", "a tag"},
        {"run.message", {{"run", run}}, "name", "the name of a message"},
        {"run.message", {{"run", run}, {"name", "n"}}, "by", "the parameter \"by\""},
        {"signal.answer", {{"signal", question}, {"answer", 1}}, "by", "the parameter \"by\""},
        {"schedule.add",
         {{"network", "asking"}, {"cron", "@daily"}},
         "name",
         "the name of a schedule"},
        {"schedule.add", {{"network", "asking"}, {"cron", "@daily"}}, "tags", "a tag"},
    };
    for (const Case& each : cases) {
        const auto refused = [&](std::string_view name, const std::string& words) {
            json::object params = each.params;
            const bool is_list = std::string_view(each.parameter) == "tags";
            params[each.parameter] = is_list ? json::value{json::string(name)} : json::value(name);
            SCOPED_TRACE(str(each.method, " ", each.parameter));
            const std::string expected = str(each.what, words);
            expect_fault(each.method, params, ErrorCode::invalid_argument, expected);
        };
        refused("", " is empty");
        refused("a\nb", " has the control character U+000A at byte 2");
        refused("\x7f", " has the control character U+007F at byte 1");
        refused("\u00e4\u0085", " has the control character U+0085 at byte 3");
        refused("a\xff", " is not UTF-8");
    }
    EXPECT_THAT(questions(), SizeIs(1));
    EXPECT_THAT(answer("run.list", {}).as_array(), SizeIs(1));
    EXPECT_THAT(answer("schedule.list", {}).as_array(), SizeIs(0));
    const json::object good{{"run", run}, {"name", "gr\u00fcn \u2713"}};
    EXPECT_EQ(answer("run.message", good).at("received"), json::value(false));
}

TEST(OperatorLimits, MessagesThatNothingReceivesAreBounded) {
    Services services(Limits{.messages_per_run_max = 2, .message_name_bytes_max = 4});
    const std::string run = services.run(receiving_network, items({"a"}));
    const auto send = [&](std::string_view name) {
        return services.ask("run.message", {{"run", run}, {"name", name}});
    };
    EXPECT_TRUE(send("b").has_value());
    EXPECT_TRUE(send("b").has_value());
    EXPECT_THAT(send("b").error().message, HasSubstr("messages_per_run_max"));
    EXPECT_TRUE(send("a").has_value());  // somebody waits for it
    EXPECT_THAT(send("abcde").error().message, HasSubstr("at most 4 (message_name_bytes_max)"));
}

}  // namespace
}  // namespace hal9::services
