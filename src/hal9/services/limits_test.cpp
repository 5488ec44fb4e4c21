#include "hal9/services/detail/services_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

// Limits of the runtime, at the edge where people meet them.
namespace hal9::services {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view splitting_network = R"(
hal9: 1
name: splitting
start: split
neurons:
  split: {layer: L2, kind: test.split, forward: [work], combine: {all: {collect: ""}}}
  work: {layer: L1, kind: test.work}
)";

json::object items(std::size_t count, std::size_t bytes = 1) {
    json::array list;
    for (std::size_t i = 0; i < count; ++i) {
        list.push_back(json::value(std::string(bytes, 'x')));
    }
    return {{"items", std::move(list)}};
}

/// Arrays in one another.
json::value nested(std::size_t levels) {
    json::value value = 1;
    for (std::size_t i = 0; i < levels; ++i) {
        value = json::array{std::move(value)};
    }
    return value;
}

json::object ended(Services& services, const json::value& input) {
    const std::string run = services.run(splitting_network, input);
    const auto got = services.ask("run.get", {{"run", run}});
    EXPECT_TRUE(got.has_value()) << run;
    return got ? got->as_object() : json::object{};
}

void expect_refused(const json::object& run, const std::string& limit) {
    EXPECT_EQ(run.at("status"), json::value("failed"));
    EXPECT_EQ(run.at("error").at("code"), json::value("limit_exceeded"));
    EXPECT_THAT(std::string(run.at("error").at("message").as_string()), HasSubstr(limit));
}

TEST(Limits, ARunHasAtMostSoManySignals) {
    Services exact(Limits{.signals_per_run_max = 5});
    EXPECT_EQ(ended(exact, items(5)).at("status"), json::value("completed"));
    Services one_less(Limits{.signals_per_run_max = 4});
    expect_refused(ended(one_less, items(5)), "signals_per_run_max");
}

TEST(Limits, AValueNestsAtMostSoDeepOnEveryWay) {
    Services services(Limits{.value_depth_max = 6});
    // The input and its list are two levels more.
    EXPECT_EQ(ended(services, json::object{{"items", {nested(4)}}}).at("status"), "completed");
    const auto input = services.ask(
        "run.start",
        {{"definition", splitting_network}, {"input", json::object{{"items", {nested(5)}}}}}
    );
    ASSERT_FALSE(input.has_value());
    EXPECT_EQ(input.error().code, ErrorCode::limit_exceeded);
    EXPECT_THAT(input.error().message, HasSubstr("value_depth_max"));
}

TEST(Limits, ACombinedResultNestsAtMostSoDeep) {
    // By name each item's results stand one level deeper than it came in.
    const std::string_view by_name = R"(
hal9: 1
name: by-name
start: split
neurons:
  split: {layer: L3, kind: test.split, forward: [both], combine: {all: {collect: ""}}}
  both: {layer: L2, kind: test.work, forward: [a, b]}
  a: {layer: L1, kind: test.work}
  b: {layer: L1, kind: test.work}
)";
    Services services(Limits{.value_depth_max = 6});
    const auto result = [&](std::size_t levels) {
        const json::object input{{"items", {nested(levels)}}};
        return services.ask("run.get", {{"run", services.run(by_name, input)}})->as_object();
    };
    EXPECT_EQ(result(3).at("status"), "completed");
    expect_refused(result(4), "value_depth_max");
}

TEST(Limits, ChunksEndWhereTheirBytesDo) {
    Services small(Limits{.chunk_bytes_max = 100});
    Services large;
    const auto in_chunks = ended(small, items(20, 60));
    EXPECT_EQ(in_chunks.at("status"), json::value("completed"));
    EXPECT_EQ(in_chunks.at("result"), ended(large, items(20, 60)).at("result"));
    EXPECT_GT(small.store.stats().transactions, large.store.stats().transactions);
}

TEST(Limits, ResultsAreTheSameWithoutRoomToGatherThem) {
    Services none(Limits{.fold_bytes_max = 1});
    Services plenty;
    const auto folded = ended(none, items(50, 40));
    EXPECT_EQ(folded.at("status"), json::value("completed"));
    EXPECT_EQ(folded.at("result"), ended(plenty, items(50, 40)).at("result"));
}

