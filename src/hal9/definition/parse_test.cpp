#include "hal9/definition/parse.hpp"

#include "hal9/base/text.hpp"
#include "hal9/definition/detail/combine_plan.hpp"
#include "hal9/definition/detail/test_kinds.hpp"
#include "hal9/definition/detail/test_spill.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>

namespace hal9::definition {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view example = R"yaml(
hal9: 1                                   # version of this language
name: security-fixes
description: Which security fixes do the installed packages carry?
input:
  type: object
  properties:
    directory: {type: string, default: /usr/share/doc}
start: changelogs

neurons:
  changelogs:
    layer: L6
    kind: files.list
    settings: {directory: "${/directory}", match: "*/changelog*.gz", links: skip}
    forward: [text]
    on_child_error: skip
    combine:
      files:   {count: children}
      entries: {sum: /entries}
      cves:    {count_distinct: /fixes/*/cve}
      pairs:   {collect: /fixes/*, distinct: [/package, /cve]}
      most:    {count: /fixes/*, distinct: [/package, /cve], by: /package, top: 10}
      newest:  {collect: /fixes/*, distinct: [/package, /cve], order: [-/date], top: 20}

  text:
    layer: L5
    kind: files.read
    settings: {path: "${/path}", decompress: auto}
    forward: [entries]

  entries:
    layer: L4
    kind: text.split
    settings: {text: "${/text}", before: '(?m)^\S+ \([^)\n]+\) .*; urgency='}
    forward: [facts]
    concurrency: 64
    combine:
      entries: {count: children}
      fixes:   {collect: /fixes/*}

  facts:
    layer: L3
    kind: text.extract
    settings:
      text: "${/text}"
      one:
        package: '^(\S+) \('
        version: '^\S+ \(([^)\n]+)\)'
        urgency: 'urgency=(\w+)'
        date: {find: '(?m)^ -- .*>\s+(.+)$', as: rfc5322}
      each: {cve: '(CVE-\d{4}-\d{4,})'}
      rows: fixes
)yaml";

Network parse(std::string_view text) {
    auto parsed = parse_network(text, test_kinds());
    if (!parsed) {
        ADD_FAILURE() << to_string(parsed.error().front(), "text");
        return {};
    }
    return *std::move(parsed);
}

TEST(Parse, ReadsTheWholeExample) {
    const Network network = parse(example);
    EXPECT_EQ(network.name, "security-fixes");
    EXPECT_EQ(network.description, "Which security fixes do the installed packages carry?");
    EXPECT_THAT(network.capabilities, ElementsAre("files.read"));
    ASSERT_EQ(network.neurons.size(), 4U);
    EXPECT_EQ(network.neuron(network.start).name, "changelogs");

    const Neuron& changelogs = network.neuron(network.find("changelogs").value());
    EXPECT_EQ(changelogs.layer, 6);
    EXPECT_EQ(changelogs.emits, Emits::many);
    EXPECT_EQ(changelogs.form, HandlerForm::asynchronous);
    EXPECT_EQ(changelogs.on_child_error.rule, OnChildError::Rule::skip);
    ASSERT_EQ(changelogs.forward.size(), 1U);
    EXPECT_EQ(changelogs.forward.front().chosen(), network.find("text").value());
    EXPECT_TRUE(changelogs.is_plain());
    EXPECT_EQ(
        canonical_json(changelogs.settings.constant()),
        R"({"links":"skip","match":"*/changelog*.gz"})"
    );
    ASSERT_TRUE(changelogs.combine);
    EXPECT_EQ(changelogs.combine->plan().aggregates.size(), 6U);

    const Neuron& facts = network.neuron(network.find("facts").value());
    EXPECT_FALSE(facts.combine);
    EXPECT_EQ(facts.form, HandlerForm::pure);
    EXPECT_THAT(facts.settings.pointers(), ElementsAre("/text"));
    EXPECT_FALSE(network.find("fact"));
}

