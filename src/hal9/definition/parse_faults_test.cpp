// Every fault of a definition: what is written, where the fault is seen, and what is said of it.
#include "hal9/base/text.hpp"
#include "hal9/definition/detail/test_kinds.hpp"
#include "hal9/definition/parse.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace hal9::definition {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view head = "hal9: 1\nname: n\nstart: a\nneurons:\n";

struct Case {
    std::string text;  ///< begins on line 5, below `head`, unless it begins with "hal9" or is whole
    std::string place;
    std::string message;
    bool whole = false;
};

void PrintTo(const Case& value, std::ostream* out) {
    *out << value.place << ": " << value.message;
}

std::vector<Fault> faults_of(std::string_view text, const Limits& limits = {}) {
    auto parsed = parse_network(text, test_kinds(), limits);
    return parsed ? std::vector<Fault>() : std::move(parsed).error();
}

class ParseFaults : public testing::TestWithParam<Case> {};

TEST_P(ParseFaults, AreReportedAtTheirPlaceWithWhatIsRight) {
    const Case& test = GetParam();
    const auto faults = faults_of(test.whole ? test.text : str(head, test.text));
    ASSERT_THAT(faults, SizeIs(1)) << [&] {
        std::string all;
        for (const Fault& fault : faults) {
            all += to_string(fault, "text") + "\n";
        }
        return all;
    }();
    EXPECT_EQ(str(faults[0].line, ":", faults[0].column), test.place) << faults[0].message;
    EXPECT_THAT(faults[0].message, HasSubstr(test.message));
}

Case whole(std::string text, std::string place, std::string message) {
    return {
        .text = std::move(text),
        .place = std::move(place),
        .message = std::move(message),
        .whole = true
    };
}

/// A network of one neuron `a` on L4 with further members.
Case neuron(
    std::string_view kind,
    std::string_view members,
    std::string place,
    std::string message
) {
    return {
        .text = str("  a:\n    layer: L4\n    kind: ", kind, "\n    ", members, "\n"),
        .place = std::move(place),
        .message = std::move(message)
    };
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
        Case{
            "  a: {layer: L1, kind: delay}\nname: m\n",
            "6:1",
            "the key \"name\" stands twice, first on line 2; keep one of them"
        },
        Case{
            "  a: {layer: L1, kind: delay, layer: L2}\n",
            "5:31",
            "the key \"layer\" stands twice, first on line 5"
        },
        Case{
            "  a: {layer: L1, kind: delay}\n1: m\n",
            "6:1",
            "a key is a number; allowed: a string, for example \"1\""
        },
        Case{
            "  a: {layer: L1, kind: delay}\n? [a]\n: m\n",
            "6:3",
            "a key is a list; allowed: a string"
        },
        Case{
            "  a: {layer: L1, kind: delay, on_child_error: {value: !!int 3}}\n",
            "5:55",
            "the tag \"tag:yaml.org,2002:int\"; allowed: none"
        },
        Case{
            "  a: {layer: L1, kind: delay, on_child_error: {value: !!binary aGFs}}\n",
            "5:55",
            "the tag \"tag:yaml.org,2002:binary\""
        },
        Case{
            "  a: {layer: L1, kind: delay, on_child_error: {value: .inf}}\n",
            "5:55",
            "the number .inf is out of range"
        },
        Case{
            "  a: {layer: L1, kind: delay, on_child_error: {value: 1e999}}\n",
            "5:55",
            "the number 1e999 is out of range"
        },
        Case{
            "  a: {layer: L1, kind: delay, on_child_error: {value: &x [*x]}}\n",
            "5:59",
            "an alias inside its own anchor"
        },
        Case{
            "  a: {layer: L1, kind: delay, on_child_error: {value: *x}}\n",
            "5:55",
            "broken YAML: the referenced anchor is not defined"
        },
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
        Case{
            "  a: {layer: L1, kind: delay}\nxyzzy: 1\n",
            "6:1",
            "unknown key \"xyzzy\" in the network; allowed: hal9, name, description"
        },
        Case{
            "  a: {layer: L1, kind: delay}\ndescription: [x]\n",
            "6:14",
            "\"description\" is a list; allowed: a string"
        },
        Case{
            "  a: {layer: L1, kind: delay}\ndurability: ephemeral\n",
            "6:1",
            "\"durability\" of the network is not in this version"
        },
        Case{
            "  a: {layer: L1, kind: delay}\nlayer_rule: none\n",
            "6:13",
            "\"layer_rule\" is \"none\"; allowed: any"
        },
        Case{
            "  a: {layer: L1, kind: delay}\ndefaults: {timeout: 5}\n",
            "6:21",
            "\"timeout\" of `defaults` is a number; allowed: a duration with its unit"
        },
        Case{
            "  a: {layer: L1, kind: delay}\ndefaults: {forward: 5}\n",
            "6:12",
            "unknown key \"forward\" in `defaults`"
        },
        Case{
            "  a: {layer: L1, kind: delay}\ninput: {type: objekt}\n",
            "6:15",
            "\"type\" in `input` is \"objekt\"; allowed: object, array"
        },
        Case{
            "  a: {layer: L1, kind: delay}\ninput: {properties: {x: {pattern: '(a'}}}\n",
            "6:35",
            "is refused by RE2: missing ): (a"
        },
        Case{
            "  a: {layer: L1, kind: delay}\ninput: {properties: {x: {$ref: '#'}}}\n",
            "6:26",
            "\"$ref\" in `input` is not in this version"
        },
        Case{
            "  a: {layer: L1, kind: delay}\ninput: {properties: {x: {type: string, default: 1}}}\n",
            "6:49",
            "\"default\" in `input` is a number; its schema allows: string"
        },
        Case{
            "  a: {layer: L1, kind: delay}\ninput: {minLength: -1}\n",
            "6:8",
            "`input` is no JSON Schema (draft 7)"
        },
        Case{
            "  a: {layer: L1, kind: delay}\ninput: string\n",
            "6:8",
            "`input` is a string; allowed: a JSON Schema"
        }
    )
);

