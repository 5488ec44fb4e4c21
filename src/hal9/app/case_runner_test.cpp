#include "hal9/app/case_runner.hpp"

#include "hal9/adapters/system/system_clock.hpp"
#include "hal9/app/case_verdict.hpp"
#include "hal9/app/definition_file.hpp"
#include "hal9/base/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace hal9::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view asking = R"(
hal9: 1
name: asking
start: ask
neurons:
  ask:
    layer: L3
    kind: human
    keep: [amount]
    settings:
      question: "Pay ${/amount}?"
      form: {type: object, required: [ok], properties: {ok: {type: boolean}}}
      within: 90m
    then: {to: pay, when: {at: /answer/ok, eq: true}, as: paid}
  pay:
    layer: L3
    kind: network
    settings: {network: pay, input: {amount: "${/amount}"}}
)";

constexpr std::string_view pay = R"(
hal9: 1
name: pay
start: transfer
neurons:
  transfer: {layer: L2, kind: json.map, settings: {value: "${/amount}"}}
)";

constexpr std::string_view many = R"(
hal9: 1
name: many
start: split
neurons:
  split:
    layer: L3
    kind: json.split
    settings: {list: "${/amounts}"}
    forward: [ask]
    combine: {said: {collect: /answer}}
  ask: {layer: L2, kind: human, settings: {question: "Pay ${/value}?"}}
)";

class CaseRunnerTest : public testing::Test {
protected:
    static definition::Network network(std::string_view text) {
        auto parsed = parse_definition(std::string(text), {});
        if (!parsed) {
            ADD_FAILURE() << definition::to_string(parsed.error().front(), "network");
            return {};
        }
        return *std::move(parsed);
    }

    CaseOutcome run(std::string_view tested, std::string_view text) {
        const definition::Network under_test = network(tested);
        networks_.clear();
        networks_.emplace("pay.yaml", network(called_));
        auto file = read_case_file("case.yaml", "case", std::string(text), {});
        if (!file) {
            ADD_FAILURE() << definition::to_string(file.error().front(), "case");
            return {};
        }
        test_ = std::move(file->cases.front());
        auto outcome = CaseRunner(under_test, networks_, limits_, machine_).run(test_);
        EXPECT_TRUE(outcome.has_value()) << outcome.error().full_message();
        return outcome.value_or(CaseOutcome{});
    }

    /// What is not as expected.
    std::vector<std::string> judged(std::string_view tested, std::string_view text) {
        const CaseOutcome outcome = run(tested, text);
        std::vector<std::string> out;
        for (const CaseFailure& failure : judge(test_, outcome)) {
            out.push_back(str(failure.pointer, " ", failure.message));
        }
        return out;
    }

    std::string_view called_ = pay;  ///< what lies in pay.yaml
    CaseLimits limits_;
    adapters::SystemClock machine_;
    CaseNetworks networks_;
    TestCase test_;
};

TEST_F(CaseRunnerTest, PeopleAnswerAndChildRunsRun) {
    EXPECT_THAT(
        judged(asking, R"(
networks: [pay.yaml]
input: {amount: 250}
answers: {ask: {answer: {ok: true}, by: jo, after: 1h, question: "Pay 250"}}
result: {answer: {ok: true}, by: jo, at: "2031-01-01T01:00:00.000Z", amount: 250, paid: 250}
signals: {ask: 1, pay: {completed: 1}, pay/transfer: 1}
took: 1h
)"),
        IsEmpty()
    );
}

TEST_F(CaseRunnerTest, TimePassesAtOnceAndToTheMomentThatIsDue) {
    EXPECT_THAT(
        judged(asking, "input: {amount: 1}\nerror: {code: deadline_exceeded}\ntook: 90m"),
        IsEmpty()
    );
    constexpr std::string_view delays = R"(
hal9: 1
name: delays
start: wait
neurons:
  wait: {layer: L2, kind: delay, settings: {for: "${/for}"}, then: again}
  again: {layer: L2, kind: delay, settings: {until: "2031-06-01T00:00:00Z"}}
)";
    for (const std::string_view pause : {"1ms", "3s", "30m", "45d"}) {
        EXPECT_THAT(judged(delays, str("input: {for: ", pause, "}\ntook: 151d")), IsEmpty());
    }
}

TEST_F(CaseRunnerTest, TheFirstAnswerThatFitsIsTaken) {
    EXPECT_THAT(
        judged(many, R"(
input: {amounts: [1, 20, 3, 4]}
answers:
  ask:
    - {answer: rich, when: {at: /value, gt: 10}}
    - {answer: first, times: 1}
    - {answer: three, question: "Pay 3?"}
    - {answer: rest}
result: {said: [first, rich, three, rest]}
)"),
        IsEmpty()
    );
}

TEST_F(CaseRunnerTest, ARunThatWaitsForWhatNobodyGivesStops) {
    EXPECT_THAT(
        judged(many, "input: {amounts: [7]}\nresult: 1"),
        ElementsAre(AllOf(
            HasSubstr("/result the run does not end: `ask` asks \"Pay 7?\""),
            HasSubstr("answers")
        ))
    );
    EXPECT_THAT(judged(many, "input: {amounts: [7, 8]}\nsignals: {ask: {waiting: 2}}"), IsEmpty());
}

