#include "hal9/app/progress_view.hpp"

#include "hal9/base/text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace hal9::app {
namespace {

json::object progress(std::uint64_t known, std::uint64_t done) {
    return {
        {"known", known},
        {"done", done},
        {"parked", 0},
        {"neurons",
         {json::object{{"neuron", "facts\x1b"}, {"known", known}, {"done", done}, {"failed", 2}}}},
    };
}

TEST(ProgressTextTest, SaysDoneKnownAndRate) {
    EXPECT_EQ(
        ProgressText::line(progress(40'000, 10'000), std::chrono::seconds(1), 0),
        "10,000 of 40,000 signals, 10,000/s\n"
    );
}

TEST(ProgressTextTest, TheRateCountsWhatWasDoneHere) {
    EXPECT_EQ(
        ProgressText::line(progress(40'000, 10'000), std::chrono::seconds(1), 9'000),
        "10,000 of 40,000 signals, 1,000/s\n"
    );
}

TEST(ProgressTextTest, EstimatesOnlyOnceItMeansSomething) {
    EXPECT_EQ(
        ProgressText::line(progress(40'000, 20'000), std::chrono::seconds(4), 0),
        "20,000 of 40,000 signals, 5,000/s, about 5 s left\n"
    );
    EXPECT_EQ(
        ProgressText::line(progress(40'000, 2'000), std::chrono::seconds(4), 0),
        "2,000 of 40,000 signals, 500/s\n"
    );
}

TEST(ProgressTextTest, TheBlockHasALineForEachNeuron) {
    EXPECT_EQ(
        ProgressText::block(progress(4, 3), std::chrono::seconds(0), 0, {}),
        "3 of 4 signals, 0/s\n  facts\\x1b  3 of 4  2 failed\n"
    );
}

TEST(ProgressTextTest, NothingIsLeftWhenEverythingKnownIsDone) {
    EXPECT_EQ(
        ProgressText::line(progress(35'891, 35'891), std::chrono::seconds(4), 0),
        "35,891 of 35,891 signals, 8,972/s\n"
    );
}

/// `count` neurons n0, n1, ... of which every tenth is at work.
json::object many(std::size_t count) {
    json::array neurons;
    for (std::size_t i = 0; i < count; ++i) {
        neurons.push_back(json::object{
            {"neuron", str("n", i)},
            {"known", 2},
            {"done", i % 10 == 0 ? 1 : 2},
            {"failed", 0}
        });
    }
    return {{"known", 2 * count}, {"done", count}, {"parked", 0}, {"neurons", neurons}};
}

TEST(ProgressTextTest, TheBlockLeavesTwoRowsFreeAndShowsThoseAtWorkFirst) {
    const auto block = [](std::size_t neurons, std::size_t rows) {
        return ProgressText::block(many(neurons), std::chrono::seconds(0), 0, {.rows = rows});
    };
    EXPECT_EQ(
        block(40, 10),
        "40 of 80 signals, 0/s\n"
        "  n0  1 of 2\n"
        "  n1  2 of 2\n"
        "  n2  2 of 2\n"
        "  n10  1 of 2\n"
        "  n20  1 of 2\n"
        "  n30  1 of 2\n"
        "  … 34 more\n"
    );
    for (const std::size_t neurons : {1U, 6U, 7U, 8U, 40U}) {
        for (std::size_t rows = 3; rows < 50; ++rows) {
            const auto lines = std::ranges::count(block(neurons, rows), '\n');
            EXPECT_LE(lines, rows - 2) << neurons << " neurons, " << rows << " rows";
            EXPECT_EQ(lines, std::min(neurons + 1, rows - 2)) << neurons << ", " << rows;
        }
    }
    EXPECT_EQ(block(40, 1), "40 of 80 signals, 0/s\n");
}

TEST(ProgressTextTest, NoLineOfTheBlockIsWiderThanTheTerminal) {
    EXPECT_EQ(
        ProgressText::block(
            progress(4, 3),
            std::chrono::seconds(0),
            0,
            {.rows = 24, .columns = 12, .colours = false}
        ),
        "3 of 4 sign…\n  facts\\x1b…\n"
    );
    EXPECT_EQ(
        ProgressText::block(
            progress(4, 3),
            std::chrono::seconds(0),
            0,
            {.rows = 24, .columns = 25, .colours = true}
        ),
        "\x1b[1m3 of 4 signals, 0/s\x1b[0m\n  facts\\x1b  3 of 4\x1b[31m  2 f…\x1b[0m\n"
    );
}

TEST(TerminalBlockTest, IsDrawnOverItselfFromTheFirstColumn) {
    TerminalBlock block;
    EXPECT_EQ(block.erase(80), "");
    EXPECT_EQ(block.draw("a\nb\n", 80), "\x1b[Ka\n\x1b[Kb\n\x1b[J");
    EXPECT_EQ(block.draw("c\n", 80), "\r\x1b[2A\x1b[Kc\n\x1b[J");
    EXPECT_EQ(block.erase(80), "\r\x1b[1A\x1b[K\n\x1b[J\x1b[1A");
    EXPECT_EQ(block.erase(80), "");
}

TEST(TerminalBlockTest, LinesThatANarrowerTerminalBrokeTakeMoreRows) {
    TerminalBlock block;
    const std::string wide = str("\x1b[1m", std::string(20, 'x'), "\x1b[0m\n\nü\n");
    static_cast<void>(block.draw(wide, 20));
    EXPECT_EQ(block.erase(20), "\r\x1b[3A\x1b[K\n\x1b[J\x1b[1A");
    static_cast<void>(block.draw(wide, 20));
    EXPECT_EQ(block.erase(9), "\r\x1b[5A\x1b[K\n\x1b[J\x1b[1A");
}

}  // namespace
}  // namespace hal9::app