TEST(Parse, TheExamplesCombineGivesItsReport) {
    const Network network = parse(example);
    MapSpillTables spill;
    const FoldLimits limits{.memory_bytes_max = 1U << 20U, .result_bytes_max = 1U << 20U};
    Fold fold(*network.neuron(network.start).combine, limits, spill);
    for (const char* child : {
             R"({"entries": 2, "fixes": [{"package": "a", "cve": "CVE-1", "date": "2020"},
                                         {"package": "a", "cve": "CVE-2", "date": null}]})",
             R"({"entries": 3, "fixes": [{"package": "a", "cve": "CVE-1", "date": "2024"},
                                         {"package": "b", "cve": "CVE-1", "date": "2022"}]})",
             R"({"entries": 0, "fixes": []})"
         }) {
        ASSERT_TRUE(fold.add(network.find("text").value(), parse_json(child).value()));
    }
    EXPECT_EQ(
        canonical_json(fold.finish().value()),
        R"({"cves":2,"entries":5,"files":3,)"
        R"("most":[{"count":2,"key":"a","value":2},{"count":1,"key":"b","value":1}],)"
        R"("newest":[{"cve":"CVE-1","date":"2024","package":"a"},{"cve":"CVE-1","date":"2022","package":"b"},)"
        R"({"cve":"CVE-2","date":null,"package":"a"}],)"
        R"("pairs":[{"cve":"CVE-1","date":"2020","package":"a"},{"cve":"CVE-2","date":null,"package":"a"},)"
        R"({"cve":"CVE-1","date":"2022","package":"b"}]})"
    );
}

TEST(Parse, JsonWithTheSameKeysIsTheSameNetwork) {
    const Network yaml = parse(example);
    const Network json = parse(yaml.canonical);
    EXPECT_EQ(json.canonical, yaml.canonical);
    EXPECT_EQ(json.hash, yaml.hash);
    EXPECT_EQ(yaml.hash.size(), 64U);
    EXPECT_EQ(json.neurons.size(), 4U);
}

constexpr std::string_view small =
    "hal9: 1\nname: n\nstart: a\nneurons:\n  a: {layer: L1, kind: delay}\n";

TEST(Parse, CommentsOrderAndStyleDoNotChangeTheHash) {
    const std::string hash = parse(small).hash;
    EXPECT_EQ(
        parse("# a comment\nneurons: {a: {kind: 'delay', \"layer\": L1}}\nstart: a\nname: n\nhal9: "
              "0x1\n")
            .hash,
        hash
    );
    EXPECT_EQ(parse(str("\xEF\xBB\xBF", small)).hash, hash);
    EXPECT_EQ(
        parse("{\"hal9\": 1,\t\"name\": \"\\u006e\", \"start\": \"a\",\r\n\t\"neurons\": {\"a\": "
              "{\"layer\": \"L1\", \"kind\": \"delay\"}}}")
            .hash,
        hash
    );
    EXPECT_EQ(
        parse("{hal9: 1, name: n, start: a, neurons: {a: {layer: L1, kind: delay}}}").hash,
        hash
    );
}

TEST(Parse, JsonStringsMayHoldEveryEscape) {
    const auto description = [](std::string_view text) {
        return parse_network(
            str(R"({"hal9": 1, "name": "n", "start": "a", "description": ")",
                text,
                R"(", "neurons": {"a": {"layer": "L1", "kind": "delay"}}})"),
            test_kinds()
        );
    };
    EXPECT_EQ(
        description(R"(\ud83d\ude00 \u00e9\u20AC\"\\\/\b\f\n\r\t\u0001.)")->description,
        "\xF0\x9F\x98\x80 \xC3\xA9\xE2\x82\xAC\"\\/\b\f\n\r\t\x01."
    );
    for (const char* wrong : {R"(\ud83d)", R"(\ude00\ud83d)", R"(\ud83dx)", R"(\u12)", R"(\q)"}) {
        EXPECT_FALSE(description(wrong)) << wrong;
    }
}

