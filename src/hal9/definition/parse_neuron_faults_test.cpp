// Faults of neurons: their keys, their connections, their settings.
#include "hal9/definition/detail/test_faults.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace hal9::definition {
namespace {

/// A network of one neuron `a` on L4 with further members.
FaultCase
neuron(std::string_view kind, std::string_view members, std::string place, std::string message) {
    return below_head(
        str("  a:\n    layer: L4\n    kind: ", kind, "\n    ", members, "\n"),
        std::move(place),
        std::move(message)
    );
}

class NeuronFaults : public testing::TestWithParam<FaultCase> {};

TEST_P(NeuronFaults, AreReportedAtTheirPlaceWithWhatIsRight) {
    EXPECT_EQ(differs_from(GetParam()), "");
}

INSTANTIATE_TEST_SUITE_P(
    Neuron,
    NeuronFaults,
    testing::Values(
        below_head(
            "  a: delay\n",
            "5:6",
            "neuron \"a\" is a string; allowed: an object with layer, kind"
        ),
        below_head("  a: {kind: delay}\n", "5:6", "neuron \"a\" lacks the key \"layer\"; add it"),
        below_head("  a: {layer: L1}\n", "5:6", "neuron \"a\" lacks the key \"kind\"; add it"),
        below_head(
            "  a: {layer: L0, kind: delay}\n",
            "5:14",
            "\"layer\" of neuron \"a\" is \"L0\"; allowed: L1 (reflexive) to L9 (universal)"
        ),
        below_head(
            "  a: {layer: 10, kind: delay}\n",
            "5:14",
            "\"layer\" of neuron \"a\" is 10; allowed: L1"
        ),
        below_head(
            "  a: {layer: L1, kind: text.spilt}\n",
            "5:24",
            "unknown kind \"text.spilt\" of neuron \"a\"; did you mean `text.split`?"
        ),
        below_head(
            "  a: {layer: L1, kind: model}\n",
            "5:24",
            "unknown kind \"model\" of neuron \"a\"; allowed: delay, drop, files.list"
        ),
        below_head(
            "  a: {layer: L1, kind: [delay]}\n",
            "5:24",
            "\"kind\" of neuron \"a\" is a list; allowed: a string"
        ),
        below_head(
            "  a: {layer: L1, kind: delay, forwrd: [a]}\n",
            "5:31",
            "unknown key \"forwrd\" in neuron \"a\"; did you mean `forward`?"
        ),
        below_head(
            "  a: {layer: L1, kind: delay, then: b}\n",
            "5:37",
            "\"then\" of neuron \"a\" names the unknown neuron \"b\""
        ),
        below_head(
            "  a: {layer: L1, kind: delay, join: any}\n",
            "5:37",
            "\"join\" of neuron \"a\": it forwards to nobody, so nothing is joined; remove it"
        ),
        below_head(
            "  a: {layer: L1, kind: delay, forward: [b], join: {quorum: 2}}\n"
            "  b: {layer: L1, kind: delay}\n",
            "5:51",
            "a quorum of 2 of 1 children can never be reached"
        ),
        below_head(
            "  a: {layer: L1, kind: delay, join: al}\n",
            "5:37",
            "\"join\" of neuron \"a\" is \"al\"; allowed: all, any or {quorum: N}"
        ),
        below_head(
            "  a: {layer: L1, kind: delay, concurrency: 0}\n",
            "5:44",
            "\"concurrency\" of neuron \"a\" is 0; allowed: a whole number from 1 to 100000"
        ),
        below_head(
            "  a: {layer: L1, kind: delay, concurrency: 1.5}\n",
            "5:44",
            "is 1.5E0; allowed: a whole number"
        ),
        below_head(
            "  a: {layer: L1, kind: delay, priority: 10}\n",
            "5:41",
            "\"priority\" of neuron \"a\" is 10; allowed: a whole number from 0 to 9"
        ),
        below_head(
            "  a: {layer: L1, kind: delay, timeout: 5 s}\n",
            "5:40",
            "\"timeout\" of neuron \"a\": \"5 s\" lacks a known unit; allowed: us, ms, s, m, h, d"
        ),
        below_head(
            "  a: {layer: L1, kind: delay, timeout: 0}\n",
            "5:40",
            "is a number; allowed: a duration"
        ),
        below_head(
            "  a: {layer: L1, kind: delay, deadline: 10us}\n",
            "5:41",
            "\"deadline\" of neuron \"a\" is 10us; allowed: 1ms to 36500d"
        ),
        below_head(
            "  a: {layer: L1, kind: delay, deadline: 106751990d}\n",
            "5:41",
            "\"deadline\" of neuron \"a\" is 106751990d; allowed: 1ms to 36500d"
        ),
        below_head(
            "  a: {layer: L1, kind: delay, timeout: 876001h}\n",
            "5:40",
            "\"timeout\" of neuron \"a\" is 876001h; allowed: 1ms to 36500d"
        ),
        below_head(
            "  a: {layer: L1, kind: delay, timeout: 106751992d}\n",
            "5:40",
            "\"106751992d\" is too large; it takes 1ms to 36500d"
        ),
        below_head(
            "  a: {layer: L1, kind: delay, retry: {base: 36501d, max: 36500d}}\n",
            "5:45",
            "\"base\" of \"retry\" of neuron \"a\" is 36501d; allowed: 1ms to 36500d"
        ),
        below_head(
            "  a: {layer: L1, kind: delay, retry: {max: 36501d}}\n",
            "5:44",
            "\"max\" of \"retry\" of neuron \"a\" is 36501d; allowed: 1ms to 36500d"
        ),
        below_head(
            "  a: {layer: L1, kind: delay, retry: 3}\n",
            "5:38",
            "\"retry\" of neuron \"a\" is a number; allowed: an object with attempts, base, max"
        ),
        below_head(
            "  a: {layer: L1, kind: delay, retry: {attempts: 101}}\n",
            "5:49",
            "\"attempts\" of \"retry\" of neuron \"a\" is 101; allowed: a whole number from 1 to "
            "100"
        ),
        below_head(
            "  a: {layer: L1, kind: delay, retry: {base: 1m}}\n",
            "5:38",
            "base is 1m and max 30s; max must be at least base"
        ),
        below_head(
            "  a: {layer: L1, kind: delay, on_child_error: ignore}\n",
            "5:47",
            "is \"ignore\"; allowed: fail, skip or {value: X}"
        ),
        below_head(
            "  a: {layer: L1, kind: delay, on_child_error: {valeu: 1, value: 2}}\n",
            "5:48",
            "unknown key \"valeu\""
        ),
        below_head(
            "  a: {layer: L1, kind: delay, on_exhausted: stop}\n",
            "5:45",
            "\"on_exhausted\" of neuron \"a\" is \"stop\"; allowed: fail, park"
        ),
        below_head(
            "  a: {layer: L1, kind: delay, forward: [a b]}\n  a b: {layer: L1, kind: delay}\n",
            "6:3",
            "neuron \"a b\": a name has 1 to 64 letters, digits, `_` or `-`"
        )
    )
);

INSTANTIATE_TEST_SUITE_P(
    Graph,
    NeuronFaults,
    testing::Values(
        below_head(
            "  a: {layer: L4, kind: delay, forward: [b]}\n  b: {layer: L2, kind: delay}\n",
            "5:41",
            "neuron \"a\" forwards to \"b\", which is two layers below (L4 -> L2); allowed: the "
            "same or the next lower layer"
        ),
        below_head(
            "  a: {layer: L4, kind: delay, forward: [b]}\n  b: {layer: L5, kind: delay}\n",
            "5:41",
            "neuron \"a\" forwards to \"b\", which is one layer above (L4 -> L5); allowed"
        ),
        below_head(
            "  a: {layer: L4, kind: delay, forward: [bb]}\n  bc: {layer: L4, kind: delay}\n",
            "5:41",
            "\"forward\" of neuron \"a\" names the unknown neuron \"bb\"; did you mean `bc`?"
        ),
        below_head(
            "  a: {layer: L4, kind: delay, forward: [b]}\n  b: {layer: L3, kind: delay}\n  c: "
            "{layer: L3, kind: delay, forward: [b]}\n",
            "7:3",
            "neuron \"c\" cannot be reached from the start \"a\"; forward to it, or remove it"
        ),
        below_head(
            "  a: {layer: L4, kind: delay, forward: [a]}\n",
            "5:41",
            "a cycle: a -> a; connections lead down, remove one of them"
        ),
        below_head(
            "  a: {layer: L4, kind: delay, forward: [b]}\n  b: {layer: L4, kind: delay, forward: "
            "[c]}\n  c: {layer: L4, kind: delay, forward: [b]}\n",
            "7:41",
            "a cycle: b -> c -> b"
        ),
        below_head(
            "  a: {layer: L4, kind: delay, forward: [b, b]}\n  b: {layer: L4, kind: delay}\n",
            "5:44",
            "\"forward\" of neuron \"a\" names \"b\" twice; once is enough"
        ),
        below_head(
            "  a: {layer: L4, kind: delay, forward: b}\n  b: {layer: L4, kind: delay, forward: "
            "[a]}\n",
            "5:40",
            "\"forward\" of neuron \"a\" is a string; allowed: a list of neurons"
        ),
        below_head(
            "  a: {layer: L4, kind: delay, forward: [{to: b, whem: 1}]}\n  b: {layer: L4, kind: "
            "delay}\n",
            "5:49",
            "unknown key \"whem\" in an entry of \"forward\" of neuron \"a\"; did you mean `when`?"
        ),
        below_head(
            "  a: {layer: L4, kind: delay, forward: [3]}\n",
            "5:41",
            "holds a number; allowed: the name of a neuron"
        ),
        below_head(
            "  a: {layer: L4, kind: drop, forward: [b]}\n  b: {layer: L4, kind: delay}\n",
            "5:39",
            "its kind drop emits nothing to forward; remove `forward`"
        ),
        below_head(
            "  a: {layer: L4, kind: text.split, settings: {text: x}, forward: [b]}\n  b: {layer: "
            "L4, kind: delay}\n",
            "5:3",
            "neuron \"a\" lacks the key \"combine\": its kind text.split emits many signals"
        ),
        below_head(
            "  a: {layer: L4, kind: text.split, settings: {text: x}, combine: {n: {count: "
            "children}}}\n",
            "5:66",
            "\"combine\" of neuron \"a\": it forwards to nobody; remove it"
        ),
        below_head(
            "  a: {layer: L4, kind: delay, forward: [b], combine: {n: {count: children}}}\n  b: "
            "{layer: L4, kind: delay}\n",
            "5:54",
            "its kind delay does not emit many signals; remove it"
        ),
        below_head(
            "  a: {layer: L4, kind: text.split, settings: {text: x}, forward: [b], combine: {n: "
            "{count: children, of: c}}}\n  b: {layer: L4, kind: delay, forward: [c]}\n  c: {layer: "
            "L4, kind: delay}\n",
            "5:106",
            "names \"c\", to which it does not forward; allowed: b"
        ),
        below_head(
            "  a: {layer: L4, kind: text.split, settings: {text: x}, forward: [b], combine: {n: "
            "{sum: x}}}\n  b: {layer: L4, kind: delay}\n",
            "5:90",
            "\"sum\" of aggregate \"n\" of neuron \"a\": \"x\" is no pointer"
        )
    )
);

INSTANTIATE_TEST_SUITE_P(
    Settings,
    NeuronFaults,
    testing::Values(
        neuron(
            "files.read",
            "concurrency: 1",
            "5:3",
            "settings of neuron \"a\": the key \"path\" is missing; add it"
        ),
        neuron(
            "text.cut",
            "settings: {text: '${/t}'}",
            "8:15",
            "settings of neuron \"a\": one of \"before\", \"after\" is missing; add just one of "
            "them"
        ),
        neuron(
            "text.cut",
            "settings: {text: '${/t}', before: x, after: y}",
            "8:15",
            "settings of neuron \"a\": \"before\" and \"after\" exclude each other; keep just one "
            "of them"
        ),
        neuron(
            "text.cut",
            "settings: {text: '${/t}', after: x, head: keep}",
            "8:41",
            "settings of neuron \"a\": the key \"head\" needs the key \"before\"; add it"
        ),
        neuron(
            "text.cut",
            "settings: {text: '${/t}', before: x, names: []}",
            "8:49",
            "setting \"names\" of neuron \"a\" is a list; allowed: a list, elements at least 1"
        ),
        neuron(
            "text.any",
            "settings: {text: '${/t}'}",
            "8:15",
            "settings of neuron \"a\": one of \"one\", \"each\" is missing; add at least one of "
            "them"
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
        neuron("files.read", "settings: {path: '${run:x}'}", "8:22", "a pointer begins with `/`"),
        neuron(
            "files.read",
            "settings: {path: '${/x | jsom}'}",
            "8:22",
            "unknown filter \"jsom\" in `${/x | jsom}`; did you mean `json`?"
        ),
        neuron(
            "human",
            "settings: {question: x, form: {properties: {a: {type: strin}}}}",
            "8:59",
            "\"type\" in setting \"form\" of neuron \"a\" is \"strin\"; allowed: object, array"
        ),
        neuron(
            "human",
            "settings: {question: x, form: {$ref: y}}",
            "8:36",
            "\"$ref\" in setting \"form\" of neuron \"a\" is not in this version"
        ),
        neuron(
            "human",
            "settings: {question: x, form: yes}",
            "8:35",
            "setting \"form\" of neuron \"a\" is a string; allowed: a JSON Schema"
        ),
        neuron(
            "human",
            "settings: {question: x, form: {minLength: x}}",
            "8:35",
            "setting \"form\" of neuron \"a\" is no JSON Schema (draft 7)"
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
            "settings: {text: x, each: {'${/q}': a}}",
            "8:32",
            "names take no ${}"
        )
    )
);

TEST(NeuronFaults, ASchemaWithPlacesIsCheckedAtTheCall) {
    EXPECT_EQ(
        faults_of(
            str(head,
                "  a:\n    layer: L1\n    kind: human\n    settings: {question: x, form: {type: "
                "'${/t}', enum: '${/e}'}}\n")
        )
            .size(),
        0U
    );
}

TEST(NeuronFaults, DurationsMayBeAHundredYears) {
    EXPECT_THAT(
        faults_of(
            str(head,
                "  a: {layer: L1, kind: delay, timeout: 36500d, deadline: 876000h, retry: {base: "
                "36500d, max: 36500d}}\n")
        ),
        testing::IsEmpty()
    );
}

TEST(NeuronFaults, ChoicesOfKeysMayBeMet) {
    for (const char* settings :
         {"kind: text.cut, settings: {text: x, before: '${/p}', head: keep, names: ['${/n}']}",
          "kind: text.any, settings: {text: x, one: y, each: z}",
          "kind: text.any, settings: {text: '${/t}', each: z}"}) {
        EXPECT_THAT(faults_of(str(head, "  a: {layer: L1, ", settings, "}\n")), testing::IsEmpty());
    }
}

TEST(NeuronFaults, TemplatesSatisfyAnyTypeUntilTheCall) {
    EXPECT_THAT(
        faults_of(
            str(head, "  a: {layer: L1, kind: delay, settings: {times: '${/n}', for: 'x${/u?}'}}\n")
        ),
        testing::IsEmpty()
    );
    EXPECT_THAT(
        faults_of(
            str(head,
                "  a: {layer: L1, kind: text.extract, settings: {text: '${/t}', one: '${/o}', "
                "rows: '${/r}'}}\n")
        ),
        testing::IsEmpty()
    );
    EXPECT_THAT(
        faults_of(
            str(head,
                "  a: {layer: L1, kind: text.split, settings: {text: '${/t}', before: '${/p}(', "
                "limit: '${/l}'}}\n")
        ),
        testing::IsEmpty()
    );
}

}  // namespace
}  // namespace hal9::definition
