#include "hal9/definition/needs.hpp"

#include "hal9/base/text.hpp"
#include "hal9/definition/detail/test_kinds.hpp"

#include <gtest/gtest.h>

namespace hal9::definition {
namespace {

constexpr std::string_view asking = R"(hal9: 1
name: asking
start: a
neurons:
  a:
    layer: L2
    kind: delay
    settings: {for: 0s}
    needs: {memory: 2GiB, cpu: 2.5, tags: [gpu, fast]}
    forward: [b]
  b: {layer: L1, kind: delay, settings: {for: 0s}, needs: {memory: 1GiB}}
)";

std::string told(std::string_view text, const Offer& offer) {
    const auto network = parse_network(text, test_kinds());
    if (!network) {
        return "it is no network";
    }
    std::string all;
    for (const Fault& fault : unmet_needs(*network, text, offer, {})) {
        all += to_string(fault, "n.yaml") + "\n";
    }
    return all;
}

TEST(NeedsTest, WhatIsOfferedIsNoFault) {
    EXPECT_EQ(told(asking, {.tags = {"slow", "fast", "gpu"}}), "");
    const Offer just{.memory_bytes = 2ULL << 30U, .cpus = 2.5, .tags = {"gpu", "fast"}};
    EXPECT_EQ(told(asking, just), "");
    EXPECT_EQ(
        told(
            "{hal9: 1, name: n, start: a, neurons: {a: {layer: L1, kind: delay, settings: "
            "{for: 0s}}}}",
            {.memory_bytes = 0, .cpus = 0, .tags = {}}
        ),
        ""
    );
}

TEST(NeedsTest, EachThingThatIsNotOfferedIsToldAtItsPlace) {
    const Offer small{.memory_bytes = 1ULL << 29U, .cpus = 2, .tags = {"fast"}};
    EXPECT_EQ(
        told(asking, small),
        "n.yaml:9:21: neuron \"a\" needs 2GiB of memory; this node offers 512MiB (node.memory in "
        "its "
        "configuration)\n"
        "n.yaml:9:32: neuron \"a\" needs 2.5 processors; this node offers 2 (node.cpus in its "
        "configuration)\n"
        "n.yaml:9:44: neuron \"a\" needs a node with the tag \"gpu\"; this one has the tags fast "
        "(node.tags in its configuration)\n"
        "n.yaml:11:68: neuron \"b\" needs 1GiB of memory; this node offers 512MiB (node.memory in "
        "its configuration)\n"
    );
}

TEST(NeedsTest, ANodeWithoutTagsSaysSo) {
    EXPECT_EQ(
        told(asking, {.tags = {"gpu"}}),
        "n.yaml:9:49: neuron \"a\" needs a node with the tag \"fast\"; this one has the tags gpu "
        "(node.tags in its configuration)\n"
    );
    const std::string_view one = R"({"hal9": 1, "name": "n", "start": "a", "neurons": {"a":
{"layer": "L1", "kind": "delay", "settings": {"for": "0s"}, "needs": {"tags": ["gpu"]}}}})";
    EXPECT_EQ(
        told(one, {}),
        "n.yaml:2:80: neuron \"a\" needs a node with the tag \"gpu\"; this one has no tags "
        "(node.tags "
        "in its configuration)\n"
    );
}

}  // namespace
}  // namespace hal9::definition