TEST_F(CaseRunnerTest, AnswersThatAreRefusedOrNotAskedForAreTold) {
    EXPECT_THAT(
        judged(asking, R"(
input: {amount: 1}
answers: {ask: [{answer: {ok: maybe}}, {answer: {ok: true}}]}
error: deadline_exceeded
)"),
        ElementsAre(
            AllOf(HasSubstr("/answers/ask/0 "), HasSubstr("ok")),
            "/answers/ask/1 nothing that `ask` asked was answered with this"
        )
    );
}

TEST_F(CaseRunnerTest, MessagesComeInTheirTime) {
    constexpr std::string_view receiving = R"(
hal9: 1
name: receiving
start: first
neurons:
  first: {layer: L2, kind: receive, settings: {name: paid, within: 3d}, then: second}
  second: {layer: L2, kind: receive, settings: {name: "${/message}"}}
)";
    EXPECT_THAT(
        judged(receiving, R"(
messages:
  - {name: paid, message: shipped, after: 2d}
  - {name: shipped, message: {on: monday}, by: bert, after: 1h}
result: {message: {on: monday}, by: bert, at: "2031-01-01T01:00:00.000Z"}
took: 2d
)"),
        IsEmpty()
    );
    EXPECT_THAT(
        judged(
            receiving,
            "messages: [{name: paid, after: 4d}]\nerror: deadline_exceeded\ntook: 3d"
        ),
        ElementsAre("/messages/0 the run ended before this was sent")
    );
    EXPECT_THAT(
        judged(receiving, "messages: [{name: paid, message: shipped}]\nresult: 1"),
        ElementsAre(HasSubstr("`second` waits for a message \"shipped\""))
    );
}

TEST_F(CaseRunnerTest, MessagesGoToRunsThatTheRunStarted) {
    constexpr std::string_view calling = R"(
hal9: 1
name: calling
start: split
neurons:
  split:
    layer: L3
    kind: json.split
    settings: {list: [a, b]}
    forward: [call]
    combine: {said: {collect: /message}}
  call: {layer: L2, kind: network, settings: {network: pay, input: {name: "${/value}"}}}
)";
    constexpr std::string_view called = R"(
hal9: 1
name: pay
start: wait
neurons:
  wait: {layer: L2, kind: receive, settings: {name: "${/name}"}}
)";
    called_ = called;
    EXPECT_THAT(
        judged(calling, R"(
networks: [pay.yaml]
messages: [{name: b, message: 2, to: pay, after: 1h}, {name: a, message: 1, to: pay}]
result: {said: [1, 2]}
took: 1h
)"),
        IsEmpty()
    );
    EXPECT_THAT(
        judged(calling, R"(
networks: [pay.yaml]
messages: [{name: a, message: 1, to: pey}]
result: 1
)"),
        ElementsAre(
            "/messages/0 no run of network \"pey\" was under way when this was to be sent",
            HasSubstr("`pay/wait` waits for a message \"a\"")
        )
    );
}

TEST_F(CaseRunnerTest, WhatIsParkedCanBeExpected) {
    constexpr std::string_view parking = R"(
hal9: 1
name: parking
start: work
neurons:
  work:
    layer: L2
    kind: fail
    settings: {rate: 1, error: unavailable}
    retry: {attempts: 2}
    on_exhausted: park
)";
    EXPECT_THAT(judged(parking, "signals: {work: {parked: 1}}"), IsEmpty());
    EXPECT_THAT(
        judged(parking, "error: unavailable"),
        ElementsAre(HasSubstr("`work` is parked (unavailable)"))
    );
}

TEST_F(CaseRunnerTest, FilesLieInMemory) {
    constexpr std::string_view reads = R"(
hal9: 1
name: reads
start: list
neurons:
  list:
    layer: L3
    kind: files.list
    settings: {directory: /docs, match: "**"}
    forward: [read]
    combine: {texts: {collect: /text}}
    on_child_error: skip
  read: {layer: L2, kind: files.read, settings: {path: "${/path}"}}
)";
    const auto folder = std::filesystem::path(testing::TempDir()) / "case_runner_files";
    std::filesystem::create_directories(folder / "below");
    std::fclose(std::fopen((folder / "below/empty.txt").c_str(), "w"));
    EXPECT_THAT(
        judged(
            reads,
            str(R"(
files:
  /docs/a.txt: one
  /docs/b.txt: {error: permission_denied}
  /docs/c: {from: )",
                folder.string(),
                R"(}
  /elsewhere/d.txt: four
result: {texts: [one, ""]}
signals: {read: {failed: 1, completed: 2}}
)")
        ),
        IsEmpty()
    );
    EXPECT_THAT(
        judged(reads, "files: {/docs: {from: /nowhere}}\nerror: not_found"),
        ElementsAre(HasSubstr("/files/~1docs cannot read /nowhere"))
    );
    limits_.limits.case_files_bytes_max = 3;
    EXPECT_THAT(
        judged(reads, "files: {/docs/x: {from: /proc/self/cmdline}}\nmatches: {}"),
        ElementsAre(HasSubstr("case_files_bytes_max"), testing::_)
    );
    std::filesystem::remove_all(folder);
}