TEST(Parse, DefaultsThatAreWrittenOutChangeTheHash) {
    EXPECT_NE(parse(str(small, "  \n\ndescription: ''\n")).hash, parse(small).hash);
}

TEST(Parse, NeuronsGetDefaultsUnlessTheySayOtherwise) {
    const Network network = parse(R"(
hal9: 1
name: n
start: a
defaults: {concurrency: 3, timeout: 5s, deadline: 1h, retry: {attempts: 2, max: 10s}, priority: 7,
           on_child_error: {value: {x: 1}}, on_exhausted: park}
neurons:
  a: {layer: L2, kind: delay, forward: [b]}
  b: {layer: L1, kind: delay, join: all, concurrency: 1, timeout: 250ms, deadline: 5m,
      retry: {base: 1s}, priority: 0, on_child_error: fail, on_exhausted: fail}
)");
    const Neuron& a = network.neurons.at(0);
    EXPECT_EQ(a.concurrency, 3U);
    EXPECT_EQ(a.timeout, 5s);
    EXPECT_EQ(a.deadline, Duration(1h));
    EXPECT_EQ(a.retry.attempts, 2);
    EXPECT_EQ(a.retry.base, RetryPolicy{}.base);
    EXPECT_EQ(a.retry.max, 10s);
    EXPECT_EQ(a.priority, 7);
    EXPECT_EQ(a.on_child_error.rule, OnChildError::Rule::value);
    EXPECT_EQ(json::serialize(a.on_child_error.value), R"({"x":1})");
    EXPECT_EQ(a.on_exhausted, OnExhausted::park);
    const Neuron& b = network.neurons.at(1);
    EXPECT_EQ(b.concurrency, 1U);
    EXPECT_EQ(b.timeout, 250ms);
    EXPECT_EQ(b.deadline, Duration(5min));
    EXPECT_EQ(b.retry.attempts, 2);
    EXPECT_EQ(b.retry.base, 1s);
    EXPECT_EQ(b.priority, 0);
    EXPECT_EQ(b.on_child_error.rule, OnChildError::Rule::fail);
    EXPECT_EQ(b.on_exhausted, OnExhausted::fail);
}

TEST(Parse, WithoutDefaultsTheLimitsOfTheHouseHold) {
    const Neuron neuron = parse(small).neurons.at(0);
    EXPECT_EQ(neuron.concurrency, NeuronDefaults{}.concurrency);
    EXPECT_EQ(neuron.retry.attempts, NeuronDefaults{}.attempts);
    EXPECT_FALSE(neuron.deadline);
    EXPECT_FALSE(neuron.priority);
    EXPECT_EQ(neuron.on_child_error.rule, OnChildError::Rule::fail);
}

TEST(Parse, LayerRuleAnyAllowsAnyStep) {
    const Network network = parse(
        "hal9: 1\nname: n\nstart: a\nlayer_rule: any\nneurons:\n"
        "  a: {layer: L4, kind: delay, forward: [b]}\n  b: {layer: L9, kind: delay}\n"
    );
    EXPECT_EQ(network.neurons.at(1).layer, 9);
}

TEST(Parse, AnchorsRepeatWhatTheyStandFor) {
    const Network network = parse(R"yaml(
hal9: 1
name: n
start: a
neurons:
  a: {layer: L1, kind: text.extract, settings: {text: x, one: {p: &p '\w+', q: *p}, each: {r: *p}}}
)yaml");
    EXPECT_EQ(
        canonical_json(network.neurons.at(0).settings.constant()),
        R"({"each":{"r":"\\w+"},"one":{"p":"\\w+","q":"\\w+"},"text":"x"})"
    );
}