INSTANTIATE_TEST_SUITE_P(
    Neuron,
    ParseFaults,
    testing::Values(
        Case{
            "  a: delay\n",
            "5:6",
            "neuron \"a\" is a string; allowed: an object with layer, kind"
        },
        Case{"  a: {kind: delay}\n", "5:6", "neuron \"a\" lacks the key \"layer\"; add it"},
        Case{"  a: {layer: L1}\n", "5:6", "neuron \"a\" lacks the key \"kind\"; add it"},
        Case{
            "  a: {layer: L0, kind: delay}\n",
            "5:14",
            "\"layer\" of neuron \"a\" is \"L0\"; allowed: L1 (reflexive) to L9 (universal)"
        },
        Case{
            "  a: {layer: 10, kind: delay}\n",
            "5:14",
            "\"layer\" of neuron \"a\" is 10; allowed: L1"
        },
        Case{
            "  a: {layer: L1, kind: text.spilt}\n",
            "5:24",
            "unknown kind \"text.spilt\" of neuron \"a\"; did you mean `text.split`?"
        },
        Case{
            "  a: {layer: L1, kind: model}\n",
            "5:24",
            "unknown kind \"model\" of neuron \"a\"; allowed: delay, drop, files.list"
        },
        Case{
            "  a: {layer: L1, kind: [delay]}\n",
            "5:24",
            "\"kind\" of neuron \"a\" is a list; allowed: a string"
        },
        Case{
            "  a: {layer: L1, kind: delay, forwrd: [a]}\n",
            "5:31",
            "unknown key \"forwrd\" in neuron \"a\"; did you mean `forward`?"
        },
        Case{
            "  a: {layer: L1, kind: delay, then: b}\n",
            "5:31",
            "\"then\" of neuron \"a\" is not in this version; allowed: layer, kind"
        },
        Case{
            "  a: {layer: L1, kind: delay, join: any}\n",
            "5:37",
            "\"join\" of neuron \"a\" is not in this version; allowed: all"
        },
        Case{
            "  a: {layer: L1, kind: delay, join: {quorum: 2}}\n",
            "5:37",
            "\"join\" of neuron \"a\" is not in this version"
        },
        Case{
            "  a: {layer: L1, kind: delay, join: al}\n",
            "5:37",
            "\"join\" of neuron \"a\" is \"al\"; allowed: all"
        },
        Case{
            "  a: {layer: L1, kind: delay, concurrency: 0}\n",
            "5:44",
            "\"concurrency\" of neuron \"a\" is 0; allowed: a whole number from 1 to 100000"
        },
        Case{
            "  a: {layer: L1, kind: delay, concurrency: 1.5}\n",
            "5:44",
            "is 1.5E0; allowed: a whole number"
        },
        Case{
            "  a: {layer: L1, kind: delay, priority: 10}\n",
            "5:41",
            "\"priority\" of neuron \"a\" is 10; allowed: a whole number from 0 to 9"
        },
        Case{
            "  a: {layer: L1, kind: delay, timeout: 5 s}\n",
            "5:40",
            "\"timeout\" of neuron \"a\": \"5 s\" lacks a known unit; allowed: us, ms, s, m, h, d"
        },
        Case{
            "  a: {layer: L1, kind: delay, timeout: 0}\n",
            "5:40",
            "is a number; allowed: a duration"
        },
        Case{
            "  a: {layer: L1, kind: delay, deadline: 10us}\n",
            "5:41",
            "is 10us; allowed: 1ms or more"
        },
        Case{
            "  a: {layer: L1, kind: delay, retry: 3}\n",
            "5:38",
            "\"retry\" of neuron \"a\" is a number; allowed: an object with attempts, base, max"
        },
        Case{
            "  a: {layer: L1, kind: delay, retry: {attempts: 101}}\n",
            "5:49",
            "\"attempts\" of \"retry\" of neuron \"a\" is 101; allowed: a whole number from 1 to "
            "100"
        },
        Case{
            "  a: {layer: L1, kind: delay, retry: {base: 1m}}\n",
            "5:38",
            "base is 1m and max 30s; max must be at least base"
        },
        Case{
            "  a: {layer: L1, kind: delay, on_child_error: ignore}\n",
            "5:47",
            "is \"ignore\"; allowed: fail, skip or {value: X}"
        },
        Case{
            "  a: {layer: L1, kind: delay, on_child_error: {valeu: 1, value: 2}}\n",
            "5:48",
            "unknown key \"valeu\""
        },
        Case{
            "  a: {layer: L1, kind: delay, on_exhausted: stop}\n",
            "5:45",
            "\"on_exhausted\" of neuron \"a\" is \"stop\"; allowed: fail, park"
        },
        whole(
            "hal9: 1\nname: n\nstart: a b\nneurons: {a b: {layer: L1, kind: delay}}\n",
            "4:11",
            "neuron \"a b\": a name has 1 to 64 letters, digits, `_` or `-`"
        )
    )
);