TEST_F(CaseRunnerTest, WhatACaseLacksIsToldWhereItWouldBeSaid) {
    constexpr std::string_view reads = R"(
hal9: 1
name: reads
start: read
neurons:
  read: {layer: L2, kind: files.read, settings: {path: /etc/hostname}}
)";
    EXPECT_THAT(judged(reads, "matches: {}"), ElementsAre(HasSubstr("under its `files`")));
    constexpr std::string_view calls = R"(
hal9: 1
name: calls
start: call
neurons:
  call: {layer: L2, kind: network, settings: {network: pay}}
)";
    EXPECT_THAT(judged(calls, "matches: {}"), ElementsAre(HasSubstr("under `networks`")));
}

TEST_F(CaseRunnerTest, EarlierRunsLeaveTheirStates) {
    constexpr std::string_view counts = R"(
hal9: 1
name: counts
start: count
neurons:
  count: {layer: L2, kind: state.update, key: "${/word}", settings: {op: increment}}
)";
    EXPECT_THAT(
        judged(counts, R"(
earlier: [{word: a}, {word: a}, {word: b}]
input: {word: a}
result: 3
signals: {count: 1}
)"),
        IsEmpty()
    );
}

TEST_F(CaseRunnerTest, AnInputThatIsRefusedIsAnError) {
    const std::string strict = str(asking, "input: {type: object, required: [amount]}\n");
    EXPECT_THAT(judged(strict, "error: {code: invalid_argument, message: amount}"), IsEmpty());
    EXPECT_THAT(
        judged(strict, "result: 1"),
        ElementsAre(HasSubstr("/result the run failed (invalid_argument)"))
    );
}

TEST_F(CaseRunnerTest, ACaseHasItsTime) {
    limits_.time_max = Duration(0);
    EXPECT_THAT(
        judged(many, "input: {amounts: []}\nresult: {said: []}"),
        ElementsAre(HasSubstr("--timeout"))
    );
}

TEST_F(CaseRunnerTest, ACaseHasSoManySignals) {
    std::string input = "answers: {ask: {answer: 1}}\ninput: {amounts: [1";
    for (int i = 0; i < 299; ++i) {
        input += ", 1";
    }
    input += "]}\n";
    limits_.limits.case_signals_max = 301;
    EXPECT_THAT(judged(many, input + "signals: {ask: 300}"), IsEmpty());
    limits_.limits.case_signals_max = 100;
    EXPECT_THAT(
        judged(many, input + "result: 1"),
        ElementsAre(HasSubstr("/result the run has more signals"))
    );
}

TEST_F(CaseRunnerTest, EndsThatNobodyExpectedAreTold) {
    EXPECT_THAT(
        judged(many, "input: {amounts: []}\nerror: timeout"),
        ElementsAre("/error the run completed with {\"said\":[]}; expected an error")
    );
    EXPECT_THAT(
        judged(many, "input: {amounts: 3}\nerror: timeout"),
        ElementsAre(AllOf(HasSubstr("invalid_argument"), HasSubstr("; expected timeout")))
    );
    EXPECT_THAT(
        judged(many, "input: {amounts: 3}\nerror: {message: soon}"),
        ElementsAre(HasSubstr("; expected \"soon\" in it"))
    );
    EXPECT_THAT(
        judged(many, "input: {amounts: []}\nholds: {at: /said/0, exists: true}"),
        ElementsAre("/holds `holds` does not hold of the result, {\"said\":[]}")
    );
    EXPECT_THAT(
        judged(many, "input: {amounts: []}\nresult: {said: [1]}\nsignals: {ask: 1}\ntook: 1s"),
        ElementsAre(
            "/result/said/0 result/said/0 is missing; expected 1",
            "/signals/ask `ask` had 0 signals; expected 1",
            "/took the run took no time; expected 1s"
        )
    );
    EXPECT_THAT(judged(many, "input: {amounts: []}"), ElementsAre(HasSubstr("expects nothing")));
}

TEST_F(CaseRunnerTest, EndsInTheSameWayEachTime) {
    constexpr std::string_view chancy = R"(
hal9: 1
name: chancy
start: split
neurons:
  split:
    layer: L3
    kind: json.split
    settings: {list: [1, 2, 3, 4, 5]}
    forward: [work]
    join: {quorum: 2}
    combine: {done: {collect: /value}}
  work: {layer: L2, kind: fail, settings: {rate: 0.5, error: unavailable}}
)";
    const CaseOutcome first = run(chancy, "result: 1");
    for (int i = 0; i < 3; ++i) {
        const CaseOutcome again = run(chancy, "result: 1");
        EXPECT_EQ(again.result, first.result);
        EXPECT_EQ(again.took, first.took);
        EXPECT_EQ(again.signals, first.signals);
    }
}

}  // namespace
}  // namespace hal9::app
