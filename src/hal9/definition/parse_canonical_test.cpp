// What the store keeps of a definition is its canonical form: a network made from it, after a
// restart, must be the one that was made from what a person wrote.
#include "hal9/base/json.hpp"
#include "hal9/base/text.hpp"
#include "hal9/definition/detail/combine_plan.hpp"
#include "hal9/definition/detail/test_kinds.hpp"
#include "hal9/definition/parse.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hal9::definition {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view unsorted = R"yaml(
name: order
hal9: 1
start: first
neurons:
  first:
    layer: L5
    kind: text.split
    settings: {text: "${/text}", before: x}
    forward: [second]
    on_child_error: {value: {z: 1.0, a: 2}}
    combine:
      zebra: {count: children}
      apple: {count: children}
      mango: {collect: ""}
  second:
    layer: L4
    kind: text.extract
    settings: {text: "${/text}", one: {version: b, package: a}, each: {cve: c}, rows: r}
)yaml";

Network parse(std::string_view text) {
    auto parsed = parse_network(text, test_kinds());
    if (!parsed) {
        ADD_FAILURE() << to_string(parsed.error().front(), "text");
        return {};
    }
    return *std::move(parsed);
}

std::vector<std::string> members_of_result(const Network& network) {
    std::vector<std::string> names;
    for (const auto& aggregate : network.neuron(network.start).combine->plan().aggregates) {
        names.push_back(aggregate.name);
    }
    return names;
}

TEST(Canonical, MembersOfAResultHaveOneOrderWhateverTheirOrderInTheText) {
    const Network written = parse(unsorted);
    const Network stored = parse(written.canonical);
    EXPECT_THAT(members_of_result(written), ElementsAre("apple", "mango", "zebra"));
    EXPECT_EQ(members_of_result(stored), members_of_result(written));
}

TEST(Canonical, SettingsAndValuesAreTheSameToTheByte) {
    const Network written = parse(unsorted);
    const Network stored = parse(written.canonical);
    ASSERT_EQ(written.neurons.size(), stored.neurons.size());
    for (std::size_t i = 0; i < written.neurons.size(); ++i) {
        const Neuron& one = written.neurons[i];
        const Neuron& other = stored.neurons[i];
        EXPECT_EQ(
            json::serialize(one.settings.constant()),
            json::serialize(other.settings.constant())
        );
        EXPECT_EQ(
            json::serialize(one.on_child_error.value),
            json::serialize(other.on_child_error.value)
        );
    }
    EXPECT_EQ(written.hash, stored.hash);
    EXPECT_EQ(written.canonical, stored.canonical);
}

TEST(Canonical, DefinitionThatGrowsBeyondTheLimitWithItsAnchorsExpandedIsRefused) {
    std::string text = "hal9: 1\nname: big\nstart: n\ndescription: &long \"" +
                       std::string(20'000, 'x') +
                       "\"\nneurons:\n  n:\n    layer: L3\n    kind: text.split\n"
                       "    settings: {text: \"${/t}\", before: x}\n    forward: [m]\n"
                       "    combine: {c: {count: children}}\n"
                       "    on_child_error: {value: [";
    for (int i = 0; i < 60; ++i) {
        text += "*long, ";
    }
    text += "1]}\n  m: {layer: L2, kind: text.split, settings: {text: \"${/t}\", before: x}}\n";
    ASSERT_LT(text.size(), Limits{}.definition_bytes_max);
    const auto parsed = parse_network(text, test_kinds());
    ASSERT_FALSE(parsed.has_value());
    EXPECT_THAT(parsed.error().front().message, HasSubstr("definition_bytes_max"));
}

}  // namespace
}  // namespace hal9::definition
