#include "hal9/services/queries.hpp"

#include "hal9/services/detail/services_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

namespace hal9::services {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Two fail and are parked, one completes.
json::value three_items() {
    json::value input = failing_items(2);
    input.at("items").as_array().push_back(json::object{{"n", 2}});
    return input;
}

std::vector<std::string> ids_of(const json::value& list) {
    std::vector<std::string> ids;
    for (const json::value& each : list.as_array()) {
        ids.emplace_back(each.at("id").as_string());
    }
    return ids;
}

/// A list from its first page to its last.
struct Walk {
    std::vector<std::string> ids;
    std::size_t pages = 0;
    std::size_t rows_at_once_max = 0;
};

Walk walk_pages(Services& services, std::string_view method, json::object params) {
    Walk walk;
    for (bool more = true; more && walk.pages < 1'000;) {
        const std::size_t before = services.reader.rows_read;
        const auto page = services.queries->answer(method, params);
        if (!page) {
            ADD_FAILURE() << page.error().full_message();
            break;
        }
        ++walk.pages;
        walk.rows_at_once_max = std::max(walk.rows_at_once_max, services.reader.rows_read - before);
        std::ranges::copy(ids_of(page->at("items")), std::back_inserter(walk.ids));
        params["after"] = page->at("next");
        more = !page->at("next").is_null();
    }
    return walk;
}

class QueriesTest : public ::testing::Test {
protected:
    Result<json::value> query(std::string_view method, const json::object& params) {
        return services_.queries->answer(method, params);
    }

    json::value answer(std::string_view method, const json::object& params) {
        auto found = query(method, params);
        EXPECT_TRUE(found.has_value()) << method << ": " << found.error().full_message();
        return found ? *std::move(found) : json::object{};
    }

    Walk walk(std::string_view method, const json::object& params) {
        return walk_pages(services_, method, params);
    }

    void expect_fault(
        std::string_view method,
        const json::object& params,
        ErrorCode code,
        const std::string& words
    ) {
        const auto found = query(method, params);
        ASSERT_FALSE(found.has_value()) << json::serialize(*found);
        EXPECT_EQ(found.error().code, code);
        EXPECT_THAT(found.error().message, HasSubstr(words));
    }

    /// As after an upgrade to a binary without this kind.
    void forget_kind(std::string_view name) {
        std::erase_if(services_.catalog, [name](const auto& kind) { return kind.name == name; });
        services_.queries
            .emplace(services_.reader, services_.ids(), services_.catalog, services_.limits());
    }

