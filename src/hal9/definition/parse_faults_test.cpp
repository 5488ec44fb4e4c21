// Faults of the text itself and of the network's own keys.
#include "hal9/definition/detail/test_faults.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace hal9::definition {
namespace {

FaultCase whole(std::string text, std::string place, std::string message) {
    return {.text = std::move(text), .place = std::move(place), .message = std::move(message)};
}

class ParseFaults : public testing::TestWithParam<FaultCase> {};

TEST_P(ParseFaults, AreReportedAtTheirPlaceWithWhatIsRight) {
    EXPECT_EQ(differs_from(GetParam()), "");
}

INSTANTIATE_TEST_SUITE_P(
    Text,
    ParseFaults,
    testing::Values(
        whole("", "0:0", "the definition is empty; it begins with `hal9: 1`"),
        whole("# nothing\n", "0:0", "the definition is empty"),
        whole("- a\n", "1:1", "the network is a list; allowed: an object with hal9, name"),
        whole("hal9: 1\nname: \"n\n", "3:2", "broken YAML: illegal EOF in scalar"),
        whole("hal9: 1\nname: [n\nstart: a\n", "3:6", "broken YAML: "),
        whole("hal9: 1\n name: n\n", "2:6", "broken YAML: "),
        whole("hal9: 1\nneurons:\n\ta: 1\n", "3:1", "a tab in the indentation; indent with spaces"),
        whole("hal9: 1\nneurons:\n  \ta: 1\n", "3:3", "a tab in the indentation"),
        whole(
            "hal9: 1\nname: \"\xC3(\"\n",
            "2:8",
            "not UTF-8: this byte begins no character; save the file as UTF-8"
        ),
        whole("hal9: 1\nname: \xC3\xA9\xEF\xBF\xBD\xEF\xBF\n", "2:12", "not UTF-8"),
        whole("hal9: 1\nname: a\x04\n", "2:8", "a control character"),
        whole(
            str(head, "  a: {layer: L1, kind: delay}\n---\nhal9: 1\n"),
            "6:1",
            "a second document; a file holds one network"
        ),
        below_head(
            "  a: {layer: L1, kind: delay}\nname: m\n",
            "6:1",
            "the key \"name\" stands twice, first on line 2; keep one of them"
        ),
        below_head(
            "  a: {layer: L1, kind: delay, layer: L2}\n",
            "5:31",
            "the key \"layer\" stands twice, first on line 5"
        ),
        below_head(
            "  a: {layer: L1, kind: delay}\n1: m\n",
            "6:1",
            "a key is a number; allowed: a string, for example \"1\""
        ),
        below_head(
            "  a: {layer: L1, kind: delay}\n? [a]\n: m\n",
            "6:3",
            "a key is a list; allowed: a string"
        ),
        below_head(
            "  a: {layer: L1, kind: delay, on_child_error: {value: !!int 3}}\n",
            "5:55",
            "the tag \"tag:yaml.org,2002:int\"; allowed: none"
        ),
        below_head(
            "  a: {layer: L1, kind: delay, on_child_error: {value: !!binary aGFs}}\n",
            "5:55",
            "the tag \"tag:yaml.org,2002:binary\""
        ),
        below_head(
            "  a: {layer: L1, kind: delay, on_child_error: {value: .inf}}\n",
            "5:55",
            "the number .inf is out of range"
        ),
        below_head(
            "  a: {layer: L1, kind: delay, on_child_error: {value: 1e999}}\n",
            "5:55",
            "the number 1e999 is out of range"
        ),
        below_head(
            "  a: {layer: L1, kind: delay, on_child_error: {value: &x [*x]}}\n",
            "5:59",
            "an alias inside its own anchor"
        ),
        below_head(
            "  a: {layer: L1, kind: delay, on_child_error: {value: *x}}\n",
            "5:55",
            "broken YAML: the referenced anchor is not defined"
        ),
        whole(
            R"({"hal9": 1, "name": "n", "start": "a", "neurons": {"a": {"layer": "L1", "kind": "delay"}}, "name": "m"})",
            "1:92",
            "the key \"name\" stands twice"
        )
    )
);

INSTANTIATE_TEST_SUITE_P(
    Network,
    ParseFaults,
    testing::Values(
        whole(
            "name: n\nstart: a\nneurons: {a: {layer: L1, kind: delay}}\n",
            "1:1",
            "the network lacks the key \"hal9\"; add it"
        ),
        whole(
            "hal9: 2\nname: n\nstart: a\nneurons: {a: {layer: L1, kind: delay}}\n",
            "1:7",
            "the version of the language, is 2; allowed: 1"
        ),
        whole(
            "hal9: '1'\nname: n\nstart: a\nneurons: {a: {layer: L1, kind: delay}}\n",
            "1:7",
            "is \"1\"; allowed: 1"
        ),
        whole(
            "hal9: 1\nname: my net\nstart: a\nneurons: {a: {layer: L1, kind: delay}}\n",
            "2:7",
            "\"name\" is \"my net\"; allowed: 1 to 64 letters"
        ),
        whole(
            "hal9: 1\nname: n\nstart: b\nneurons: {a: {layer: L1, kind: delay}}\n",
            "3:8",
            "\"start\" names the unknown neuron \"b\"; did you mean `a`?"
        ),
        whole(
            "hal9: 1\nname: n\nstart: a\nneurons: {}\n",
            "4:10",
            "`neurons` is empty; allowed: an object with at least one neuron"
        ),
        whole("hal9: 1\nname: n\nstart: a\nneurons: [a]\n", "4:10", "`neurons` is a list; allowed"),
        whole(
            "hal9: 1\nname: n\nstart: a\nneruons: {}\nneurons: {a: {layer: L1, kind: delay}}\n",
            "4:1",
            "unknown key \"neruons\" in the network; did you mean `neurons`?"
        ),
        below_head(
            "  a: {layer: L1, kind: delay}\nxyzzy: 1\n",
            "6:1",
            "unknown key \"xyzzy\" in the network; allowed: hal9, name, description"
        ),
        below_head(
            "  a: {layer: L1, kind: delay}\ndescription: [x]\n",
            "6:14",
            "\"description\" is a list; allowed: a string"
        ),
        below_head(
            "  a: {layer: L1, kind: delay}\ndurability: ephemeral\n",
            "6:13",
            "\"durability\" is \"ephemeral\"; allowed: durable"
        ),
        below_head(
            "  a: {layer: L1, kind: delay}\nlayer_rule: none\n",
            "6:13",
            "\"layer_rule\" is \"none\"; allowed: any"
        ),
        below_head(
            "  a: {layer: L1, kind: delay}\ndefaults: {timeout: 5}\n",
            "6:21",
            "\"timeout\" of `defaults` is a number; allowed: a duration with its unit"
        ),
        below_head(
            "  a: {layer: L1, kind: delay}\ndefaults: {deadline: 36501d}\n",
            "6:22",
            "\"deadline\" of `defaults` is 36501d; allowed: 1ms to 36500d"
        ),
        below_head(
            "  a: {layer: L1, kind: delay}\ndefaults: {forward: 5}\n",
            "6:12",
            "unknown key \"forward\" in `defaults`"
        ),
        below_head(
            "  a: {layer: L1, kind: delay}\ninput: {type: objekt}\n",
            "6:15",
            "\"type\" in `input` is \"objekt\"; allowed: object, array"
        ),
        below_head(
            "  a: {layer: L1, kind: delay}\ninput: {properties: {x: {pattern: '(a'}}}\n",
            "6:35",
            "is refused by RE2: missing ): (a"
        ),
        below_head(
            "  a: {layer: L1, kind: delay}\ninput: {properties: {x: {$ref: '#'}}}\n",
            "6:26",
            "\"$ref\" in `input` is not in this version"
        ),
        below_head(
            "  a: {layer: L1, kind: delay}\ninput: {propertyNames: {pattern: ^a}}\n",
            "6:9",
            "\"propertyNames\" in `input` is not in this version; write the properties out"
        ),
        below_head(
            "  a: {layer: L1, kind: delay}\ninput: {dependencies: {b: [c], d: {required: [e]}}}\n",
            "6:35",
            "a schema in \"dependencies\" in `input` is not in this version; allowed: a list of "
            "the keys that \"d\" needs"
        ),
        below_head(
            "  a: {layer: L1, kind: delay}\ninput: {not: {pattern: '(a'}}\n",
            "6:24",
            "is refused by RE2: missing ): (a"
        ),
        below_head(
            "  a: {layer: L1, kind: delay}\ninput: {properties: {x: {type: string, default: 1}}}\n",
            "6:49",
            "\"default\" in `input` is a number; its schema allows: string"
        ),
        below_head(
            "  a: {layer: L1, kind: delay}\ninput: {minLength: -1}\n",
            "6:8",
            "`input` is no JSON Schema (draft 7)"
        ),
        below_head(
            "  a: {layer: L1, kind: delay}\ninput: string\n",
            "6:8",
            "`input` is a string; allowed: a JSON Schema"
        )
    )
);

TEST(ParseFaults, AllAreReportedInTheOrderOfTheText) {
    const auto faults = faults_of(
        "hal9: 2\nname: n\nstart: x\nneurons:\n"
        "  b: {layer: L4, kind: nothing}\n"
        "  a: {layer: L12, kind: text.split, forward: [c], settings: {before: '('}}\n"
    );
    std::vector<std::string> places;
    places.reserve(faults.size());
    for (const Fault& fault : faults) {
        places.push_back(str(fault.line, ":", fault.column));
    }
    EXPECT_THAT(
        places,
        testing::ElementsAre("1:7", "3:8", "5:24", "6:3", "6:14", "6:47", "6:61", "6:70")
    );
}

TEST(ParseFaults, ToStringIsFileLineColumn) {
    EXPECT_EQ(to_string(Fault{.line = 3, .column = 7, .message = "m"}, "n.yaml"), "n.yaml:3:7: m");
    EXPECT_EQ(to_string(Fault{.message = "m"}, "n.yaml"), "n.yaml: m");
}

}  // namespace
}  // namespace hal9::definition
