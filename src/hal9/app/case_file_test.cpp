#include "hal9/app/case_file.hpp"

#include "hal9/base/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hal9::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<TestCase> read(std::string_view text) {
    auto file = read_case_file("folder/some.yaml", "some", std::string(text), {});
    if (!file) {
        ADD_FAILURE() << definition::to_string(file.error().front(), "some.yaml");
        return {};
    }
    return std::move(file->cases);
}

/// `line:column: message` each.
std::vector<std::string> faults(std::string_view text) {
    std::vector<std::string> out;
    const auto file = read_case_file("some.yaml", "some", std::string(text), {});
    if (!file) {
        for (const definition::Fault& fault : file.error()) {
            out.push_back(str(fault.line, ':', fault.column, ": ", fault.message));
        }
    }
    return out;
}

TEST(CaseFileTest, AFileIsACase) {
    const auto cases = read(R"(
description: What is said.
input: {amount: 5}
earlier: [{amount: 1}, null]
networks: [../pay.yaml]
now: 2031-01-14T08:30:00Z
result: [1]
took: 2d
)");
    ASSERT_THAT(cases, SizeIs(1));
    const TestCase& one = cases.front();
    EXPECT_EQ(one.name, "some");
    EXPECT_EQ(one.description, "What is said.");
    EXPECT_EQ(one.input, json::value({{"amount", 5}}));
    EXPECT_THAT(one.earlier, SizeIs(2));
    ASSERT_THAT(one.networks, SizeIs(1));
    EXPECT_EQ(one.networks.front().value, "pay.yaml");
    EXPECT_EQ(one.networks.front().pointer, "/networks/0");
    EXPECT_EQ(one.now, (WallTime{1'926'145'800'000'000}));
    EXPECT_EQ(one.expected.result->value, json::value(json::array{1}));
    EXPECT_EQ(one.expected.took->value, std::chrono::days(2));
}

TEST(CaseFileTest, AnEmptyInputIsAnObject) {
    EXPECT_EQ(read("result: 1").front().input, json::value(json::object{}));
}

TEST(CaseFileTest, SeveralCasesShareWhatStandsBesideThem) {
    const auto cases = read(R"(
input: {amount: 5}
took: 1h
cases:
  first: {result: 1}
  second: {input: 7, result: 2}
)");
    ASSERT_THAT(cases, SizeIs(2));
    EXPECT_EQ(cases[0].name, "some/first");
    EXPECT_EQ(cases[0].pointer, "/cases/first");
    EXPECT_EQ(cases[0].input, json::value({{"amount", 5}}));
    EXPECT_EQ(cases[0].expected.took->pointer, "/took");
    EXPECT_EQ(cases[1].input, json::value(7));
    EXPECT_EQ(cases[1].expected.result->pointer, "/cases/second/result");
}

TEST(CaseFileTest, AnswersAreOneOrAList) {
    const auto cases = read(R"(
answers:
  ask: {answer: {ok: true}, by: jo, question: Pay, when: {at: /amount, gt: 3}, after: 2h, times: 1}
  other: [{answer: no}, {answer: yes}]
result: 1
)");
    const CaseAnswers& answers = cases.front().answers;
    ASSERT_THAT(answers.at("ask"), SizeIs(1));
    const CaseAnswer& one = answers.at("ask").front().value;
    EXPECT_EQ(one.by, "jo");
    EXPECT_EQ(one.question, "Pay");
    EXPECT_EQ(one.after, std::chrono::hours(2));
    EXPECT_EQ(one.times, 1U);
    EXPECT_TRUE(one.when->holds({{"amount", 4}}));
    EXPECT_FALSE(one.when->holds({{"amount", 3}}));
    ASSERT_THAT(answers.at("other"), SizeIs(2));
    EXPECT_EQ(answers.at("other")[1].pointer, "/answers/other/1");
    EXPECT_EQ(answers.at("other")[1].value.by, "somebody");
}

TEST(CaseFileTest, MessagesHaveNames) {
    const auto cases = read(
        "messages: [{name: paid, message: 3, to: bank, by: jo, after: 1h}, {name: x}]\nresult: 1"
    );
    const auto& messages = cases.front().messages;
    ASSERT_THAT(messages, SizeIs(2));
    EXPECT_EQ(messages[0].value.name, "paid");
    EXPECT_EQ(messages[0].value.message, json::value(3));
    EXPECT_EQ(messages[0].value.to, "bank");
    EXPECT_EQ(messages[0].value.by, "jo");
    EXPECT_EQ(messages[1].value.to, "");
    EXPECT_EQ(messages[0].value.after, std::chrono::hours(1));
    EXPECT_EQ(messages[1].pointer, "/messages/1");
    EXPECT_THAT(
        faults("messages: [{message: 1}]"),
        ElementsAre(HasSubstr("lacks the key \"name\""))
    );
    EXPECT_THAT(faults("messages: {name: x}"), ElementsAre(HasSubstr("a list of messages")));
}

TEST(CaseFileTest, FilesHaveATextAreReadOrCannotBeRead) {
    const auto cases = read(R"(
files:
  /docs/a.txt: one two
  /docs/./b.txt: {text: three}
  /share: {from: ../corpus}
  /docs/c.txt: {error: permission_denied}
result: 1
)");
    const auto& files = cases.front().files;
    ASSERT_THAT(files, SizeIs(4));
    EXPECT_EQ(std::get<std::string>(files[0].value.content), "one two");
    EXPECT_EQ(files[1].value.path, "/docs/b.txt");
    EXPECT_EQ(std::get<CaseContent::From>(files[2].value.content).path, "corpus");
    EXPECT_EQ(std::get<Error>(files[3].value.content).code, ErrorCode::permission_denied);
}

TEST(CaseFileTest, AnErrorIsItsCodeOrMore) {
    EXPECT_EQ(read("error: timeout").front().expected.error->value.code, ErrorCode::timeout);
    const auto cases = read("error: {message: nobody}");
    EXPECT_EQ(cases.front().expected.error->value.code, std::nullopt);
    EXPECT_EQ(cases.front().expected.error->value.message, "nobody");
}

TEST(CaseFileTest, SignalsAreCountedInAllOrByStatus) {
    const auto cases = read("signals: {a: 3, b/c: {failed: 1, parked: 0}}");
    const auto& signals = cases.front().expected.signals;
    ASSERT_THAT(signals, SizeIs(3));
    EXPECT_EQ(signals[0].value.status, std::nullopt);
    EXPECT_EQ(signals[1].value.neuron, "b/c");
    EXPECT_EQ(signals[1].value.status, SignalStatus::failed);
    EXPECT_EQ(signals[1].pointer, "/signals/b~1c/failed");
}

TEST(CaseFileTest, EveryFaultIsToldAtItsPlaceWithWhatWouldBeRight) {
    EXPECT_THAT(
        faults("inptu: 1\nresult: 2\nsignals: {a: -1}\n"),
        ElementsAre(
            "1:1: unknown key \"inptu\" in a case; did you mean `input`?",
            HasSubstr("3:14: a number of signals must be a whole number")
        )
    );
    EXPECT_THAT(
        faults("answers: {ask: {answr: 1}}"),
        ElementsAre(
            HasSubstr("1:16: an answer lacks the key \"answer\""),
            HasSubstr("1:17: unknown key \"answr\" in an answer; did you mean `answer`?")
        )
    );
    EXPECT_THAT(faults("files: {docs: x}"), ElementsAre(HasSubstr("no absolute path")));
    EXPECT_THAT(faults("files: {/a: {text: x, from: y}}"), ElementsAre(HasSubstr("just one of")));
    EXPECT_THAT(faults("took: 3"), ElementsAre(HasSubstr("a duration with its unit")));
    EXPECT_THAT(faults("now: tomorrow"), ElementsAre(HasSubstr("a time such as")));
    EXPECT_THAT(faults("error: tiemout"), ElementsAre(HasSubstr("no code of an error")));
    EXPECT_THAT(faults("holds: {at: /a, eqq: 1}"), ElementsAre(HasSubstr("1:8: `holds`: ")));
    EXPECT_THAT(
        faults("signals: {a: {faild: 1}}"),
        ElementsAre(HasSubstr("did you mean `failed`"))
    );
    EXPECT_THAT(
        faults("[1]"),
        ElementsAre(HasSubstr("a case is of type array; allowed: an object"))
    );
    EXPECT_THAT(faults("cases: []"), ElementsAre(HasSubstr("an object of cases by their names")));
    EXPECT_THAT(faults("a: [\n"), SizeIs(1));
}

TEST(CaseFileTest, WhatSeveralCasesShareIsWrongOnce) {
    EXPECT_THAT(faults("took: 3\ncases: {a: {result: 1}, b: {result: 2}}"), SizeIs(1));
}

TEST(CaseFileTest, AnErrorAndAResultExcludeEachOther) {
    EXPECT_THAT(
        faults("error: timeout\nresult: 1"),
        ElementsAre(HasSubstr("1:8: a run that fails"))
    );
}

TEST(CaseFileTest, ANetworkIsNoCase) {
    EXPECT_TRUE(is_network("hal9: 1\nname: x\n", {}));
    EXPECT_FALSE(is_network("result: 1\n", {}));
    EXPECT_FALSE(is_network("[", {}));
}

}  // namespace
}  // namespace hal9::app
