// What a definition may not exceed, and texts that are made to hurt a parser.
#include "hal9/base/text.hpp"
#include "hal9/definition/detail/test_kinds.hpp"
#include "hal9/definition/detail/tree.hpp"
#include "hal9/definition/parse.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace hal9::definition {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view head = "hal9: 1\nname: n\nstart: a\nneurons:\n";
constexpr std::string_view neuron = "  a: {layer: L1, kind: delay}\n";

std::string repeated(std::size_t times, std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i) {
        out += text;
    }
    return out;
}

std::vector<Fault> faults_of(std::string_view text, const Limits& limits = {}) {
    auto parsed = parse_network(text, test_kinds(), limits);
    return parsed ? std::vector<Fault>() : std::move(parsed).error();
}

/// The only fault.
std::string fault_of(std::string_view text, const Limits& limits = {}) {
    const auto faults = faults_of(text, limits);
    return faults.size() == 1 ? to_string(faults[0], "f") : str(faults.size(), " faults");
}

TEST(ParseLimits, ATextOverTheLimitIsRefusedUnread) {
    const std::string text(10U << 20U, '[');
    EXPECT_EQ(
        fault_of(text),
        "f: the definition has 10,485,760 bytes; allowed: 1MiB (definition_bytes_max)"
    );
    const std::string whole = str(head, neuron);
    EXPECT_THAT(faults_of(whole, {.definition_bytes_max = whole.size()}), IsEmpty());
    EXPECT_THAT(faults_of(whole, {.definition_bytes_max = whole.size() - 1}), SizeIs(1));
}

std::string nested(std::size_t depth) {
    return str(
        head,
        "  a: {layer: L1, kind: delay, on_child_error: {value: ",
        std::string(depth, '['),
        std::string(depth, ']'),
        "}}\n"
    );
}

TEST(ParseLimits, NestingIsBounded) {
    EXPECT_THAT(faults_of(nested(60)), IsEmpty());
    EXPECT_EQ(
        fault_of(nested(61)),
        "f:5:115: nested deeper than 64 levels (definition_depth_max); flatten it"
    );
    std::string blocks;
    for (std::size_t i = 0; i < 700; ++i) {
        blocks += str(std::string(i, ' '), "a:\n");
    }
    EXPECT_THAT(fault_of(blocks), HasSubstr("nested deeper than 64 levels"));
    EXPECT_THAT(fault_of(repeated(100, "- ") + "a"), HasSubstr("nested deeper than 64 levels"));
}