    Services services_;
};

TEST_F(QueriesTest, KnowsItsMethodsAndNoOthers) {
    for (const char* const method :
         {"run.get", "run.list", "run.tree", "signal.get", "dead.list"}) {
        EXPECT_TRUE(Queries::knows(method));
    }
    EXPECT_FALSE(Queries::knows("run.start"));
    expect_fault("run.gets", {}, ErrorCode::not_found, "there is no method \"run.gets\"");
}

TEST_F(QueriesTest, ARunThatCompletedHasItsResultUsageAndCounts) {
    services_.broken = false;
    const std::string id = services_.run(parking_network, three_items());
    const json::value run = answer("run.get", {{"run", id}});
    EXPECT_EQ(run.at("id"), json::value(id));
    EXPECT_EQ(run.at("network"), json::value("parking"));
    EXPECT_EQ(run.at("status"), json::value("completed"));
    EXPECT_EQ(run.at("result"), (json::value{{"done", 3}}));
    EXPECT_TRUE(run.at("error").is_null());
    EXPECT_EQ(run.at("signals").at("known"), json::value(4U));
    EXPECT_EQ(run.at("signals").at("completed"), json::value(4U));
    EXPECT_TRUE(run.at("finished").is_string());
}

TEST_F(QueriesTest, ARunWithParkedSignalsIsRunningAndHasNoResult) {
    const std::string id = services_.run(parking_network, three_items());
    const json::value run = answer("run.get", {{"run", "last"}});
    EXPECT_EQ(run.at("id"), json::value(id));
    EXPECT_EQ(run.at("status"), json::value("running"));
    EXPECT_TRUE(run.at("result").is_null());
    EXPECT_TRUE(run.at("finished").is_null());
    EXPECT_EQ(run.at("signals").at("parked"), json::value(2U));
    EXPECT_EQ(run.at("signals").at("waiting"), json::value(1U));
}

TEST_F(QueriesTest, RunsAreFoundByTheirIdAlone) {
    expect_fault("run.get", {{"run", "last"}}, ErrorCode::not_found, "there is no run yet");
    const std::string id = services_.run(parking_network, three_items());
    expect_fault("run.get", {{"run", "x"}}, ErrorCode::invalid_argument, "\"x\" is not an id");
    expect_fault("run.get", {}, ErrorCode::invalid_argument, "\"run\" must be a string");
    expect_fault("run.get", {{"run", 1}}, ErrorCode::invalid_argument, "\"run\" must be a string");
    const auto record = services_.queries->find_run(id);
    const PublicIds ids = services_.ids();
    // A signal's id is no run's, nor is one of another moment or of a run that never was.
    const SignalId child = make_signal_id(record->id, 1);
    const auto of_a_signal = ids.of(child, record->created);
    const auto earlier = ids.of(record->id, record->created + std::chrono::milliseconds(-1));
    const auto unknown = ids.of(RunId{99}, record->created);
    for (const std::string& wrong : {of_a_signal, earlier, unknown}) {
        expect_fault("run.get", {{"run", wrong}}, ErrorCode::not_found, "there is no run");
    }
}

TEST_F(QueriesTest, RunsAreListedNewestFirstByPagesAndState) {
    const std::string first = services_.run(parking_network, three_items());
    services_.broken = false;
    const std::string second = services_.run(parking_network, three_items());
    const std::string third = services_.run(parking_network, three_items());
    EXPECT_THAT(ids_of(answer("run.list", {})), ElementsAre(third, second, first));
    EXPECT_THAT(ids_of(answer("run.list", {{"limit", 2}})), ElementsAre(third, second));
    EXPECT_THAT(ids_of(answer("run.list", {{"before", second}})), ElementsAre(first));
    EXPECT_THAT(ids_of(answer("run.list", {{"state", "running"}})), ElementsAre(first));
    EXPECT_THAT(ids_of(answer("run.list", {{"state", "failed"}})), ElementsAre());
}

TEST_F(QueriesTest, WrongParametersOfAListAreRefused) {
    for (const json::value& limit : {json::value(0), json::value(10'001), json::value("2")}) {
        expect_fault(
            "run.list",
            {{"limit", limit}},
            ErrorCode::invalid_argument,
            "from 1 to 10000"
        );
    }
    expect_fault("run.list", {{"state", "done"}}, ErrorCode::invalid_argument, "must be running");
    expect_fault("run.list", {{"before", 1}}, ErrorCode::invalid_argument, "\"before\"");
    expect_fault("dead.list", {{"limit", 100'001}}, ErrorCode::invalid_argument, "100000");
    expect_fault("dead.list", {{"after", "x"}}, ErrorCode::invalid_argument, "not an id");
}

TEST_F(QueriesTest, ATreeCountsSignalsByNeuron) {
    services_.run(parking_network, three_items());
    const json::value tree = answer("run.tree", {{"run", "last"}});
    EXPECT_EQ(tree.at("start"), json::value("split"));
    const json::array& neurons = tree.at("neurons").as_array();
    ASSERT_EQ(neurons.size(), 2U);
    EXPECT_EQ(neurons[0].at("neuron"), json::value("split"));
    EXPECT_EQ(neurons[0].at("layer"), json::value(2));
    EXPECT_EQ(neurons[0].at("kind"), json::value("test.split"));
    EXPECT_EQ(neurons[0].at("forward"), (json::array{"work"}));
    EXPECT_EQ(neurons[0].at("statuses"), (json::value{{"waiting", 1U}}));
    EXPECT_EQ(neurons[1].at("signals"), json::value(3U));
    EXPECT_EQ(neurons[1].at("statuses"), (json::value{{"parked", 2U}, {"completed", 1U}}));
    EXPECT_EQ(neurons[1].at("retries"), json::value(0U));
    const json::array& errors = neurons[1].at("errors").as_array();
    ASSERT_EQ(errors.size(), 1U);
    EXPECT_EQ(errors[0].at("code"), json::value("invalid_argument"));
    EXPECT_EQ(errors[0].at("count"), json::value(2U));
}

TEST_F(QueriesTest, WhatIsUnfinishedInAnEndedRunIsShownAsCancelled) {
    const std::string id = services_.run(parking_network, three_items());
    ASSERT_TRUE(services_.ask("run.cancel", {{"run", id}}).has_value());
    services_.until([] { return false; });
    const json::value tree = answer("run.tree", {{"run", id}});
    EXPECT_EQ(tree.at("status"), json::value("cancelled"));
    const json::value& work = tree.at("neurons").as_array()[1];
    EXPECT_EQ(work.at("statuses"), (json::value{{"completed", 1U}, {"cancelled", 2U}}));
}

TEST_F(QueriesTest, ASignalHasItsPayloadItsErrorAndItsParent) {
    const std::string run = services_.run(parking_network, three_items());
    const std::string id = ids_of(answer("dead.list", {}).at("items"))[0];
    const json::value signal = answer("signal.get", {{"signal", id}});
    EXPECT_EQ(signal.at("run"), json::value(run));
    EXPECT_EQ(signal.at("parent"), json::value(run));  // the root goes by the run's id
    EXPECT_EQ(signal.at("neuron"), json::value("work"));
    EXPECT_EQ(signal.at("status"), json::value("parked"));
    EXPECT_EQ(signal.at("payload"), (json::value{{"n", 0}, {"fails", "invalid_argument"}}));
    EXPECT_TRUE(signal.at("result").is_null());
    EXPECT_EQ(signal.at("error").at("code"), json::value("invalid_argument"));
}

TEST_F(QueriesTest, ASignalIsOfTheRunThatIsNamed) {
    const std::string first = services_.run(parking_network, three_items());
    const std::string id = ids_of(answer("dead.list", {}).at("items"))[0];
    const std::string second = services_.run(parking_network, three_items());
    EXPECT_EQ(answer("signal.get", {{"signal", id}, {"run", first}}).at("id"), json::value(id));
    expect_fault(
        "signal.get",
        {{"signal", id}, {"run", second}},
        ErrorCode::not_found,
        "is not of run " + second
    );
    const PublicIds other(services_.store.recovery().secret + 1);
    const auto record = services_.queries->find_run(first);
    const std::string foreign = other.of(make_signal_id(record->id, 1), record->created);
    expect_fault("signal.get", {{"signal", foreign}}, ErrorCode::not_found, "there is no signal");
}

TEST_F(QueriesTest, DeadLettersComeInPages) {
    services_.run(parking_network, failing_items(5));
    const auto all = ids_of(answer("dead.list", {}).at("items"));
    ASSERT_EQ(all.size(), 5U);
    EXPECT_EQ(walk("dead.list", {{"limit", 2}}).ids, all);
    EXPECT_EQ(walk("dead.list", {{"limit", 5}}).ids, all);
    EXPECT_EQ(walk("dead.list", {{"after", all[2]}}).ids, std::vector(all.begin() + 3, all.end()));
}

TEST_F(QueriesTest, SignalsComeInPages) {
    const std::string run = services_.run(parking_network, failing_items(7));
    const auto all = walk("signal.list", {{"run", run}}).ids;
    EXPECT_EQ(all.size(), 8U);
    for (const int limit : {1, 3, 8}) {
        EXPECT_EQ(walk("signal.list", {{"run", run}, {"limit", limit}}).ids, all);
    }
    const json::object parked{{"run", run}, {"status", "parked"}, {"limit", 2}};
    EXPECT_EQ(walk("signal.list", parked).ids, std::vector(all.begin() + 1, all.end()));
}

TEST(QueriesLimits, AFilterThatFitsNothingLooksAtSoManyRowsAtOnce) {
    Services services(Limits{.answer_rows_max = 50});
    const std::string run = services.run(parking_network, failing_items(400));
    const std::pair<const char*, json::object> lists[] = {
        {"signal.list", {{"run", run}, {"neuron", "none"}}},
        {"signal.list", {{"run", run}, {"status", "failed"}}},
        {"dead.list", {{"where", {{"code", "timeout"}}}}},
        {"dead.list", {{"where", {{"neuron", "none"}, {"run", run}}}}},
    };
    for (const auto& [method, params] : lists) {
        SCOPED_TRACE(method);
        const Walk walked = walk_pages(services, method, params);
        EXPECT_TRUE(walked.ids.empty());
        EXPECT_EQ(walked.pages, 9U);
        EXPECT_LE(walked.rows_at_once_max, 53U) << "and who is above, and the signal of `after`";
    }
}

TEST(QueriesLimits, LettersOfARunAreLookedForAmongItsOwn) {
    Services services;
    services.run(parking_network, failing_items(300));
    const std::string second = services.run(parking_network, failing_items(2));
    services.run(parking_network, failing_items(300));
    const Walk walked = walk_pages(services, "dead.list", {{"where", {{"run", second}}}});
    EXPECT_EQ(walked.ids.size(), 2U);
    EXPECT_EQ(walked.pages, 1U);
}

TEST_F(QueriesTest, DeadLettersAreListedWithoutBodiesAndWithOneLookAtTheDefinition) {
    services_.run(parking_network, failing_items(50));
    services_.reader.versions_read = 0;
    services_.reader.bodies_read = 0;
    const json::value letters = answer("dead.list", {}).at("items");
    ASSERT_EQ(letters.as_array().size(), 50U);
    EXPECT_EQ(letters.as_array()[0].at("neuron"), json::value("work"));
    EXPECT_EQ(services_.reader.bodies_read, 0U);
    EXPECT_EQ(services_.reader.versions_read, 1U);
}

TEST_F(QueriesTest, ARunWhoseDefinitionCannotBeReadIsShownByNumbers) {
    services_.run(parking_network, three_items());
    forget_kind("test.work");
    const json::value tree = answer("run.tree", {{"run", "last"}});
    EXPECT_EQ(tree.at("start"), json::value("#0"));
    const json::array& neurons = tree.at("neurons").as_array();
    ASSERT_EQ(neurons.size(), 2U);
    EXPECT_EQ(neurons[0].at("neuron"), json::value("#0"));
    EXPECT_EQ(neurons[0].at("forward"), (json::array{"#1"}));
    EXPECT_TRUE(neurons[1].at("kind").is_null());
    EXPECT_EQ(neurons[1].at("statuses"), (json::value{{"parked", 2U}, {"completed", 1U}}));
    const json::value letter = answer("dead.list", {}).at("items").as_array()[0];
    EXPECT_EQ(letter.at("neuron"), json::value("#1"));
    EXPECT_EQ(answer("signal.get", {{"signal", letter.at("id")}}).at("neuron"), json::value("#1"));
}

TEST_F(QueriesTest, ADefinitionThatWasAppliedUnderWiderLimitsIsReadAllTheSame) {
    Limits wide;
    wide.definition_bytes_max = 4U << 20U;
    wide.neurons_max = 3'000;
    wide.forward_max = 3'000;
    wide.attempts_max = 1'000;
    Services services(wide);
    std::string forward;
    std::string neurons;
    for (int i = 1; i < 2'000; ++i) {
        forward += str(i == 1 ? "n" : ", n", i);
        neurons += str("  n", i, ": {layer: L1, kind: test.work}\n");
    }
    const std::string definition =
        str("hal9: 1\nname: wide\nstart: n0\ndefaults: {retry: {attempts: 500}}\nneurons:\n",
            "  n0: {layer: L1, kind: test.work, forward: [",
            forward,
            "]}\n",
            neurons);
    services.broken = false;
    const std::string id = services.run(definition, json::object{{"n", 1}});
    const auto signal = services.queries->answer("signal.get", {{"signal", id}});
    ASSERT_TRUE(signal.has_value()) << id << signal.error().full_message();
    EXPECT_EQ(signal->at("neuron"), json::value("n0"));
}

}  // namespace
}  // namespace hal9::services