INSTANTIATE_TEST_SUITE_P(
    Graph,
    ParseFaults,
    testing::Values(
        Case{
            "  a: {layer: L4, kind: delay, forward: [b]}\n  b: {layer: L2, kind: delay}\n",
            "5:41",
            "neuron \"a\" forwards to \"b\", which is two layers below (L4 -> L2); allowed: the "
            "same or the next lower layer"
        },
        Case{
            "  a: {layer: L4, kind: delay, forward: [b]}\n  b: {layer: L5, kind: delay}\n",
            "5:41",
            "neuron \"a\" forwards to \"b\", which is one layer above (L4 -> L5); allowed"
        },
        Case{
            "  a: {layer: L4, kind: delay, forward: [bb]}\n  bc: {layer: L4, kind: delay}\n",
            "5:41",
            "\"forward\" of neuron \"a\" names the unknown neuron \"bb\"; did you mean `bc`?"
        },
        Case{
            "  a: {layer: L4, kind: delay, forward: [b]}\n  b: {layer: L3, kind: delay}\n  c: "
            "{layer: L3, kind: delay, forward: [b]}\n",
            "7:3",
            "neuron \"c\" cannot be reached from the start \"a\"; forward to it, or remove it"
        },
        Case{
            "  a: {layer: L4, kind: delay, forward: [a]}\n",
            "5:41",
            "a cycle: a -> a; connections lead down, remove one of them"
        },
        Case{
            "  a: {layer: L4, kind: delay, forward: [b]}\n  b: {layer: L4, kind: delay, forward: "
            "[c]}\n  c: {layer: L4, kind: delay, forward: [b]}\n",
            "7:41",
            "a cycle: b -> c -> b"
        },
        Case{
            "  a: {layer: L4, kind: delay, forward: [b, b]}\n  b: {layer: L4, kind: delay}\n",
            "5:44",
            "\"forward\" of neuron \"a\" names \"b\" twice; once is enough"
        },
        Case{
            "  a: {layer: L4, kind: delay, forward: b}\n  b: {layer: L4, kind: delay, forward: "
            "[a]}\n",
            "5:40",
            "\"forward\" of neuron \"a\" is a string; allowed: a list of neurons"
        },
        Case{
            "  a: {layer: L4, kind: delay, forward: [{to: b, when: {at: /x, eq: 1}}]}\n  b: "
            "{layer: L4, kind: delay}\n",
            "5:41",
            "conditions and choices in \"forward\" of neuron \"a\" are not in this version"
        },
        Case{
            "  a: {layer: L4, kind: delay, forward: [3]}\n",
            "5:41",
            "holds a number; allowed: the name of a neuron"
        },
        Case{
            "  a: {layer: L4, kind: drop, forward: [b]}\n  b: {layer: L4, kind: delay}\n",
            "5:39",
            "its kind drop emits nothing to forward; remove `forward`"
        },
        Case{
            "  a: {layer: L4, kind: text.split, settings: {text: x}, forward: [b]}\n  b: {layer: "
            "L4, kind: delay}\n",
            "5:3",
            "neuron \"a\" lacks the key \"combine\": its kind text.split emits many signals"
        },
        Case{
            "  a: {layer: L4, kind: text.split, settings: {text: x}, combine: {n: {count: "
            "children}}}\n",
            "5:66",
            "\"combine\" of neuron \"a\": it forwards to nobody; remove it"
        },
        Case{
            "  a: {layer: L4, kind: delay, forward: [b], combine: {n: {count: children}}}\n  b: "
            "{layer: L4, kind: delay}\n",
            "5:54",
            "its kind delay does not emit many signals; remove it"
        },
        Case{
            "  a: {layer: L4, kind: text.split, settings: {text: x}, forward: [b], combine: {n: "
            "{count: children, of: c}}}\n  b: {layer: L4, kind: delay, forward: [c]}\n  c: {layer: "
            "L4, kind: delay}\n",
            "5:106",
            "names \"c\", to which it does not forward; allowed: b"
        },
        Case{
            "  a: {layer: L4, kind: text.split, settings: {text: x}, forward: [b], combine: {n: "
            "{sum: x}}}\n  b: {layer: L4, kind: delay}\n",
            "5:90",
            "\"sum\" of aggregate \"n\" of neuron \"a\": \"x\" is no pointer"
        }
    )
);

