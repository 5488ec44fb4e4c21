#include "hal9/app/command_line.hpp"

#include "hal9/base/check.hpp"
#include "hal9/base/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

namespace hal9::app {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Outcome {
    int code = 0;
    std::string out;
    std::string err;
};

int run_words(std::vector<std::string> words) {
    words.insert(words.begin(), "hal9");
    std::vector<char*> argv;
    argv.reserve(words.size());
    for (std::string& word : words) {
        argv.push_back(word.data());
    }
    return run_command_line(static_cast<int>(argv.size()), argv.data());
}

Outcome hal9(std::vector<std::string> words) {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    Outcome outcome;
    outcome.code = run_words(std::move(words));
    outcome.out = testing::internal::GetCapturedStdout();
    outcome.err = testing::internal::GetCapturedStderr();
    return outcome;
}

/// Standard output is a full disk for as long as it lives.
class FullOutput {
public:
    FullOutput() : before_(::dup(STDOUT_FILENO)) {
        std::fflush(stdout);
        const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
        HAL9_ASSERT(before_ >= 0 && full >= 0 && ::dup2(full, STDOUT_FILENO) >= 0);
        ::close(full);
    }

    ~FullOutput() {
        std::clearerr(stdout);
        ::dup2(before_, STDOUT_FILENO);
        ::close(before_);
    }

    FullOutput(const FullOutput&) = delete;
    FullOutput& operator=(const FullOutput&) = delete;

private:
    int before_;
};

TEST(CommandLineTest, OutputThatCannotBeWrittenIsAFailure) {
    for (const auto& words : std::vector<std::vector<std::string>>{
             {"version"},
             {"version", "--json"},
             {"config", "show", "--defaults"},
             {"completion", "bash"},
             {"run", "--help"},
         }) {
        testing::internal::CaptureStderr();
        int code = 0;
        {
            const FullOutput full;
            code = run_words(words);
        }
        EXPECT_EQ(code, 1) << words[0];
        EXPECT_THAT(
            testing::internal::GetCapturedStderr(),
            HasSubstr("hal9: cannot write all of the output")
        ) << words[0];
    }
}

TEST(CommandLineTest, AVerbThatFailedKeepsItsCodeWhenItsOutputIsLost) {
    testing::internal::CaptureStderr();
    int code = 0;
    {
        const FullOutput full;
        std::fputs("something", stdout);
        code = run_words({"check", "/nowhere.yaml"});
    }
    EXPECT_EQ(code, 2);
    EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("cannot write"));
}

TEST(CommandLineTest, WhatIsReportedCannotMoveTheCursor) {
    const Outcome file = hal9({"check", "/no\x1b[2Jsuch\nfile"});
    EXPECT_EQ(file.code, 2);
    EXPECT_THAT(file.err, HasSubstr("/no\\x1b[2Jsuch\nfile"));

    const Outcome word = hal9({"versoin\x1b[2J"});
    EXPECT_EQ(word.code, 2);
    EXPECT_THAT(word.err, Not(HasSubstr("\x1b")));

    testing::internal::CaptureStderr();
    const std::string message("one\0two\nthree\xC2\x9B", 15);
    EXPECT_EQ(report(Error(ErrorCode::conflict, message)), ExitCode::failed);
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "hal9: one\\x00two\nthree\\x9b\n");
}

TEST(CommandLineTest, PrintedJsonCannotMoveTheCursorAndMeansTheSame) {
    const json::value value = {{"a", "\x1b\x7f\xC2\x9B\xC2\xA0\xC3\xA4"}};
    testing::internal::CaptureStdout();
    print_json(value);
    std::fflush(stdout);
    const std::string text = testing::internal::GetCapturedStdout();
    EXPECT_EQ(text, "{\"a\":\"\\u001b\\u007f\\u009b\xC2\xA0\xC3\xA4\"}\n");
    EXPECT_EQ(parse_json(text).value(), value);
}

TEST(CommandLineTest, OptionsThatExcludeEachOtherAreWrongUsage) {
    const Outcome show = hal9({"show", "--signal", "a", "--tree"});
    EXPECT_EQ(show.code, 2);
    EXPECT_THAT(show.err, HasSubstr("excludes"));
    EXPECT_EQ(hal9({"dead", "redrive", "a", "--all"}).code, 2);
    EXPECT_EQ(hal9({"config", "show", "--defaults", "--data", "/tmp"}).code, 2);
}

TEST(CommandLineTest, WrongUsageNamesTheHelpOfTheVerb) {
    EXPECT_THAT(hal9({}).err, HasSubstr("`hal9 --help`"));
    EXPECT_THAT(hal9({"dead"}).err, HasSubstr("`hal9 dead --help`"));
    EXPECT_THAT(hal9({"dead", "redrive", "--al"}).err, HasSubstr("`hal9 dead redrive --help`"));
}

TEST(CommandLineTest, TheCompletionKnowsVerbsOptionsAndTheValuesTheyAllow) {
    const Outcome script = hal9({"completion", "bash"});
    EXPECT_EQ(script.code, 0);
    for (const char* const line : {
             "'dead') words='list show redrive discard ' options='--help --help-all ' ;;",
             "'completion') words='bash zsh' options=",
             "'runs --state') words='running draining completed failed cancelled' options='' ;;",
             "'dead list --data') words='' options='' ;;",
         }) {
        EXPECT_THAT(script.out, HasSubstr(line));
    }
    EXPECT_THAT(script.out, Not(HasSubstr("'dead list --json')")));
    EXPECT_THAT(hal9({"completion", "zsh"}).out, HasSubstr("bashcompinit"));
}

TEST(CommandLineTest, EveryVerbHasHelpWithAnExample) {
    for (const auto& words : std::vector<std::vector<std::string>>{
             {},
             {"check"},
             {"run"},
             {"resume"},
             {"cancel"},
             {"runs"},
             {"show"},
             {"dead"},
             {"dead", "list"},
             {"dead", "redrive"},
             {"dead", "discard"},
             {"config"},
             {"config", "show"},
             {"version"},
             {"completion"},
         }) {
        std::vector<std::string> asked = words;
        asked.emplace_back("--help");
        std::string example = "Example: hal9";
        for (const std::string& word : words) {
            example += " " + word;
        }
        const Outcome help = hal9(asked);
        EXPECT_EQ(help.code, 0) << example;
        EXPECT_THAT(help.out, HasSubstr(example));
    }
}

}  // namespace
}  // namespace hal9::app
