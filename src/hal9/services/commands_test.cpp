#include "hal9/services/commands.hpp"

#include "hal9/services/detail/services_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hal9::services {
namespace {

using ::testing::HasSubstr;

class CommandsTest : public ::testing::Test {
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

    json::array letters() {
        return answer("dead.list", {{"limit", 100'000}}).at("items").as_array();
    }

    json::value status_of(const std::string& run) {
        return answer("run.get", {{"run", run}}).at("status");
    }

    Services services_;
};

TEST_F(CommandsTest, UnknownMethodsAreRefused) {
    expect_fault("run.stop", {}, ErrorCode::not_found, "there is no method \"run.stop\"");
}

TEST_F(CommandsTest, FaultsOfADefinitionAreToldWithFileAndPlace) {
    expect_fault(
        "run.start",
        {{"definition", "hal9: 1\nname: x\nstart: a\nneurons: 3\n"}, {"file", "x.yaml"}},
        ErrorCode::invalid_argument,
        "x.yaml:4:"
    );
    expect_fault("run.start", {}, ErrorCode::invalid_argument, "\"definition\" must be a string");
    expect_fault(
        "run.start",
        {{"definition", parking_network}, {"grants", json::array{"x"}}},
        ErrorCode::invalid_argument,
        "\"grants\" must be an object of lists"
    );
}

TEST_F(CommandsTest, WhatNeedsMoreThanTheNodeOffersIsNeitherAppliedNorRun) {
    std::string definition(parking_network);
    definition.replace(definition.find("retry: {attempts: 1}"), 20, "needs: {tags: [gpu]}");
    const json::object params{{"definition", definition}, {"file", "n.yaml"}};
    for (const char* const method : {"network.apply", "run.start"}) {
        expect_fault(
            method,
            params,
            ErrorCode::limit_exceeded,
            "n.yaml:15:20: neuron \"work\" needs a node with the tag \"gpu\"; this one has no tags"
        );
    }
    EXPECT_TRUE(answer("network.list", {}).as_array().empty());
    services_.offer.tags = {"gpu"};
    EXPECT_EQ(answer("network.apply", params).at("changed"), json::value(true));
}

TEST_F(CommandsTest, TheSameKeyStartsOneRunAndAnotherRequestUnderItIsAConflict) {
    services_.broken = false;
    json::object params{
        {"definition", parking_network},
        {"input", failing_items(1)},
        {"key", "once"},
    };
    const json::value first = answer("run.start", params);
    EXPECT_EQ(first.at("repeated"), json::value(false));
    const json::value second = answer("run.start", params);
    EXPECT_EQ(second.at("repeated"), json::value(true));
    EXPECT_EQ(second.at("id"), first.at("id"));
    params["input"] = failing_items(2);
    expect_fault("run.start", params, ErrorCode::conflict, "was used for another request");
}

TEST_F(CommandsTest, AKeyHasAtMost256Bytes) {
    services_.broken = false;
    json::object params{{"definition", parking_network}, {"input", failing_items(1)}};
    params["key"] = std::string(256, 'k');
    EXPECT_EQ(answer("run.start", params).at("repeated"), json::value(false));
    params["key"] = std::string(257, 'k');
    expect_fault("run.start", params, ErrorCode::limit_exceeded, "idempotency_key_bytes_max");
}

TEST_F(CommandsTest, ProgressAndResumeTellOfARun) {
    const std::string id = services_.run(parking_network, failing_items(2));
    const json::value progress = answer("run.progress", {{"run", id}});
    EXPECT_EQ(progress.at("parked"), json::value(2U));
    EXPECT_EQ(progress.at("stalled"), json::value(true));
    EXPECT_EQ(progress.at("known"), json::value(3U));
    EXPECT_EQ(answer("run.resume", {{"run", "last"}}).at("id"), json::value(id));
    expect_fault("run.resume", {{"run", "y"}}, ErrorCode::invalid_argument, "is not an id");
}

TEST_F(CommandsTest, ACancelledRunIsCancelledOnce) {
    const std::string id = services_.run(parking_network, failing_items(2));
    EXPECT_EQ(answer("run.cancel", {{"run", id}}).at("status"), json::value("cancelled"));
    services_.until([] { return false; });
    EXPECT_EQ(status_of(id), json::value("cancelled"));
    expect_fault("run.cancel", {{"run", id}}, ErrorCode::conflict, "has ended already");
    EXPECT_TRUE(letters().empty());
}

TEST_F(CommandsTest, ARedrivenLetterIsTriedAgain) {
    const std::string id = services_.run(parking_network, failing_items(2));
    services_.broken = false;
    const json::array parked = letters();
    const json::value one = answer("dead.redrive", {{"signals", {parked[1].at("id")}}});
    EXPECT_EQ(one.at("count"), json::value(1U));
    services_.until([] { return false; });
    EXPECT_EQ(letters().size(), 1U);
    EXPECT_EQ(answer("dead.redrive", {{"all", true}}).at("count"), json::value(1U));
    services_.until([] { return false; });
    EXPECT_EQ(status_of(id), json::value("completed"));
}

TEST_F(CommandsTest, ADiscardedLetterIsAFailedChild) {
    const std::string id = services_.run(parking_network, failing_items(3));
    EXPECT_EQ(answer("dead.discard", {{"all", true}}).at("count"), json::value(3U));
    services_.until([] { return false; });
    const json::value run = answer("run.get", {{"run", id}});
    EXPECT_EQ(run.at("status"), json::value("completed"));  // split skips what fails
    EXPECT_EQ(run.at("signals").at("failed"), json::value(3U));
}

TEST_F(CommandsTest, DiscardingAllOfARunThatTheFirstEndsIsNoFault) {
    std::string definition(parking_network);
    const std::string rule = "    on_child_error: skip\n";
    definition.erase(definition.find(rule), rule.size());
    const std::string id = services_.run(definition, failing_items(700));
    EXPECT_NE(answer("dead.discard", {{"all", true}}).at("count"), json::value(0U));
    services_.until([] { return false; });
    EXPECT_EQ(status_of(id), json::value("failed"));
    EXPECT_TRUE(letters().empty());
    EXPECT_TRUE(services_.started.has_value()) << services_.started.error().full_message();
}

TEST_F(CommandsTest, AThousandLettersCostAFewCommits) {
    services_.run(parking_network, failing_items(1'200));
    ASSERT_EQ(letters().size(), 1'200U);
    services_.commits = 0;
    EXPECT_EQ(answer("dead.redrive", {{"all", true}}).at("count"), json::value(1'200U));
    EXPECT_LE(services_.commits, 60U);
    services_.until([] { return false; });
    ASSERT_EQ(letters().size(), 1'200U);  // tried again, and parked again
    services_.commits = 0;
    json::array named;
    for (const json::value& letter : letters()) {
        named.push_back(letter.at("id"));
    }
    EXPECT_EQ(answer("dead.redrive", {{"signals", named}}).at("count"), json::value(1'200U));
    EXPECT_LE(services_.commits, 60U);
}

TEST_F(CommandsTest, HoweverManyLettersAFilterPassesOverTheNodeHasItsTurns) {
    services_.run(parking_network, failing_items(1'600));
    const json::object none{{"where", {{"code", "timeout"}}}};
    services_.strand.rows_at_once_max = 0;
    const std::size_t before = services_.strand.ran;
    EXPECT_EQ(answer("dead.redrive", none).at("count"), json::value(0U));
    EXPECT_GE(services_.strand.ran - before, 3U);
    EXPECT_LE(services_.strand.rows_at_once_max, 501U) << "and the signal above them";
    EXPECT_EQ(letters().size(), 1'600U);
}

TEST_F(CommandsTest, LettersAreNamedOneByOneOrAll) {
    services_.run(parking_network, failing_items(1));
    expect_fault("dead.redrive", {}, ErrorCode::invalid_argument, "name \"signals\"");
    expect_fault("dead.redrive", {{"all", false}}, ErrorCode::invalid_argument, "name \"signals\"");
    expect_fault(
        "dead.discard",
        {{"all", true}, {"signals", {"z"}}},
        ErrorCode::invalid_argument,
        "one of them"
    );
    expect_fault("dead.discard", {{"signals", {"z"}}}, ErrorCode::invalid_argument, "not an id");
    EXPECT_EQ(letters().size(), 1U);
}

TEST_F(CommandsTest, WhatIsOfAnotherTypeIsRefusedByItsName) {
    const std::string run = services_.run(parking_network, failing_items(1));
    const json::value letter = letters()[0].at("id");
    const json::object start{{"definition", parking_network}};
    const json::object schedule{{"network", "parking"}, {"cron", "@daily"}};
    const json::object message{{"run", run}, {"name", "n"}};
    const json::object answer{{"signal", letter}, {"answer", 1}};

    struct Case {
        const char* method;
        json::object params;
        std::vector<const char*> names;
    };

    const Case cases[] = {
        {"network.apply", start, {"definition", "file"}},
        {"network.pause", {}, {"network"}},
        {"network.resume", {}, {"network"}},
        {"network.delete", {}, {"network"}},
        {"network.list", {}, {"limit", "after"}},
        {"network.versions", {{"network", "parking"}}, {"network", "limit", "after"}},
        {"network.get", {}, {"network"}},
        {"run.start",
         start,
         {"definition", "file", "grants", "principal", "key", "tags", "priority"}},
        {"run.get", {}, {"run"}},
        {"run.tree", {}, {"run"}},
        {"run.list", {}, {"state", "network", "tag", "from", "until", "limit", "before"}},
        {"run.resume", {}, {"run"}},
        {"run.progress", {}, {"run"}},
        {"run.cancel", {}, {"run"}},
        {"run.priority", {{"run", run}, {"priority", 1}}, {"run", "priority"}},
        {"run.message", message, {"run", "name", "by"}},
        {"run.fork", {{"run", run}}, {"run", "signal", "version", "principal", "tags"}},
        {"signal.get", {{"signal", letter}}, {"signal", "run"}},
        {"signal.list", {{"run", run}}, {"run", "neuron", "status", "limit", "after"}},
        {"signal.cancel", {}, {"signal"}},
        {"signal.answer", answer, {"signal", "by"}},
        {"question.list", {}, {"limit", "after"}},
        {"dead.list", {}, {"where", "limit", "after"}},
        {"dead.redrive", {}, {"where", "all", "signals"}},
        {"dead.discard", {}, {"where", "all", "signals"}},
        {"schedule.add",
         schedule,
         {"network", "cron", "name", "grants", "tags", "missed", "principal"}},
        {"schedule.list", {}, {"limit", "after"}},
        {"schedule.remove", {}, {"schedule"}},
    };
    for (const Case& each : cases) {
        for (const char* const name : each.names) {
            json::object params = each.params;
            params[name] = json::array{true};
            SCOPED_TRACE(str(each.method, " ", name));
            expect_fault(each.method, params, ErrorCode::invalid_argument, str("\"", name, "\""));
        }
    }
    EXPECT_EQ(letters().size(), 1U) << "nothing was done";
}

TEST_F(CommandsTest, WhoRedrivesALetterAtTheSameMomentIsToldSo) {
    services_.run(parking_network, failing_items(1));
    const json::value letter = letters()[0].at("id");
    const std::string id(letter.as_string());
    const json::object params{{"signals", {letter}}};
    const auto answers =
        services_.ask_together({{"dead.redrive", params}, {"dead.discard", params}});
    EXPECT_TRUE(answers[0].has_value());
    ASSERT_FALSE(answers[1].has_value());
    EXPECT_EQ(answers[1].error().code, ErrorCode::conflict);
    EXPECT_EQ(
        answers[1].error().message,
        str("another request decides about signal ",
            id,
            " at this moment; look with `hal9 show --signal ",
            id,
            "`")
    );
}

TEST_F(CommandsTest, ALetterThatSomebodyElseRedroveMeanwhileIsNamed) {
    services_.run(parking_network, failing_items(501));
    services_.broken = false;
    json::array named;
    for (const json::value& letter : letters()) {
        named.push_back(letter.at("id"));
    }
    const std::string last(named.back().as_string());
    const auto answers = services_.ask_together(
        {{"dead.redrive", {{"signals", named}}}, {"dead.redrive", {{"signals", {named.back()}}}}}
    );
    ASSERT_FALSE(answers[0].has_value());
    EXPECT_THAT(
        answers[0].error().message,
        HasSubstr(str("signal ", last, " was redriven by another request meanwhile"))
    );
    EXPECT_TRUE(answers[1].has_value());
    EXPECT_TRUE(letters().empty());
}

TEST_F(CommandsTest, ADeletedNetworkThatTwoBringBackAtOnceIsThereForBoth) {
    answer("network.apply", {{"definition", parking_network}});
    answer("network.delete", {{"network", "parking"}});
    const auto applied = [](int attempts) {
        std::string text(parking_network);
        text.replace(text.find("attempts: 1"), 11, str("attempts: ", attempts));
        return json::object{{"definition", text}};
    };
    const auto answers =
        services_.ask_together({{"network.apply", applied(2)}, {"network.apply", applied(3)}});
    for (const Result<json::value>& each : answers) {
        ASSERT_TRUE(each.has_value()) << each.error().full_message();
        EXPECT_EQ(each->at("changed"), json::value(true));
    }
    EXPECT_EQ(answer("network.get", {{"network", "parking"}}).at("versions"), json::value(3U));
}

TEST_F(CommandsTest, WhoChangesANetworkAtTheSameMomentIsToldSo) {
    answer("network.apply", {{"definition", parking_network}});
    const json::object params{{"network", "parking"}};
    for (const auto& each :
         services_.ask_together({{"network.pause", params}, {"network.pause", params}})) {
        EXPECT_TRUE(each.has_value());
    }
    const auto answers =
        services_.ask_together({{"network.delete", params}, {"network.resume", params}});
    EXPECT_TRUE(answers[0].has_value());
    ASSERT_FALSE(answers[1].has_value());
    EXPECT_EQ(answers[1].error().code, ErrorCode::conflict);
    EXPECT_THAT(
        answers[1].error().message,
        HasSubstr("another request changed network \"parking\" at the same moment: it is deleted")
    );
}

TEST_F(CommandsTest, ALetterThatIsNoneIsAConflict) {
    const std::string id = services_.run(parking_network, failing_items(1));
    expect_fault("dead.redrive", {{"signals", {id}}}, ErrorCode::conflict, "is not parked");
    const json::value letter = letters()[0].at("id");
    services_.broken = false;
    expect_fault("dead.redrive", {{"signals", {id, letter}}}, ErrorCode::conflict, "is not parked");
    EXPECT_TRUE(letters().empty());
}

}  // namespace
}  // namespace hal9::services