TEST(ParseLimits, NestingOfJsonIsBounded) {
    const std::string open = repeated(100'000, "{\"a\":");
    EXPECT_THAT(fault_of(open), HasSubstr("nested deeper than 64 levels"));
}

TEST(ParseLimits, HostileTextsEndSoon) {
    constexpr std::size_t size = 100'000;
    for (const std::string_view piece :
         {"[",     "{",     "{[",  "a: ",  "- ",  "? ",   "!",  "&a ",   "*a ",
          "\"",    "'",     "|\n", "[a,",  "{a:", "{a: ", "\n", "#",     "%",
          "---\n", "...\n", ": ",  "a:\n", "\\",  "[\n",  "a,", "? -\n", "${"}) {
        for (const std::string_view before : {std::string_view(), head, std::string_view("x: ")}) {
            const auto faults = faults_of(str(before, repeated(size / piece.size(), piece)));
            EXPECT_FALSE(faults.empty()) << piece;
        }
    }
}

std::string with_values(std::string_view values) {
    return str(head, "  a: {layer: L1, kind: delay, on_child_error: {value: ", values, "}}\n");
}

TEST(ParseLimits, ExpansionsOfAnchorsAreCounted) {
    EXPECT_THAT(faults_of(with_values(str("[&x 1", repeated(100, ", *x"), "]"))), IsEmpty());
    EXPECT_THAT(
        fault_of(with_values(str("[&x 1", repeated(101, ", *x"), "]"))),
        HasSubstr(
            "more than 100 expansions of anchors (definition_alias_max); write out what repeats"
        )
    );
}

TEST(ParseLimits, NestedExpansionsAreCountedBeforeTheyAreMade) {
    std::string bomb = "[&a0 [x, x, x, x, x, x, x, x, x]";
    for (int i = 1; i < 30; ++i) {
        const std::string alias = str("*a", i - 1);
        bomb += str(", &a", i, " [", alias, ", ", alias, ", ", alias, ", ", alias, "]");
    }
    EXPECT_THAT(
        fault_of(with_values(bomb + "]")),
        HasSubstr("more than 100 expansions of anchors")
    );
}

TEST(ParseLimits, WhatAnchorsStandForIsBoundedInBytes) {
    const std::string large(300'000, 'x');
    EXPECT_THAT(
        fault_of(with_values(str("[&x ", large, ", *x, *x, *x]"))),
        HasSubstr("anchors and aliases stand for more than 1MiB (definition_bytes_max)")
    );
    EXPECT_THAT(faults_of(with_values(str("[&x ", large, ", *x, *x]"))), IsEmpty());
}

TEST(ParseLimits, NestingByAliasesIsBounded) {
    std::string deep = "[&a0 [x]";
    for (int i = 1; i < 64; ++i) {
        deep += str(", &a", i, " [*a", i - 1, "]");
    }
    Limits limits;
    limits.definition_alias_max = 100'000;
    EXPECT_THAT(
        fault_of(with_values(deep + "]"), limits),
        HasSubstr("nested deeper than 64 levels")
    );
}

TEST(ParseLimits, NeuronsAndConnectionsAreBounded) {
    std::string text = str("hal9: 1\nname: n\nstart: n0\nneurons:\n");
    for (int i = 0; i < 1'001; ++i) {
        text += str("  n", i, ": {layer: L1, kind: delay}\n");
    }
    EXPECT_THAT(fault_of(text), HasSubstr("`neurons` holds 1001; allowed: 1000 (neurons_max)"));

    std::string names;
    std::string neurons;
    for (int i = 0; i < 65; ++i) {
        names += str("n", i, ", ");
        neurons += str("  n", i, ": {layer: L1, kind: delay}\n");
    }
    EXPECT_THAT(
        fault_of(str(head, "  a: {layer: L1, kind: delay, forward: [", names, "]}\n", neurons)),
        HasSubstr("\"forward\" of neuron \"a\" has 65 entries; allowed: 64 (forward_max)")
    );
}

TEST(ParseLimits, TheWayDownIsBounded) {
    std::string text = "hal9: 1\nname: n\nstart: n0\nneurons:\n";
    for (int i = 0; i < 65; ++i) {
        text += str("  n", i, ": {layer: L1, kind: delay, forward: [n", i + 1, "]}\n");
    }
    EXPECT_THAT(
        fault_of(str(text, "  n65: {layer: L1, kind: delay}\n")),
        HasSubstr("the longest way down from the start has 65 connections; allowed: 64 (depth_max)")
    );
}

TEST(ParseLimits, PatternsAreBounded) {
    const auto split = [](std::string_view pattern) {
        return str(
            head,
            "  a: {layer: L1, kind: text.split, settings: {text: x, before: '",
            pattern,
            "'}}\n"
        );
    };
    EXPECT_THAT(faults_of(split(std::string(4'096, 'x'))), IsEmpty());
    EXPECT_THAT(
        fault_of(split(std::string(4'097, 'x'))),
        HasSubstr("the pattern has 4,097 bytes; allowed: 4,096 (pattern_bytes_max)")
    );
    EXPECT_THAT(fault_of(split("((((a{30}){30}){30}){30})")), HasSubstr("is refused by RE2: "));
    EXPECT_THAT(
        fault_of(split("[a-z]{900}"), {.pattern_memory_max = 10'000}),
        HasSubstr("is refused by RE2: pattern too large")
    );
}

TEST(ParseLimits, OfConditionsAreThoseInForce) {
    const auto when = [](int depth) {
        std::string predicate = "{at: '', eq: 1}";
        for (int i = 1; i < depth; ++i) {
            predicate = str("{not: ", predicate, "}");
        }
        return str(
            head,
            "  a: {layer: L2, kind: delay, forward: [{to: b, when: ",
            predicate,
            "}]}\n  b: {layer: L1, kind: delay}\n"
        );
    };
    EXPECT_THAT(faults_of(when(20)), SizeIs(1));
    EXPECT_THAT(faults_of(when(20), {.predicate_depth_max = 20}), IsEmpty());
    EXPECT_THAT(faults_of(when(21), {.predicate_depth_max = 20}), SizeIs(1));
}

TEST(ParseLimits, FaultsAreBounded) {
    std::string text(head);
    for (int i = 0; i < 900; ++i) {
        text +=
            str("  n", i, ": {layer: L1, kind: dealy, forward: [", repeated(60, "unknown, "), "]}\n"
            );
    }
    const auto faults = faults_of(text);
    ASSERT_THAT(faults, SizeIs(detail::Faults::faults_max + 1));
    EXPECT_EQ(
        faults.back().message,
        "only the first 100 faults found are shown; correct them and check again"
    );
}

}  // namespace
}  // namespace hal9::definition