TEST(Parse, PlainScalarsFollowTheCoreSchema) {
    const Network network = parse(R"(
hal9: 1
name: n
start: a
neurons:
  a:
    layer: L1
    kind: delay
    on_child_error:
      value: [1, 1.0, +2, -0x1F, 0x1F, 0o17, 1e3, .5, -0.25, 5., true, False, null, ~, "", yes, 012, "1",
              'true', 1.2.3, 0x, 18446744073709551615, 18446744073709551616, "-", .e1, 1e, 0o8]
)");
    EXPECT_EQ(
        canonical_json(network.neurons.at(0).on_child_error.value),
        R"([1,1,2,"-0x1F",31,15,1000,0.5,-0.25,5,true,false,null,null,"","yes",12,"1",)"
        R"("true","1.2.3","0x",18446744073709551615,18446744073709552000,"-",".e1","1e","0o8"])"
    );
}

TEST(Parse, TabsInTheTextOfABlockScalarAreText) {
    const Network network = parse(
        "hal9: 1\nname: n\nstart: a\ndescription: |  # text\n  make:\n  \tall\n"
        "neurons:\n  a: {layer: L1, kind: delay}\n"
    );
    EXPECT_EQ(network.description, "make:\n\tall\n");
}

TEST(CheckInput, FillsDefaultsAndChecks) {
    const Network network = parse(R"(
hal9: 1
name: n
start: a
input:
  type: object
  required: [count]
  additionalProperties: false
  properties:
    directory: {type: string, default: /usr/share/doc, pattern: '^/'}
    count: {type: integer, minimum: 1}
    mode: {enum: [fast, safe]}
    nested: {type: object, properties: {deep: {default: [1]}}}
    list: {type: array, items: {type: object, properties: {on: {type: boolean, default: true}}}}
neurons:
  a: {layer: L1, kind: delay}
)");
    const auto check = [&](std::string_view payload) {
        const auto out = check_input(network, parse_json(payload).value());
        return out ? canonical_json(*out) : out.error().message;
    };
    EXPECT_EQ(
        check(R"({"count": 2, "nested": {}, "list": [{}, {"on": false}]})"),
        R"({"count":2,"directory":"/usr/share/doc","list":[{"on":true},{"on":false}],"nested":{"deep":[1]}})"
    );
    EXPECT_EQ(check("{}"), "the input: the key \"count\" is missing; add it");
    EXPECT_EQ(check("7"), "the input is 7; allowed: an object");
    EXPECT_EQ(
        check(R"({"count": "2"})"),
        "input \"count\" is \"2\"; allowed: a whole number, at least 1"
    );
    EXPECT_EQ(
        check(R"({"count": 0})"),
        "input \"count\" is 0; allowed: a whole number, at least 1"
    );
    EXPECT_EQ(
        check(R"({"count": 1, "mode": "slow"})"),
        "input \"mode\" is \"slow\"; allowed: \"fast\" or \"safe\""
    );
    EXPECT_EQ(
        check(R"({"count": 1, "cuont": 1})"),
        "unknown key \"cuont\" in the input; did you mean `count`?"
    );
    EXPECT_EQ(
        check(R"({"count": 1, "directory": "doc"})"),
        "input \"directory\" is \"doc\"; allowed: what matches \"^/\""
    );
    EXPECT_EQ(
        check(R"({"count": 1, "list": [{}, {"on": 1}]})"),
        "input \"list/1/on\" is 1; allowed: a boolean"
    );
    EXPECT_EQ(check_input(network, json::value("${/x}")).error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(check_input(parse(small), json::value(3)).value(), json::value(3));
}

/// What check_input says of a payload under this schema, "" when it is right.
std::string input_fault(std::string_view schema, std::string_view payload) {
    const Network network = parse(
        str("hal9: 1\nname: n\nstart: a\nneurons: {a: {layer: L1, kind: delay}}\ninput:\n  "
            "properties:\n    x: ",
            schema,
            "\n")
    );
    const auto out = check_input(network, json::object{{"x", parse_json(payload).value()}});
    return out ? "" : out.error().message;
}

TEST(CheckInput, PatternsHoldInEveryPartOfASchema) {
    struct Case {
        std::string_view schema;
        std::string_view right;
        std::string_view wrong;
        std::string_view allowed;
    };

    for (const Case& test : std::initializer_list<Case>{
             {"{anyOf: [{type: string, pattern: ^a}, {type: string, pattern: ^b}]}",
              R"("bcd")",
              R"("zzz")",
              R"(a string, matching "^a" or a string, matching "^b")"},
             {"{anyOf: [{type: string, pattern: ^a}, {type: 'null'}]}",
              "null",
              R"("zzz")",
              R"(what matches "^a")"},
             {"{oneOf: [{pattern: ^a}, {pattern: z$}]}", R"("abc")", R"("az")", "matching"},
             {"{allOf: [{pattern: ^a}, {pattern: z$}]}", R"("az")", R"("abc")", "what matches"},
             {"{type: string, not: {pattern: ^z}}",
              R"("ok")",
              R"("zzz")",
              R"(a string, not what fits {"pattern":"^z"})"},
             {"{if: {pattern: ^z}, then: {maxLength: 2}}", R"("ok...")", R"("zzz")", "if it fits"},
             {"{if: {maxLength: 2}, then: {pattern: ^a}, else: {pattern: ^b}}",
              R"("bcd")",
              R"("abc")",
              "if it fits"},
             {"{contains: {type: string, pattern: ^a}}",
              R"(["z", "a"])",
              R"(["z"])",
              R"(elements of which one fits {"pattern":"^a","type":"string"})"},
             {"{items: [{}], additionalItems: {pattern: ^a}}", R"(["z", "a"])", R"(["a", "z"])", ""
             },
             {"{type: [string, 'null'], pattern: ^a}", "null", R"("z")", R"(what matches "^a")"},
         }) {
        EXPECT_EQ(input_fault(test.schema, test.right), "") << test.schema;
        const std::string fault = input_fault(test.schema, test.wrong);
        EXPECT_NE(fault, "") << test.schema;
        EXPECT_NE(fault.find(test.allowed), std::string::npos) << test.schema << ": " << fault;
    }
}

TEST(CheckInput, NumbersMayBeAsLargeAsJsonHasThem) {
    for (const std::string_view number : {"9223372036854775808", "18446744073709551615"}) {
        EXPECT_EQ(input_fault("{type: integer, minimum: 3}", number), "");
        EXPECT_EQ(input_fault("{type: number}", number), "");
        EXPECT_NE(input_fault("{type: number, maximum: 9}", number), "");
        EXPECT_NE(input_fault("{type: string}", number), "");
    }
}

TEST(CheckInput, WhatAKeyNeedsHoldsInEveryPartOfASchema) {
    for (const std::string_view schema :
         {"{dependencies: {a: [b]}}",
          "{if: {}, then: {dependencies: {a: [b]}}}",
          "{allOf: [{dependencies: {a: [b]}}]}",
          "{anyOf: [{dependencies: {a: [b]}}, {type: string}, {minProperties: 2}]}"}) {
        EXPECT_EQ(input_fault(schema, R"({"b": 1})"), "") << schema;
        EXPECT_EQ(input_fault(schema, R"({"a": 1, "b": 1})"), "") << schema;
        EXPECT_NE(input_fault(schema, R"({"a": 1})"), "") << schema;
    }
}

TEST(CheckInput, APropertyMayBeCalledAsAWordOfSchemas) {
    EXPECT_EQ(input_fault("{properties: {pattern: {type: string}}}", R"({"pattern": "["})"), "");
    EXPECT_NE(input_fault("{properties: {pattern: {type: string}}}", R"({"pattern": 3})"), "");
    EXPECT_EQ(input_fault("{re2-pattern: ^a}", R"("z")"), "");
}

}  // namespace
}  // namespace hal9::definition
