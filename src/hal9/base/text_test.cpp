#include "hal9/base/text.hpp"

#include <gtest/gtest.h>

namespace hal9 {
namespace {

TEST(Beginning, CutsBetweenCharacters) {
    EXPECT_EQ(beginning("abc", 3), "abc");
    EXPECT_EQ(beginning("abc", 2), "ab");
    EXPECT_EQ(beginning("a\u20ACb", 5), "a\u20ACb");
    EXPECT_EQ(beginning("a\u20ACb", 4), "a\u20AC");
    EXPECT_EQ(beginning("a\u20ACb", 3), "a");
    EXPECT_EQ(beginning("\u20AC", 2), "");
    EXPECT_EQ(beginning("", 0), "");
}

}  // namespace
}  // namespace hal9
