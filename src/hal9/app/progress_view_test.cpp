#include "hal9/app/progress_view.hpp"

#include <gtest/gtest.h>

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
        ProgressText::block(progress(4, 3), std::chrono::seconds(0), 0, false),
        "3 of 4 signals, 0/s\n  facts\\x1b  3 of 4  2 failed\n"
    );
}

}  // namespace
}  // namespace hal9::app
