#include "hal9/app/network_difference.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

namespace hal9::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A network of three neurons, one below the other.
json::value network() {
    return json::value{
        {"hal9", 1},
        {"name", "demo"},
        {"start", "top"},
        {"neurons",
         {{"top",
           {{"layer", "L3"},
            {"kind", "json.split"},
            {"forward", json::array{"middle"}},
            {"combine", {{"all", {{"collect", "/x"}}}}}}},
          {"middle",
           {{"layer", "L2"},
            {"kind", "files.read"},
            {"forward", json::array{"leaf"}},
            {"timeout", "3s"}}},
          {"leaf", {{"layer", "L1"}, {"kind", "delay"}, {"settings", {{"for", "1s"}}}}}}}
    };
}

class NetworkDifferenceTest : public ::testing::Test {
protected:
    json::object& neuron(std::string_view name) {
        return after_.at("neurons").at(name).as_object();
    }

    NetworkDifference difference() { return compare(network(), after_); }

    /// Of the only neuron that changed.
    NeuronChange change() {
        const NetworkDifference found = difference();
        EXPECT_EQ(found.neurons.size(), 1U);
        return found.neurons.empty() ? NeuronChange{} : found.neurons[0];
    }

    json::value after_ = network();
};

std::vector<std::string> members(const std::vector<MemberChange>& changes) {
    std::vector<std::string> out;
    for (const MemberChange& change : changes) {
        out.push_back(change.member);
    }
    return out;
}

TEST_F(NetworkDifferenceTest, WhatIsEqualHasNone) {
    EXPECT_TRUE(difference().is_empty());
    EXPECT_EQ(to_text(difference(), 80), "");
    EXPECT_EQ(to_json(difference()).at("equal"), json::value(true));
}

TEST_F(NetworkDifferenceTest, ObjectsAreComparedMemberByMemberAndListsAsAWhole) {
    neuron("leaf")["settings"] = json::object{{"for", "2s"}, {"a/b~c", json::object{{"d", 1}}}};
    neuron("leaf")["keep"] = json::array{"a"};
    const NeuronChange found = change();
    EXPECT_EQ(found.neuron, "leaf");
    EXPECT_EQ(found.kind, NeuronChange::Kind::changed);
    EXPECT_THAT(members(found.members), ElementsAre("/keep", "/settings/a~1b~0c", "/settings/for"));
    EXPECT_FALSE(found.members[0].before.has_value());
    EXPECT_EQ(found.members[0].after, (json::array{"a"}));
    EXPECT_EQ(found.members[2].before, json::value("1s"));
    EXPECT_EQ(found.members[2].after, json::value("2s"));
    EXPECT_THAT(found.effects, ElementsAre(Effect::work, Effect::flow));
}

TEST_F(NetworkDifferenceTest, EachMemberHasAnEffect) {
    const std::pair<const char*, Effect> effects[] = {
        {"kind", Effect::work},
        {"settings", Effect::work},
        {"unheard_of", Effect::work},
        {"forward", Effect::flow},
        {"then", Effect::flow},
        {"combine", Effect::result},
        {"join", Effect::result},
        {"on_child_error", Effect::result},
        {"key", Effect::state},
        {"timeout", Effect::policy},
        {"layer", Effect::policy},
        {"needs", Effect::policy},
    };
    for (const auto& [member, effect] : effects) {
        after_ = network();
        neuron("middle")[member] = "something new";
        EXPECT_THAT(change().effects, ElementsAre(effect)) << member;
    }
}

TEST_F(NetworkDifferenceTest, NeuronsAreAddedAndRemoved) {
    neuron("middle")["forward"] = json::array{"other"};
    after_.at("neurons").as_object()["other"] = neuron("leaf");
    after_.at("neurons").as_object().erase("leaf");
    const NetworkDifference found = difference();
    ASSERT_EQ(found.neurons.size(), 3U);
    EXPECT_EQ(found.neurons[0].kind, NeuronChange::Kind::removed);
    EXPECT_EQ(found.neurons[1].kind, NeuronChange::Kind::changed);
    EXPECT_EQ(found.neurons[2].kind, NeuronChange::Kind::added);
    EXPECT_THAT(members(found.neurons[2].members), ElementsAre("/kind", "/layer", "/settings"));
    EXPECT_THAT(found.neurons[2].effects, IsEmpty());
    EXPECT_THAT(found.affected, ElementsAre("top"));
    EXPECT_EQ(
        to_text(found, 80),
        "- leaf: L1, delay\n"
        "~ middle: sends its signals elsewhere\n"
        "    forward: [\"leaf\"] -> [\"other\"]\n"
        "+ other: L1, delay\n"
        "\n"
        "Unchanged, with results that may differ: top\n"
    );
}

TEST_F(NetworkDifferenceTest, WhoIsAboveAChangeIsAffectedUnlessResultsStay) {
    neuron("leaf")["kind"] = "model";
    EXPECT_THAT(difference().affected, ElementsAre("middle", "top"));
    EXPECT_THAT(to_text(difference(), 80), HasSubstr("~ leaf: is of another kind\n"));
    after_ = network();
    neuron("leaf")["concurrency"] = 3;
    EXPECT_THAT(difference().affected, IsEmpty());
    // Along `then` as well.
    json::value chained = network();
    chained.at("neurons").at("top").as_object()["then"] = json::object{{"to", "end"}};
    chained.at("neurons").as_object()["end"] = json::object{{"layer", "L3"}, {"kind", "delay"}};
    json::value changed = chained;
    changed.at("neurons").at("end").at("kind") = "model";
    EXPECT_THAT(compare(chained, changed).affected, ElementsAre("top"));
}

TEST_F(NetworkDifferenceTest, DefaultsNameTheNeuronsTheyCountFor) {
    after_.as_object()["defaults"] = json::object{{"timeout", "9s"}};
    NetworkDifference found = difference();
    ASSERT_THAT(members(found.network), ElementsAre("/defaults/timeout"));
    EXPECT_THAT(found.network[0].neurons, ElementsAre("top", "leaf"));
    EXPECT_THAT(found.affected, IsEmpty());
    EXPECT_EQ(
        to_text(found, 80),
        "~ the network\n"
        "    defaults/timeout: \"9s\"\n"
        "        counts for top, leaf\n"
    );
    after_.at("defaults") = json::object{{"on_child_error", "skip"}};
    neuron("top")["on_child_error"] = "fail";
    found = difference();
    EXPECT_THAT(found.affected, ElementsAre("leaf", "middle"));
}

TEST_F(NetworkDifferenceTest, LongValuesAreCutToWhatDiffersInThem) {
    const std::string same(100, 's');
    json::value before = network();
    before.at("neurons").at("leaf").at("settings").as_object()["text"] = same + "ü old";
    after_ = network();
    neuron("leaf")["settings"].as_object()["text"] = same + "ü new\x1b";
    const std::string text = to_text(compare(before, after_), 40);
    EXPECT_EQ(
        text.substr(0, text.find("\n\n")),
        "~ leaf: does something else\n"
        "    settings/text:\n"
        "        - …sssssssssü old\"\n"
        "        + …sssssssssü new\\u001b\""
    );
}

TEST_F(NetworkDifferenceTest, WhatIsNoDefinitionIsComparedAllTheSame) {
    EXPECT_TRUE(compare(3, json::array{}).is_empty());
    EXPECT_THAT(members(compare(json::object{{"a", 1}}, nullptr).network), ElementsAre("/a"));
}

}  // namespace
}  // namespace hal9::app
