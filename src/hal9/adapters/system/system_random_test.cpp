#include "hal9/adapters/system/system_random.hpp"

#include <gtest/gtest.h>

#include <array>

namespace hal9::adapters {
namespace {

TEST(SystemRandom, TwoGeneratorsGiveDifferentNumbers) {
    SystemRandom one;
    SystemRandom other;
    EXPECT_NE(one.next(), other.next());
}

TEST(SystemRandom, NumbersFillTheirRange) {
    SystemRandom random;
    std::array<int, 8> seen{};
    for (int i = 0; i < 8'000; ++i) {
        ++seen.at(random.below(8));
    }
    for (const int count : seen) {
        EXPECT_GT(count, 700);  // 1,000 expected; ten standard deviations off is a broken seed
    }
}

}  // namespace
}  // namespace hal9::adapters
