#include "hal9/adapters/system/system_log.hpp"

#include "hal9/base/json.hpp"
#include "hal9/base/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>

#include <fcntl.h>
#include <unistd.h>

namespace hal9::adapters {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view time = "2026-11-24T13:26:00.000Z";

class Pipe {
public:
    Pipe() { EXPECT_EQ(::pipe2(ends_.data(), O_NONBLOCK | O_CLOEXEC), 0); }

    ~Pipe() {
        close_reader();
        ::close(ends_[1]);
    }

    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;

    [[nodiscard]] int writer() const { return ends_[1]; }

    void close_reader() {
        if (ends_[0] >= 0) {
            ::close(std::exchange(ends_[0], -1));
        }
    }

    /// What is in the pipe just now.
    [[nodiscard]] std::string read_all() const {
        std::string text;
        std::array<char, 4'096> buffer{};
        for (ssize_t got = 0; (got = ::read(ends_[0], buffer.data(), buffer.size())) > 0;) {
            text.append(buffer.data(), static_cast<std::size_t>(got));
        }
        return text;
    }

private:
    std::array<int, 2> ends_{-1, -1};
};

TEST(LogLine, LogfmtQuotesOnlyWhatNeedsIt) {
    EXPECT_EQ(
        log_line(
            LogFormat::logfmt,
            time,
            LogLevel::info,
            "signal_parked",
            {{"run", "abc"}, {"path", "/a b"}, {"why", "say \"no\"=\n"}, {"none", ""}}
        ),
        "time=2026-11-24T13:26:00.000Z level=info event=signal_parked run=abc path=\"/a b\" "
        "why=\"say \\\"no\\\"=\\n\" none=\"\"\n"
    );
}

TEST(LogLine, JsonIsOneObjectALine) {
    const std::string line = log_line(
        LogFormat::json,
        time,
        LogLevel::warning,
        "store_slow",
        {{"path", "a\"b\n"}, {"ms", "12"}}
    );
    ASSERT_THAT(line, EndsWith("}\n"));
    EXPECT_EQ(line.find('\n'), line.size() - 1);
    const auto value = parse_json(line);
    ASSERT_TRUE(value) << line;
    EXPECT_EQ(
        *value,
        json::value(
            {{"time", time},
             {"level", "warning"},
             {"event", "store_slow"},
             {"path", "a\"b\n"},
             {"ms", "12"}}
        )
    );
}

TEST(LogLine, NoValueMakesALineLongerThanAPipeTakesAtOnce) {
    std::string umlauts;
    for (int i = 0; i < 10'000; ++i) {
        umlauts += "\xC3\xBC";
    }
    for (const LogFormat format : {LogFormat::logfmt, LogFormat::json}) {
        const std::string line = log_line(
            format,
            time,
            LogLevel::error,
            "e",
            {{"a", umlauts}, {"b", std::string(5'000, '\x01')}, {"c", "short"}}
        );
        EXPECT_LE(line.size(), log_line_bytes_max);
        EXPECT_TRUE(is_utf8(line));
        EXPECT_THAT(line, HasSubstr("\xE2\x80\xA6"));
        EXPECT_THAT(line, HasSubstr("short"));
    }
}

TEST(LogLine, IllFormedBytesAreReplaced) {
    const std::string line = log_line(LogFormat::json, time, LogLevel::error, "e", {{"a", "\xFF"}});
    EXPECT_TRUE(parse_json(line)) << line;
}

TEST(StderrLog, WritesWhatIsNotBelowItsLevel) {
    const Pipe pipe;
    const auto log = make_stderr_log(LogFormat::logfmt, LogLevel::warning, pipe.writer());
    log->write(LogLevel::info, "quiet", {});
    log->write(LogLevel::warning, "loud", {{"a", "1"}});
    const std::string text = pipe.read_all();
    EXPECT_THAT(text, StartsWith("time=2"));
    EXPECT_THAT(text, EndsWith("level=warning event=loud a=1\n"));
    EXPECT_EQ(text.find("quiet"), std::string::npos);
}

TEST(StderrLog, AFullPipeDropsEventsAndTheyAreCounted) {
    const Pipe pipe;
    // Blocking, so that a log that does not look first would hang here.
    ASSERT_EQ(::fcntl(pipe.writer(), F_SETFL, 0), 0);
    const auto log = make_stderr_log(LogFormat::logfmt, LogLevel::info, pipe.writer());
    const std::string value(2'000, 'x');
    for (int i = 0; i < 100; ++i) {
        log->write(LogLevel::info, "event", {{"n", str(i)}, {"value", value}});
    }
    const std::string before = pipe.read_all();
    const auto kept = std::count(before.begin(), before.end(), '\n');
    EXPECT_GT(kept, 10);
    EXPECT_LT(kept, 100);
    log->write(LogLevel::info, "after", {});
    const std::string after = pipe.read_all();
    EXPECT_THAT(after, HasSubstr(str("event=log_events_dropped count=", 100 - kept, "\n")));
    EXPECT_THAT(after, EndsWith("event=after\n"));
    log->write(LogLevel::info, "later", {});
    EXPECT_EQ(pipe.read_all().find("log_events_dropped"), std::string::npos);
}

TEST(StderrLog, AReaderThatIsGoneDoesNotEndTheProcess) {
    Pipe pipe;
    pipe.close_reader();
    const auto log = make_stderr_log(LogFormat::json, LogLevel::info, pipe.writer());
    log->write(LogLevel::error, "nobody_listens", {});  // SIGPIPE would end this test program
}

}  // namespace
}  // namespace hal9::adapters
