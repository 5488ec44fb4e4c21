#include "hal9/app/network_graph.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hal9::app {
namespace {

using ::testing::HasSubstr;

std::vector<KindDescription> kinds() {
    std::vector<KindDescription> out(2);
    out[0].name = "json.split";
    out[0].emits = Emits::many;
    out[1].name = "model";
    return out;
}

NetworkGraph graph_of(std::string_view definition) {
    const auto value = parse_json(definition);
    EXPECT_TRUE(value.has_value()) << value.error().message;
    return read_graph(*value, kinds());
}

TEST(NetworkGraphTest, HasNeuronsByNameAndConnectionsAsTheyStandThere) {
    const NetworkGraph graph = graph_of(R"({
        "name": "demo", "start": "split", "neurons": {
            "write": {"layer": "L4", "kind": "model", "then": "check"},
            "split": {"layer": "L5", "kind": "json.split", "forward": ["write", {"to": "check", "when": {"at": "/a", "eq": 1}}],
                      "then": {"to": "write", "as": "more"}},
            "check": {"layer": "L4", "kind": "gone", "forward": [{"any_of": ["a", "b"], "learn": "on"}]},
            "a": {"layer": "L3", "kind": "model"}, "b": {"layer": "L3", "kind": "model"}
        }})");
    EXPECT_EQ(graph.name, "demo");
    EXPECT_EQ(graph.start, "split");
    ASSERT_EQ(graph.neurons.size(), 5U);
    EXPECT_EQ(graph.neurons[2].name, "check");
    EXPECT_EQ(graph.neurons[2].kind, "gone");
    EXPECT_FALSE(graph.neurons[2].emits_many);
    EXPECT_EQ(graph.neurons[3].layer, 5);
    EXPECT_TRUE(graph.neurons[3].emits_many);
    ASSERT_EQ(graph.edges.size(), 6U);
    const auto expect = [&graph](std::size_t at, std::string_view from, std::string_view to) {
        EXPECT_EQ(graph.neurons[graph.edges[at].from].name, from) << at;
        EXPECT_EQ(graph.neurons[graph.edges[at].to].name, to) << at;
    };
    expect(0, "check", "a");
    expect(1, "check", "b");
    expect(2, "split", "write");
    expect(3, "split", "check");
    expect(4, "split", "write");
    expect(5, "write", "check");
    EXPECT_TRUE(graph.edges[0].maybe && graph.edges[1].maybe && graph.edges[3].maybe);
    EXPECT_FALSE(graph.edges[2].maybe || graph.edges[4].maybe || graph.edges[5].maybe);
    EXPECT_EQ(graph.edges[3].when, R"({"at":"/a","eq":1})");
    EXPECT_TRUE(graph.edges[4].then && graph.edges[5].then);
    EXPECT_FALSE(graph.edges[2].then);
    EXPECT_EQ(graph.edges[4].as, "more");
}

TEST(NetworkGraphTest, WhatIsNotOfTheLanguageIsLeftOut) {
    EXPECT_TRUE(graph_of("[]").neurons.empty());
    EXPECT_TRUE(graph_of(R"({"neurons": 3})").neurons.empty());
    const NetworkGraph graph = graph_of(R"({"name": 1, "neurons": {
        "a": {"layer": "L77", "kind": [], "forward": ["nobody", 3, {"to": 4}, {"any_of": 5}, []], "then": null},
        "b": "text"}})");
    ASSERT_EQ(graph.neurons.size(), 1U);
    EXPECT_EQ(graph.neurons[0].layer, 1);
    EXPECT_TRUE(graph.edges.empty());
}

TEST(NetworkGraphTest, DotHasLayersAsRanksAndSaysWhatAConnectionIs) {
    const std::string dot =
        to_dot(graph_of(R"({"name": "a \"b\" \\ c", "start": "split", "neurons": {
        "split": {"layer": "L5", "kind": "json.split", "forward": ["write"]},
        "write": {"layer": "L4", "kind": "model", "then": {"to": "check", "as": "x", "when": {"at": "/a", "eq": "\""}}},
        "check": {"layer": "L4", "kind": "model"}}})"));
    EXPECT_THAT(dot, HasSubstr("digraph \"a \\\"b\\\" \\\\ c\" {\n"));
    EXPECT_THAT(
        dot,
        HasSubstr("subgraph \"L5\" {\n    rank=same;\n    \"split\" [label=\"split\\njson.split\", "
                  "penwidth=2];\n  }\n")
    );
    EXPECT_THAT(dot, HasSubstr("  \"split\" -> \"write\";\n"));
    EXPECT_THAT(
        dot,
        HasSubstr(
            R"(  "write" -> "check" [style=dashed, arrowhead=empty, label="as x, when {\"at\":\"/a\",\"eq\":\"\\\"\"}"];)"
        )
    );
}

}  // namespace
}  // namespace hal9::app