TEST(Limits, SmallWindowsAndQueuesSlowARunAndChangeNothing) {
    Services small(Limits{
        .ready_window = 4,
        .ready_window_total = 2,
        .window_bytes_max = 10,
        .store_queue_bytes_max = 1
    });
    EXPECT_EQ(ended(small, items(30, 20)).at("signals").at("completed"), json::value(31U));
}

constexpr std::string_view called_network = R"(
hal9: 1
name: called
start: work
neurons:
  work: {layer: L1, kind: test.work}
)";

TEST(Limits, RunsThatSignalsStartWaitForRoomAtTheirDepth) {
    Services services(Limits{.child_runs_per_depth = 2});
    ASSERT_TRUE(services.ask("network.apply", {{"definition", called_network}}).has_value());
    const std::string_view calling = R"(
hal9: 1
name: calling
start: split
neurons:
  split: {layer: L2, kind: test.split, forward: [call], combine: {all: {collect: ""}}}
  call: {layer: L1, kind: test.call}
)";
    const std::string run = services.run(calling, items(7));
    const auto got = services.ask("run.get", {{"run", run}});
    EXPECT_EQ(got->at("status"), json::value("completed"));
    EXPECT_EQ(got->at("result").at("all").as_array().size(), 7U);
}

TEST(Limits, RunsThatSignalsStartGoAtMostSoDeep) {
    Services services(Limits{.depth_max = 6});
    const std::string_view endless = R"(
hal9: 1
name: called
start: call
neurons:
  call: {layer: L1, kind: test.call}
)";
    const std::string run = services.run(endless, json::object{});
    expect_refused(services.ask("run.get", {{"run", run}})->as_object(), "depth_max");
}

constexpr std::string_view remembering_network = R"(
hal9: 1
name: remembering
start: remember
neurons:
  remember: {layer: L1, kind: test.remember, key: "${/k}"}
)";

TEST(Limits, AKeyHasAtMostSoManyBytes) {
    Services services(Limits{.key_bytes_max = 6});
    const auto with_key = [&](const char* key) {
        const std::string run = services.run(remembering_network, json::object{{"k", key}});
        return services.ask("run.get", {{"run", run}})->as_object();
    };
    EXPECT_EQ(with_key("four").at("status"), json::value("completed"));
    expect_refused(with_key("fives"), "key_bytes_max");
}

TEST(Limits, TheStateOfAKeyHasAtMostSoManyBytes) {
    Services services(Limits{.key_state_bytes_max = 25});
    const auto with = [&](std::size_t bytes) {
        const json::object payload{{"k", 1}, {"fill", std::string(bytes, 'x')}};
        const std::string run = services.run(remembering_network, payload);
        return services.ask("run.get", {{"run", run}})->as_object();
    };
    EXPECT_EQ(with(8).at("status"), json::value("completed"));
    expect_refused(with(9), "key_state_bytes_max");
    EXPECT_EQ(with(7).at("result").at("fill").as_string().size(), 8U) << "the last good state";
}

TEST(Limits, KeysBeyondThoseKeptAreReadAgain) {
    Services services(Limits{.keys_kept_max = 1});
    const auto with_key = [&](int key) {
        const std::string run = services.run(remembering_network, json::object{{"k", key}});
        return services.ask("run.get", {{"run", run}})->at("result");
    };
    for (int key = 0; key < 4; ++key) {
        EXPECT_EQ(with_key(key), json::value(nullptr));
    }
    for (int key = 0; key < 4; ++key) {
        EXPECT_EQ(with_key(key), (json::value{{"k", key}}));
    }
}

TEST(Limits, NetworksBeyondTheLimitAreLoadedAgain) {
    Services services(Limits{.networks_loaded_max = 1});
    for (int round = 0; round < 3; ++round) {
        for (const char* name : {"a", "b", "c"}) {
            const std::string text =
                str("hal9: 1\nname: ",
                    name,
                    "\nstart: w\nneurons: {w: {layer: L1, kind: test.work}}");
            const std::string run = services.run(text, round);
            EXPECT_EQ(services.ask("run.get", {{"run", run}})->at("result"), json::value(round));
        }
    }
}

}  // namespace
}  // namespace hal9::services