INSTANTIATE_TEST_SUITE_P(
    Settings,
    ParseFaults,
    testing::Values(
        neuron(
            "files.read",
            "concurrency: 1",
            "5:3",
            "settings of neuron \"a\": the key \"path\" is missing; add it"
        ),
        neuron(
            "files.read",
            "settings: {path: 3}",
            "8:22",
            "setting \"path\" of neuron \"a\" is 3; allowed: a string"
        ),
        neuron(
            "files.read",
            "settings: {path: x, decompress: gzip}",
            "8:37",
            "setting \"decompress\" of neuron \"a\" is \"gzip\"; allowed: \"auto\" or \"none\""
        ),
        neuron(
            "files.read",
            "settings: {path: x, decompres: auto}",
            "8:25",
            "unknown key \"decompres\" in settings of neuron \"a\"; did you mean `decompress`?"
        ),
        neuron(
            "files.read",
            "settings: x",
            "8:15",
            "settings of neuron \"a\" are a string; allowed: an object"
        ),
        neuron(
            "delay",
            "settings: {times: 10}",
            "8:23",
            "setting \"times\" of neuron \"a\" is 10; allowed: a whole number, at least 1, at most "
            "9"
        ),
        neuron("files.read", "settings: {path: '${/x'}", "8:22", "`${` without `}` in `${/x`"),
        neuron("files.read", "settings: {path: '${run:/x}'}", "8:22", "not in this version"),
        neuron(
            "files.read",
            "settings: {path: '${/x | json}'}",
            "8:22",
            "a filter (`|`) is not in this version"
        ),
        neuron(
            "text.split",
            "settings: {text: x, before: '(a'}",
            "8:33",
            "setting \"before\" of neuron \"a\": the pattern \"(a\" is refused by RE2: missing ): "
            "(a"
        ),
        neuron(
            "text.extract",
            "settings: {text: x, one: {f: '(?<=a)b'}}",
            "8:34",
            "setting \"one/f\" of neuron \"a\": the pattern \"(?<=a)b\" is refused by RE2: invalid "
            "perl operator: (?<"
        ),
        neuron(
            "text.extract",
            "settings: {text: x, one: {f: {find: '['}}}",
            "8:41",
            "setting \"one/f/find\" of neuron \"a\": the pattern \"[\" is refused by RE2: missing "
            "]: ["
        ),
        neuron(
            "text.extract",
            "settings: {text: x, one: {f: {find: a, as: date}}}",
            "8:48",
            "setting \"one/f/as\" of neuron \"a\" is \"date\"; allowed: \"number\" or \"rfc5322\""
        ),
        neuron(
            "text.extract",
            "settings: {text: x, one: {f: {fnid: a, find: b}}}",
            "8:35",
            "unknown key \"fnid\" in setting \"one/f\" of neuron \"a\"; did you mean `find`?"
        ),
        neuron(
            "text.extract",
            "settings: {text: x, one: {f: [a]}}",
            "8:34",
            "setting \"one/f\" of neuron \"a\" is a list; allowed: "
        ),
        neuron(
            "text.extract",
            "settings: {text: x, one: {f: {as: number}}}",
            "8:34",
            "setting \"one/f\" of neuron \"a\": the key \"find\" is missing; add it"
        ),
        neuron(
            "text.extract",
            "settings: {text: x, each: {f: '${/p}'}}",
            "8:35",
            "setting \"each/f\" of neuron \"a\" takes no ${}; write the value itself"
        ),
        neuron(
            "text.extract",
            "settings: {text: x, each: '${/p}', '${/q}': 1}",
            "8:40",
            "names take no ${}"
        )
    )
);

TEST(ParseFaults, TemplatesSatisfyAnyTypeUntilTheCall) {
    EXPECT_THAT(
        faults_of(
            str(head, "  a: {layer: L1, kind: delay, settings: {times: '${/n}', for: 'x${/u?}'}}\n")
        ),
        IsEmpty()
    );
    EXPECT_THAT(
        faults_of(
            str(head,
                "  a: {layer: L1, kind: text.extract, settings: {text: '${/t}', one: '${/o}', "
                "rows: '${/r}'}}\n")
        ),
        IsEmpty()
    );
    EXPECT_THAT(
        faults_of(
            str(head,
                "  a: {layer: L1, kind: text.split, settings: {text: '${/t}', before: '${/p}(', "
                "limit: '${/l}'}}\n")
        ),
        IsEmpty()
    );
}

TEST(ParseFaults, AllAreReportedInTheOrderOfTheText) {
    const auto faults = faults_of(
        "hal9: 2\nname: n\nstart: x\nneurons:\n"
        "  b: {layer: L4, kind: nothing}\n"
        "  a: {layer: L12, kind: text.split, forward: [c], settings: {before: '('}}\n"
    );
    std::vector<std::string> places;
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
